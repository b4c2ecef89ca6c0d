package io.joulestream.core.kpi;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The PUE of the hours of one run, each weighted by the run's IT energy in it: {@code sum(E_run,h x PUE_h) / sum(E_run,h)}.
 *
 * <p>Hours whose PUE was not measured stay out of both sums. When too much of the run's energy lies in such hours, for the
 * thresholds of a window as long as the run, there is no value; it is never taken to be 1.
 */
public final class RunPue {
    /**
     * @param energyMicrojoules the run's IT energy in the hour
     * @param pue of its site in the same hour, measured-only
     */
    public record Hour(BigInteger energyMicrojoules, Figure pue) {}

    private RunPue() {}

    /** @param run how long the run was */
    public static Figure of(List<Hour> hours, Duration run, Thresholds thresholds, Instant asOf) {
        BigInteger all = BigInteger.ZERO;
        BigInteger known = BigInteger.ZERO;
        BigDecimal weighted = BigDecimal.ZERO;
        BigDecimal estimated = BigDecimal.ZERO;
        ReasonCode reason = null;
        for (Hour hour : hours) {
            BigInteger energy = hour.energyMicrojoules().max(BigInteger.ZERO);
            all = all.add(energy);
            if (hour.pue().isMissing()) {
                reason = reason == null && energy.signum() > 0 ? hour.pue().reason() : reason;
                continue;
            }
            known = known.add(energy);
            BigDecimal weight = new BigDecimal(energy);
            weighted = weighted.add(weight.multiply(hour.pue().value()), Numbers.CONTEXT);
            estimated = estimated.add(weight.multiply(hour.pue().estimatedShare()), Numbers.CONTEXT);
        }
        BigDecimal coverage = Numbers.share(known, all);
        if (known.signum() == 0 || coverage.compareTo(thresholds.coverageOf(run)) < 0) {
            return Figure.missing(reason == null ? ReasonCode.NO_DATA : reason, coverage, Methods.RUN_PUE, asOf);
        }
        BigDecimal weight = new BigDecimal(known);
        BigDecimal share = estimated.divide(weight, Numbers.CONTEXT).min(BigDecimal.ONE);
        return Figure.of(weighted.divide(weight, Numbers.CONTEXT), coverage, share, Methods.RUN_PUE, asOf)
                .withUncertainty(null);
    }
}
