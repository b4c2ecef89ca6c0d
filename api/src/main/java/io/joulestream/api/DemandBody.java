package io.joulestream.api;

import io.joulestream.core.kpi.Demand;
import io.joulestream.core.kpi.EnergyTotal;
import io.joulestream.core.kpi.Figure;
import io.joulestream.core.kpi.MilliJoules;
import io.joulestream.core.ledger.DemandInterval;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/**
 * The answer of {@code /v1/sites/{site}/demand}.
 *
 * @param of feeds or runs
 * @param peak of all feeds together; null for runs
 * @param intervals oldest first
 */
record DemandBody(
        String site, String tz, Instant start, Instant end, String of, PeakBody peak, List<IntervalBody> intervals) {

    /** @param start of the quarter hour of the peak; null when there is none */
    record PeakBody(Instant start, Instant end, String startLocal, FigureBody meanKw) {
        static PeakBody of(Instant start, Figure meanKw, ZoneId zone) {
            return new PeakBody(
                    start,
                    start == null ? null : start.plusSeconds(DemandInterval.LENGTH_SECONDS),
                    start == null ? null : TimeSpan.local(start, zone),
                    FigureBody.of(meanKw));
        }
    }

    /**
     * One quarter hour of one feed or run.
     *
     * @param meanKw energy over length, decimal string of 12 significant digits
     * @param energyMj exact, decimal string; the three below add up to it
     * @param coveredMs of a feed 0 to 900,000; of a run the sum over its meters
     * @param estimatedShare 0 to 1, bridged gaps included
     */
    record IntervalBody(
            String subject,
            Instant start,
            Instant end,
            String startLocal,
            String meanKw,
            String energyMj,
            String measuredMj,
            String bridgedMj,
            String estimatedMj,
            long coveredMs,
            long accountedMs,
            BigDecimal estimatedShare,
            List<String> flags) {
        private static final MathContext TWELVE_DIGITS = new MathContext(12);

        static IntervalBody of(DemandInterval row, ZoneId zone) {
            EnergyTotal energy = EnergyTotal.of(row.energy());
            BigDecimal kw = Demand.meanKw(energy, row.lengthSeconds()).round(TWELVE_DIGITS);
            var all = MilliJoules.ofMicrojoules(energy.microjoules());
            var measured = MilliJoules.ofMicrojoules(energy.measuredMicrojoules());
            var bridged = MilliJoules.ofMicrojoules(energy.bridgedMicrojoules());
            return new IntervalBody(
                    row.subject(),
                    row.start(),
                    row.start().plusSeconds(row.lengthSeconds()),
                    TimeSpan.local(row.start(), zone),
                    FigureBody.plain(kw).toPlainString(),
                    MilliJoules.text(all),
                    MilliJoules.text(measured),
                    MilliJoules.text(bridged),
                    MilliJoules.text(all.subtract(measured).subtract(bridged)),
                    row.coveredMillis(),
                    row.accountedMillis(),
                    FigureBody.share(energy.estimatedShare(false)),
                    EnergyBody.flagNames(row.flags()));
        }
    }
}
