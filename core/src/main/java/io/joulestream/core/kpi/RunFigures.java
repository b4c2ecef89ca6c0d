package io.joulestream.core.kpi;

import static java.util.Objects.requireNonNull;

import io.joulestream.core.ledger.RunStep;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;

/**
 * The figures of one run at one site: its IT energy from allocation to release, and joules per token pushed through
 * forward and backward (padding, and steps later discarded, included).
 *
 * @param energy IT energy of the nodes reserved for the run
 * @param joulesPerProcessedToken in joules per token; NO_TOKENS, NO_DATA or METER_DOES_NOT_COVER without value
 * @param tokens processed tokens
 * @param coverage covered time of the run's meters over run duration times meters, 0..1
 * @param accounted the same of accounted time: readings, bridged and interpolated gaps
 * @param coversRun whether the meters account for the whole run, so that its energy may be divided by its tokens
 */
public record RunFigures(
        String run,
        Instant startedAt,
        Instant endedAt,
        EnergyTotal buckets,
        PublishedEnergy energy,
        Figure joulesPerProcessedToken,
        BigInteger tokens,
        BigDecimal coverage,
        BigDecimal accounted,
        boolean coversRun) {
    /**
     * What the ledger holds of one run, summed.
     *
     * @param startedAt when the run was first seen allocated
     * @param endedAt when last, exclusive
     * @param meters how many energy channels its nodes have; CHECK meters are none of them
     * @param flags bits of {@link io.joulestream.core.ledger.LedgerFlag}
     */
    public record Totals(
            String run,
            Instant startedAt,
            Instant endedAt,
            int meters,
            boolean hasRows,
            EnergyTotal energy,
            BigInteger tokens,
            BigInteger coveredMillis,
            BigInteger accountedMillis,
            int flags) {
        public Totals {
            requireNonNull(run, "run");
            requireNonNull(energy, "energy");
            if (endedAt.isBefore(startedAt) || meters < 0) {
                throw new IllegalArgumentException("run " + run + " must not end before it starts, nor have " + meters
                        + " meters, was " + startedAt + ".." + endedAt);
            }
        }

        /** Sums the rows of one run, which must not overlap. */
        public static Totals of(String run, Instant startedAt, Instant endedAt, int meters, Collection<RunStep> steps) {
            EnergyTotal energy = EnergyTotal.NONE;
            BigInteger tokens = BigInteger.ZERO;
            BigInteger covered = BigInteger.ZERO;
            BigInteger accounted = BigInteger.ZERO;
            int flags = 0;
            for (RunStep step : steps) {
                energy = energy.plus(step.energy());
                tokens = tokens.add(BigInteger.valueOf(step.tokens()));
                covered = covered.add(BigInteger.valueOf(step.coveredMillis()));
                accounted = accounted.add(BigInteger.valueOf(step.accountedMillis()));
                flags |= step.flags();
            }
            return new Totals(
                    run, startedAt, endedAt, meters, !steps.isEmpty(), energy, tokens, covered, accounted, flags);
        }

        private BigInteger expectedMillis() {
            return BigInteger.valueOf(Duration.between(startedAt, endedAt).toMillis())
                    .multiply(BigInteger.valueOf(meters));
        }
    }

    private static final BigDecimal MILLIJOULES_PER_JOULE = BigDecimal.valueOf(1000);

    /** The figures of a run with the default thresholds. */
    public static RunFigures of(Totals totals, Instant asOf) {
        return of(totals, Thresholds.DEFAULT, asOf);
    }

    /** @param asOf cut-off of the data */
    public static RunFigures of(Totals totals, Thresholds thresholds, Instant asOf) {
        BigInteger expected = totals.expectedMillis();
        BigDecimal coverage = Numbers.share(totals.coveredMillis(), expected);
        BigDecimal accounted = Numbers.share(totals.accountedMillis(), expected);
        boolean coversRun = expected.signum() > 0 && accounted.compareTo(thresholds.measuredShare()) >= 0;
        boolean isKnown = totals.hasRows() && totals.accountedMillis().signum() > 0;
        boolean bridgedIsMeasured =
                Duration.between(totals.startedAt(), totals.endedAt()).compareTo(Duration.ofHours(1)) >= 0;
        BigDecimal share = totals.energy().estimatedShare(bridgedIsMeasured);
        BigInteger millijoules = MilliJoules.ofMicrojoules(totals.energy().microjoules());
        Set<FigureFlag> flags = SiteEnergy.flagsOf(totals.flags());
        PublishedEnergy energy = isKnown
                ? new PublishedEnergy(
                        millijoules,
                        Figure.of(MilliJoules.toKwh(millijoules), coverage, share, Methods.RUN_ENERGY, asOf)
                                .withUncertainty(null)
                                .withFlags(flags))
                : PublishedEnergy.missing(Figure.missing(ReasonCode.NO_DATA, coverage, Methods.RUN_ENERGY, asOf));

        ReasonCode reason = null;
        if (!isKnown) {
            reason = ReasonCode.NO_DATA;
        } else if (totals.tokens().signum() <= 0) {
            reason = ReasonCode.NO_TOKENS;
        } else if (!coversRun) {
            reason = ReasonCode.METER_DOES_NOT_COVER;
        }
        String method = Methods.JOULES_PER_PROCESSED_TOKEN;
        Figure perToken = reason != null
                ? Figure.missing(reason, coverage, method, asOf)
                : Figure.of(joulesPerToken(millijoules, totals.tokens()), coverage, share, method, asOf)
                        .withUncertainty(null);
        return new RunFigures(
                totals.run(),
                totals.startedAt(),
                totals.endedAt(),
                totals.energy(),
                energy,
                perToken.withFlags(flags),
                totals.tokens(),
                coverage,
                accounted,
                coversRun);
    }

    private static BigDecimal joulesPerToken(BigInteger millijoules, BigInteger tokens) {
        return new BigDecimal(millijoules)
                .divide(new BigDecimal(tokens).multiply(MILLIJOULES_PER_JOULE), Numbers.CONTEXT);
    }
}
