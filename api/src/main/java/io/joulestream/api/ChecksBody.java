package io.joulestream.api;

import io.joulestream.core.kpi.MeterChecks;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a site's meters say of each other.
 *
 * @param start first hour looked at; null for a site without data, as is the end
 * @param minutesKeptFrom null where no minute of channels was asked for that may have been removed
 * @param marks newest first, as many as asked for
 * @param marksFound how many there are
 * @param flagged hours of channels that the job itself has marked, newest first, as many as asked for
 * @param flaggedFound how many there are
 */
record ChecksBody(
        String site,
        Instant start,
        Instant end,
        Instant minutesKeptFrom,
        List<MarkBody> marks,
        int marksFound,
        List<FlaggedBody> flagged,
        int flaggedFound) {
    private static final int DECIMALS = 6;

    /** @param share null where the counterpart read nothing */
    record MarkBody(String entity, String metric, Instant start, String code, String against, BigDecimal share) {
        static MarkBody of(MeterChecks.Mark mark) {
            return new MarkBody(
                    mark.entity(),
                    mark.metric().dottedName(),
                    mark.start(),
                    mark.code().name(),
                    mark.against(),
                    mark.share() == null
                            ? null
                            : FigureBody.plain(mark.share().setScale(DECIMALS, RoundingMode.HALF_UP)));
        }
    }

    /** @param flags names of ledger flags set in any minute of the hour, in their order */
    record FlaggedBody(String entity, String metric, Instant start, List<String> flags) {
        static FlaggedBody of(MeterChecks.Flagged hour) {
            return new FlaggedBody(
                    hour.entity(),
                    hour.metric().dottedName(),
                    hour.start(),
                    hour.flags().stream().map(Enum::name).toList());
        }
    }

    /**
     * One mark, or one flagged hour, a line of a table.
     *
     * @param code FLAGGED where the job itself has marked the hour
     * @param against null for a flagged hour, as is the share
     * @param flags empty for a mark
     */
    record RowBody(
            String entity,
            String metric,
            Instant start,
            String code,
            String against,
            BigDecimal share,
            List<String> flags) {
        static final String FLAGGED = "FLAGGED";
    }

    /** The marks, then the flagged hours. */
    List<RowBody> rows() {
        Stream<RowBody> ofMarks = marks.stream()
                .map(mark -> new RowBody(
                        mark.entity(),
                        mark.metric(),
                        mark.start(),
                        mark.code(),
                        mark.against(),
                        mark.share(),
                        List.of()));
        Stream<RowBody> ofHours = flagged.stream()
                .map(hour -> new RowBody(
                        hour.entity(), hour.metric(), hour.start(), RowBody.FLAGGED, null, null, hour.flags()));
        return Stream.concat(ofMarks, ofHours).toList();
    }

    /** Of a site without data. */
    static ChecksBody none(String site) {
        return new ChecksBody(site, null, null, null, List.of(), 0, List.of(), 0);
    }

    static ChecksBody of(
            String site,
            TimeSpan checked,
            Instant minutesKeptFrom,
            int limit,
            List<MeterChecks.Mark> marks,
            List<MeterChecks.Flagged> flagged) {
        return new ChecksBody(
                site,
                checked.start(),
                checked.end(),
                minutesKeptFrom,
                marks.stream().limit(limit).map(MarkBody::of).toList(),
                marks.size(),
                flagged.stream().limit(limit).map(FlaggedBody::of).toList(),
                flagged.size());
    }
}
