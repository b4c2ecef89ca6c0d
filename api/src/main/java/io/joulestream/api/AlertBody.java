package io.joulestream.api;

import io.joulestream.core.alert.Alert;
import io.joulestream.core.alert.AlertKind;
import io.joulestream.core.alert.Observation;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * One alert, with what was seen last.
 *
 * @param rule the name of the rule
 * @param subject a site, a meter or a run
 * @param since when figures were first seen outside
 * @param clearSince since when they are well inside; null while they are not
 * @param closedBecause null until it closed
 * @param text in one sentence, for people
 * @param value decimal string in the unit; null when it cannot be told
 * @param reason why there is no value; null when there is one
 * @param low where it should lie; null where there is no lower end
 * @param high where it should lie; null where there is no upper end
 * @param start of what the value is about
 * @param seenAt when it was looked at
 * @param explainedBy the address of this API that tells how the value comes about
 */
record AlertBody(
        UUID alert,
        String rule,
        AlertKind kind,
        String severity,
        String state,
        String site,
        String subject,
        Instant since,
        Instant openedAt,
        Instant clearSince,
        Instant closedAt,
        String closedBecause,
        String text,
        String value,
        String unit,
        String reason,
        String low,
        String high,
        Instant start,
        Instant end,
        Instant seenAt,
        String explainedBy) {
    /** @param next the cursor of the next page; null on the last one */
    record Page(List<AlertBody> alerts, String nextCursor) {}

    static AlertBody of(Alert alert) {
        Observation seen = alert.last();
        return new AlertBody(
                alert.id(),
                alert.rule(),
                seen.kind(),
                alert.severity().name(),
                alert.state().name(),
                seen.site(),
                seen.subject(),
                alert.since(),
                alert.openedAt(),
                alert.clearSince(),
                alert.closedAt(),
                alert.closed() == null ? null : alert.closed().name(),
                seen.text(),
                decimal(seen.value()),
                seen.kind().unit().symbol(),
                seen.missing() == null ? null : seen.missing().name(),
                decimal(seen.band().low()),
                decimal(seen.band().high()),
                seen.start(),
                seen.end(),
                seen.at(),
                seen.explainedBy());
    }

    private static String decimal(BigDecimal number) {
        return number == null ? null : FigureBody.plain(number).toPlainString();
    }
}
