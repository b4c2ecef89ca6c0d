package io.joulestream.core.kpi;

import io.joulestream.core.ledger.QuantityStep;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * Litres of water or fuel of one kind that passed a site's meters in a period: a sum over whole millilitres, of meters that
 * count what no other does. What is missing is missing; coverage says how much.
 */
public final class Volume {
    private Volume() {}

    /**
     * The litres of {@code [from, to)}; missing with NO_DATA without rows.
     *
     * @param rows of one kind, none of them a check
     * @param meterMillis for how long inventory knows a meter of the kind, summed over meters
     * @param asOf cut-off of the data
     */
    public static Figure litres(
            Collection<QuantityStep> rows, long meterMillis, Instant from, Instant to, Instant asOf) {
        BigInteger measured = BigInteger.ZERO;
        BigInteger bridged = BigInteger.ZERO;
        BigInteger estimated = BigInteger.ZERO;
        BigInteger covered = BigInteger.ZERO;
        for (QuantityStep row : rows) {
            measured = measured.add(BigInteger.valueOf(row.volume().measuredMillilitres()));
            bridged = bridged.add(BigInteger.valueOf(row.volume().bridgedMillilitres()));
            estimated = estimated.add(BigInteger.valueOf(row.volume().estimatedMillilitres()));
            covered = covered.add(BigInteger.valueOf(row.coveredMillis()));
        }
        Duration period = Duration.between(from, to);
        BigDecimal coverage =
                Numbers.share(covered, BigInteger.valueOf(meterMillis)).min(BigDecimal.ONE);
        if (rows.isEmpty()) {
            return Figure.missing(ReasonCode.NO_DATA, coverage, Methods.VOLUME, asOf);
        }
        boolean bridgedIsMeasured = period.compareTo(Duration.ofHours(1)) >= 0;
        BigInteger all = measured.add(bridged).add(estimated);
        BigDecimal share = Numbers.share(bridgedIsMeasured ? estimated : estimated.add(bridged), all);
        Figure figure = Figure.of(new BigDecimal(all, 3), coverage, share, Methods.VOLUME, asOf)
                .withUncertainty(null);
        boolean isReportable = coverage.compareTo(Thresholds.DEFAULT.coverageOf(period)) >= 0;
        return isReportable ? figure : figure.withFlags(List.of(FigureFlag.COVERAGE_BELOW_REPORTABLE));
    }
}
