package io.joulestream.core.kpi;

import io.joulestream.core.ledger.DemandInterval;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The greatest 15-minute mean power of a site's grid import in a period, which a demand charge asks for: all feeds together in
 * one and the same quarter hour, since peaks of feeds at different times do not add up. Power is energy over the length of the
 * quarter, of what is known of it: a quarter that was not wholly read counts with what was, so the figure's coverage says how
 * far it may be too low.
 *
 * @param start of the peak's quarter hour, the first of several; null when there is none
 * @param meanKw its mean power
 */
public record Demand(Instant start, Figure meanKw) {
    private static final BigDecimal MICROJOULES_PER_KW_SECOND = BigDecimal.valueOf(1_000_000_000L);

    /**
     * The peak of {@code [from, to)}.
     *
     * @param rows of feeds only
     * @param feedMillis for how long inventory meters a feed, summed over feeds
     * @param asOf cut-off of the data
     */
    public static Demand peak(
            Collection<DemandInterval> rows, long feedMillis, Instant from, Instant to, Instant asOf) {
        Map<Instant, EnergyTotal> quarters = new TreeMap<>();
        long covered = 0;
        for (DemandInterval row : rows) {
            quarters.merge(row.start(), EnergyTotal.of(row.energy()), EnergyTotal::plus);
            covered = Math.addExact(covered, row.coveredMillis());
        }
        Duration period = Duration.between(from, to);
        BigDecimal coverage = Numbers.share(BigInteger.valueOf(covered), BigInteger.valueOf(feedMillis))
                .min(BigDecimal.ONE);
        if (feedMillis == 0 || quarters.isEmpty()) {
            ReasonCode reason = feedMillis == 0 ? ReasonCode.NO_FACILITY_METER : ReasonCode.NO_DATA;
            return new Demand(null, Figure.missing(reason, coverage, Methods.DEMAND_PEAK, asOf));
        }
        Instant at = null;
        for (Map.Entry<Instant, EnergyTotal> quarter : quarters.entrySet()) {
            boolean greater = at == null
                    || quarter.getValue()
                                    .microjoules()
                                    .compareTo(quarters.get(at).microjoules())
                            > 0;
            at = greater ? quarter.getKey() : at;
        }
        EnergyTotal energy = quarters.get(at);
        Figure figure = Figure.of(
                        meanKw(energy, DemandInterval.LENGTH_SECONDS),
                        coverage,
                        energy.estimatedShare(false),
                        Methods.DEMAND_PEAK,
                        asOf)
                .withUncertainty(null);
        boolean isReportable = coverage.compareTo(Thresholds.DEFAULT.coverageOf(period)) >= 0;
        return new Demand(at, isReportable ? figure : figure.withFlags(List.of(FigureFlag.COVERAGE_BELOW_REPORTABLE)));
    }

    /** Kilowatts, unrounded. */
    public static BigDecimal meanKw(EnergyTotal energy, int lengthSeconds) {
        return new BigDecimal(energy.microjoules())
                .divide(MICROJOULES_PER_KW_SECOND.multiply(BigDecimal.valueOf(lengthSeconds)), Numbers.CONTEXT);
    }
}
