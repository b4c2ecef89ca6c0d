package io.joulestream.api;

import io.joulestream.core.ledger.QuantityStep;
import io.joulestream.core.telemetry.Metric;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/**
 * The answer of {@code /v1/sites/{site}/quantities}.
 *
 * @param totals one per kind, of the meters that count what no other does
 * @param steps oldest first
 */
record QuantitiesBody(
        String site, String tz, Instant start, Instant end, List<TotalBody> totals, List<StepBody> steps) {

    record TotalBody(String kind, FigureBody volumeL) {}

    /**
     * One step of the ledger of one meter.
     *
     * @param check whether another meter counts this volume already
     * @param volumeL litres, exact decimal string; the three below add up to it
     */
    record StepBody(
            String entity,
            String metric,
            String kind,
            boolean check,
            Instant start,
            Instant end,
            String startLocal,
            String volumeL,
            String measuredL,
            String bridgedL,
            String estimatedL,
            long coveredMs,
            long accountedMs,
            List<String> flags) {
        static StepBody of(QuantityStep row, ZoneId zone) {
            return new StepBody(
                    row.entity(),
                    Metric.byNumber(row.metric()).map(Metric::dottedName).orElse(Integer.toString(row.metric())),
                    row.kind(),
                    row.check(),
                    row.start(),
                    row.start().plusSeconds(row.lengthSeconds()),
                    TimeSpan.local(row.start(), zone),
                    litres(row.volume().totalMillilitres()),
                    litres(row.volume().measuredMillilitres()),
                    litres(row.volume().bridgedMillilitres()),
                    litres(row.volume().estimatedMillilitres()),
                    row.coveredMillis(),
                    row.accountedMillis(),
                    EnergyBody.flagNames(row.flags()));
        }

        private static String litres(long millilitres) {
            return FigureBody.plain(BigDecimal.valueOf(millilitres, 3)).toPlainString();
        }
    }
}
