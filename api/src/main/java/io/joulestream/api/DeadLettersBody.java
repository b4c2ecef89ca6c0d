package io.joulestream.api;

import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.core.ledger.RejectCode;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.storage.KeptDeadLetter;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * What was refused, newest first.
 *
 * @param nextCursor for the ones before; null where there are none
 */
record DeadLettersBody(List<Line> letters, String nextCursor) {
    /**
     * One letter.
     *
     * @param identity as {@code joulestream dlq show} takes it
     * @param code why
     * @param site null where it was not known
     * @param entity null for a whole frame, as are {@code metric} and {@code slot}; a metric too that this version does not know
     * @param detail what was found and what was expected
     * @param seenAt when the broker took the record
     * @param payloadBytes of the record, or of the refused sample as a frame
     * @param replayable whether sending the same again can have another outcome
     */
    record Line(
            String identity,
            String code,
            String site,
            String entity,
            String metric,
            Integer slot,
            String detail,
            Instant seenAt,
            int payloadBytes,
            boolean replayable) {
        static Line of(KeptDeadLetter kept) {
            DeadLetter letter = kept.letter();
            return new Line(
                    letter.identity(),
                    letter.code(),
                    given(letter.site()),
                    given(letter.entity()),
                    Metric.byNumber(letter.metric()).map(Metric::dottedName).orElse(null),
                    letter.slot() < 0 ? null : letter.slot(),
                    letter.detail(),
                    letter.seenAt(),
                    kept.payloadBytes(),
                    Arrays.stream(RejectCode.values())
                            .filter(code -> code.name().equals(letter.code()))
                            .anyMatch(RejectCode::isReplayable));
        }

        private static String given(String text) {
            return text.isEmpty() ? null : text;
        }
    }
}
