package io.joulestream.core.kpi;

import io.joulestream.core.kpi.RunLineage.Stretch;
import io.joulestream.core.kpi.RunLineage.Use;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * What a training run's energy went into, and what a token cost.
 *
 * <p>Energy is the IT energy of the run's reserved nodes from allocation to release; all of it is in every numerator, whatever
 * it went into. The uses and {@code other} add up to it exactly: each is rounded once, and {@code other} is the difference.
 * Ratios are those of the published energies.
 *
 * @param open whether the run goes on, so that all it did and no restart has discarded yet counts as retained
 * @param uses energy by use
 * @param other what no log line accounts for
 * @param reported what the log claims to have used; it repeats what meters read, so it is in no sum
 * @param goodputEnergyFraction energy of retained training steps over all energy, 0..1
 * @param lostWorkEnergyFraction energy of lost work over all energy, 0..1
 * @param perProcessedToken IT joules per processed token
 * @param perEffectiveToken IT joules per effective token
 * @param perRetainedToken IT joules per retained token: the headline
 * @param pue of the run's hours, weighted by its energy
 * @param facilityPerProcessedToken (IT + shared) x PUE joules per processed token
 * @param facilityPerRetainedToken the same per retained token
 */
public record TrainingFigures(
        boolean open,
        RunLineage lineage,
        Map<Use, PublishedEnergy> uses,
        PublishedEnergy other,
        PublishedEnergy reported,
        Figure goodputEnergyFraction,
        Figure lostWorkEnergyFraction,
        Figure perProcessedToken,
        Figure perEffectiveToken,
        Figure perRetainedToken,
        Figure pue,
        Figure facilityPerProcessedToken,
        Figure facilityPerRetainedToken) {
    /** As long as a gap that is interpolated: a run heard of within it may go on. */
    private static final Duration QUIET = Duration.ofMinutes(15);

    private static final BigDecimal MILLIJOULES_PER_JOULE = BigDecimal.valueOf(1_000);

    public TrainingFigures {
        uses = Map.copyOf(uses);
    }

    /**
     * The figures of one run.
     *
     * @param run its energy as a whole
     * @param curve its energy over time
     * @param sharedMicrojoules its share of network and storage; null where these are not shared among runs
     * @param pue of its hours, as {@link RunPue} makes it
     * @param asOf cut-off of the data
     */
    public static TrainingFigures of(
            RunFigures run,
            RunLineage lineage,
            RunCurve curve,
            BigInteger sharedMicrojoules,
            Figure pue,
            Instant asOf) {
        return new Maker(run, lineage, curve, sharedMicrojoules, pue, asOf).make();
    }

    /** Makes all figures of one run from the same inputs. */
    private static final class Maker {
        private final RunFigures run;
        private final RunLineage lineage;
        private final BigInteger shared;
        private final Figure pue;
        private final Instant asOf;
        private final boolean open;
        private final boolean bridgedIsMeasured;
        private final Map<Use, EnergyTotal> used = new EnumMap<>(Use.class);

        Maker(RunFigures run, RunLineage lineage, RunCurve curve, BigInteger shared, Figure pue, Instant asOf) {
            this.run = run;
            this.lineage = lineage;
            this.shared = shared;
            this.pue = pue;
            this.asOf = asOf;
            this.open = asOf.isBefore(run.endedAt().plus(QUIET));
            this.bridgedIsMeasured =
                    Duration.between(run.startedAt(), run.endedAt()).compareTo(Duration.ofHours(1)) >= 0;
            for (Stretch stretch : lineage.stretches()) {
                used.merge(stretch.use(), curve.between(stretch.fromMillis(), stretch.toMillis()), EnergyTotal::plus);
            }
        }

        TrainingFigures make() {
            Map<Use, PublishedEnergy> uses = new EnumMap<>(Use.class);
            for (Use use : Use.values()) {
                uses.put(use, energy(use));
            }
            return new TrainingFigures(
                    open,
                    lineage,
                    uses,
                    other(uses),
                    reported(),
                    fraction(Use.RETAINED_STEPS, Methods.GOODPUT_ENERGY_FRACTION),
                    fraction(Use.LOST_WORK, Methods.LOST_WORK_ENERGY_FRACTION),
                    run.joulesPerProcessedToken().withFlags(flags()),
                    perToken(lineage.tokens().effective(), Methods.JOULES_PER_EFFECTIVE_TOKEN),
                    perToken(lineage.tokens().retained(), Methods.JOULES_PER_RETAINED_TOKEN),
                    pue,
                    facilityPerToken(lineage.tokens().processed(), Methods.FACILITY_JOULES_PER_PROCESSED_TOKEN),
                    facilityPerToken(lineage.tokens().retained(), Methods.FACILITY_JOULES_PER_RETAINED_TOKEN));
        }

        private PublishedEnergy energy(Use use) {
            ReasonCode reason = reasonOf(use);
            if (reason != null) {
                return PublishedEnergy.missing(
                        missing(reason, Methods.RUN_USE_ENERGY).withFlags(flags()));
            }
            EnergyTotal total = used.getOrDefault(use, EnergyTotal.NONE);
            return published(MilliJoules.ofMicrojoules(total.microjoules()), total, Methods.RUN_USE_ENERGY);
        }

        private ReasonCode reasonOf(Use use) {
            if (run.energy().kwh().isMissing()) {
                return run.energy().kwh().reason();
            }
            return switch (use) {
                case RETAINED_STEPS, LOST_WORK -> lineage.hasSteps() ? null : ReasonCode.NO_TOKENS;
                default -> lineage.toldPhases() ? null : ReasonCode.NO_DATA;
            };
        }

        private PublishedEnergy other(Map<Use, PublishedEnergy> uses) {
            if (run.energy().kwh().isMissing()) {
                return PublishedEnergy.missing(missing(run.energy().kwh().reason(), Methods.ENERGY_DIFFERENCE));
            }
            BigInteger millijoules = run.energy().millijoules();
            EnergyTotal rest = run.buckets();
            for (Map.Entry<Use, PublishedEnergy> use : uses.entrySet()) {
                if (use.getValue().millijoules() != null) {
                    millijoules = millijoules.subtract(use.getValue().millijoules());
                    rest = RunCurve.minus(rest, used.getOrDefault(use.getKey(), EnergyTotal.NONE));
                }
            }
            return published(millijoules, rest, Methods.ENERGY_DIFFERENCE);
        }

        private PublishedEnergy published(BigInteger millijoules, EnergyTotal total, String method) {
            Figure kwh = Figure.of(
                            MilliJoules.toKwh(millijoules),
                            run.coverage(),
                            total.estimatedShare(bridgedIsMeasured),
                            method,
                            asOf)
                    .withUncertainty(null)
                    .withFlags(flags());
            return new PublishedEnergy(millijoules, kwh);
        }

        private PublishedEnergy reported() {
            BigInteger microjoules = lineage.reportedMicrojoules();
            if (microjoules == null) {
                return PublishedEnergy.missing(
                        Figure.missing(ReasonCode.NO_DATA, BigDecimal.ZERO, Methods.RUN_REPORTED_ENERGY, asOf));
            }
            BigInteger millijoules = MilliJoules.ofMicrojoules(microjoules);
            return new PublishedEnergy(
                    millijoules,
                    Figure.of(
                                    MilliJoules.toKwh(millijoules),
                                    BigDecimal.ZERO,
                                    BigDecimal.ONE,
                                    Methods.RUN_REPORTED_ENERGY,
                                    asOf)
                            .withUncertainty(null));
        }

        private Figure fraction(Use use, String method) {
            ReasonCode reason = reasonOf(use);
            BigInteger all = run.energy().millijoules();
            if (reason == null && !run.coversRun()) {
                reason = ReasonCode.METER_DOES_NOT_COVER;
            }
            if (reason == null && all.signum() <= 0) {
                reason = ReasonCode.IT_BELOW_MIN;
            }
            if (reason != null) {
                return missing(reason, method).withFlags(flags());
            }
            BigInteger part = MilliJoules.ofMicrojoules(
                    used.getOrDefault(use, EnergyTotal.NONE).microjoules());
            return Figure.of(Numbers.ratio(part, all), run.coverage(), share(), method, asOf)
                    .withUncertainty(null)
                    .withFlags(flags());
        }

        private Figure perToken(BigInteger tokens, String method) {
            ReasonCode reason = reasonPerToken(tokens);
            if (reason != null) {
                return missing(reason, method).withFlags(flags());
            }
            return Figure.of(joules(run.energy().millijoules(), tokens), run.coverage(), share(), method, asOf)
                    .withUncertainty(null)
                    .withFlags(flags());
        }

        private Figure facilityPerToken(BigInteger tokens, String method) {
            ReasonCode reason = reasonPerToken(tokens);
            if (reason == null && pue.isMissing()) {
                reason = pue.reason();
            }
            BigDecimal coverage = run.coverage().min(pue.coverage());
            Set<FigureFlag> flags = flags();
            flags.addAll(pue.flags());
            if (shared == null) {
                flags.add(FigureFlag.SHARED_IT_EXCLUDED);
            }
            if (reason != null) {
                return Figure.missing(reason, coverage, method, asOf).withFlags(flags);
            }
            BigInteger it = run.energy()
                    .millijoules()
                    .add(shared == null ? BigInteger.ZERO : MilliJoules.ofMicrojoules(shared));
            BigDecimal value = joules(it, tokens).multiply(pue.value(), Numbers.CONTEXT);
            flags.removeAll(EnumSet.of(FigureFlag.ESTIMATED_SHARE_HIGH, FigureFlag.ESTIMATED_SHARE_BLOCKS_CLOSING));
            return Figure.of(value, coverage, share().max(pue.estimatedShare()), method, asOf)
                    .withUncertainty(null)
                    .withFlags(flags);
        }

        private ReasonCode reasonPerToken(BigInteger tokens) {
            if (run.energy().kwh().isMissing()) {
                return run.energy().kwh().reason();
            }
            if (tokens == null || tokens.signum() <= 0) {
                return ReasonCode.NO_TOKENS;
            }
            return run.coversRun() ? null : ReasonCode.METER_DOES_NOT_COVER;
        }

        private static BigDecimal joules(BigInteger millijoules, BigInteger tokens) {
            return new BigDecimal(millijoules)
                    .divide(new BigDecimal(tokens).multiply(MILLIJOULES_PER_JOULE), Numbers.CONTEXT);
        }

        private BigDecimal share() {
            return run.buckets().estimatedShare(bridgedIsMeasured);
        }

        private Figure missing(ReasonCode reason, String method) {
            return Figure.missing(reason, run.coverage(), method, asOf);
        }

        private Set<FigureFlag> flags() {
            Set<FigureFlag> flags = EnumSet.noneOf(FigureFlag.class);
            run.energy().kwh().flags().stream()
                    .filter(flag -> flag != FigureFlag.ESTIMATED_SHARE_HIGH
                            && flag != FigureFlag.ESTIMATED_SHARE_BLOCKS_CLOSING
                            && flag != FigureFlag.ACCURACY_UNKNOWN)
                    .forEach(flags::add);
            if (open) {
                flags.add(FigureFlag.PERIOD_OPEN);
            }
            if (lineage.restartInsideInterval()) {
                flags.add(FigureFlag.RESTART_INSIDE_INTERVAL);
            }
            if (!lineage.toldPhases()) {
                flags.add(FigureFlag.PHASES_NOT_TOLD);
            }
            return flags;
        }
    }
}
