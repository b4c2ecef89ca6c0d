package io.joulestream.core.savings;

import io.joulestream.core.savings.SavingsAnswer.ModelledPotential;
import io.joulestream.core.savings.SavingsAnswer.NotApplicable;
import io.joulestream.core.savings.SavingsAnswer.Reason;
import io.joulestream.core.savings.SavingsAnswer.ReferenceLines;
import io.joulestream.core.savings.StepModel.Estimate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;

/**
 * The modelled potential of NVFP4 for one training step, as an interval.
 *
 * <p>A Monte Carlo run of {@link StepModel}: each draw takes every uncertain input from its triangular range, all inputs
 * independent, from a seeded generator whose sequence the Java platform fixes, so the same profile gives the same answer
 * everywhere. Nothing is calibrated on the run; the split of the energy and all efficiencies are assumed, which {@link
 * ModelledPotential#basis()} says.
 */
public final class SavingsModel {
    /** Draws of one evaluation. */
    public static final int DRAWS = 4_000;

    /** The seed of the draws. */
    public static final long SEED = 20_261_125L;

    /** How far the average power may lie outside the device's limits before the figures are disbelieved. */
    private static final double POWER_TOLERANCE = 0.15;

    private SavingsModel() {}

    /**
     * The answer for {@code profile} on {@code hardware}, which replaces a lookup of the profile's hardware name.
     *
     * @throws IllegalArgumentException if the two do not name the same hardware
     */
    public static SavingsAnswer evaluate(WorkloadProfile profile, Hardware hardware) {
        if (!profile.hardware().equals(hardware.name())) {
            throw new IllegalArgumentException(
                    "profile is of hardware " + profile.hardware() + ", was given " + hardware.name());
        }
        if (!hardware.runs(Precision.NVFP4)) {
            return new NotApplicable(
                    Reason.NO_FP4_UNITS,
                    hardware.name() + " has no FP4 units: NVFP4 saves no GEMM time or energy there");
        }
        if (!hardware.runs(profile.baseline())) {
            return new NotApplicable(
                    Reason.NO_BASELINE_UNITS, hardware.name() + " has no " + profile.baseline() + " units");
        }
        if (profile.gemms().stream().noneMatch(Gemm::eligible)) {
            return new NotApplicable(Reason.NO_ELIGIBLE_GEMMS, "no GEMM of " + profile.name() + " is eligible");
        }
        Range idleWatts = idleWatts(profile, hardware);
        if (idleWatts == null) {
            return new NotApplicable(
                    Reason.IDLE_POWER_UNKNOWN,
                    "idle_watts is not in the profile, and the record of " + hardware.name() + " has none");
        }
        StepModel model = new StepModel(profile, hardware);
        double least = model.leastBaselineGemmSeconds();
        if (least > profile.stepSeconds()) {
            return new NotApplicable(
                    Reason.GEMMS_EXCEED_STEP,
                    "the GEMMs take at least " + least + " s at the full " + profile.baseline() + " peak of "
                            + hardware.name() + ", the step took " + profile.stepSeconds() + " s");
        }
        double meanWatts = profile.stepJoules() / profile.stepSeconds() / profile.gpus();
        if (meanWatts <= idleWatts.high()
                || idleWatts.high() >= hardware.maxWatts()
                || meanWatts > hardware.maxWatts() * (1 + POWER_TOLERANCE)) {
            return new NotApplicable(
                    Reason.POWER_OUTSIDE_DEVICE_LIMITS,
                    "a GPU drew " + meanWatts + " W on average, idle is " + idleWatts.high() + " W and the limit of "
                            + hardware.name() + " " + hardware.maxWatts() + " W");
        }
        return potential(profile, hardware, idleWatts, model);
    }

    private static ModelledPotential potential(
            WorkloadProfile profile, Hardware hardware, Range idleWatts, StepModel model) {
        Map<Assumption, Range> ranges = effectiveAssumptions(profile);
        Range overlapped = profile.overlappedCommunicationSeconds();
        double[] seconds = new double[DRAWS];
        double[] joules = new double[DRAWS];
        double[] savings = new double[DRAWS];
        Random random = new Random(SEED);
        Map<Assumption, Double> values = new EnumMap<>(Assumption.class);
        for (int draw = 0; draw < DRAWS; draw++) {
            // every input takes its number from the sequence, used or not, so that one changed range moves nothing else
            for (Assumption assumption : Assumption.values()) {
                values.put(assumption, ranges.get(assumption).at(random.nextDouble()));
            }
            double overlappedQuantile = random.nextDouble();
            double idle = idleWatts.at(random.nextDouble());
            Estimate estimate =
                    model.estimate(values, overlapped == null ? Double.NaN : overlapped.at(overlappedQuantile), idle);
            seconds[draw] = estimate.seconds();
            joules[draw] = estimate.joules() * profile.gpus();
            savings[draw] = 1 - estimate.joules() / estimate.baselineJoules();
        }
        List<ModelInput> inputs = inputs(profile, hardware, idleWatts, ranges);
        return new ModelledPotential(
                hardware.name(),
                profile.baseline(),
                weakest(inputs),
                profile.stepSeconds(),
                profile.stepJoules(),
                Interval.of(seconds),
                Interval.of(joules),
                Interval.of(savings),
                profile.stepTokens() == null ? null : Interval.of(divide(joules, profile.stepTokens())),
                referenceLines(profile, idleWatts, ranges, model),
                inputs,
                DRAWS,
                SEED);
    }

    private static ReferenceLines referenceLines(
            WorkloadProfile profile, Range idleWatts, Map<Assumption, Range> ranges, StepModel model) {
        Map<Assumption, Double> central = new EnumMap<>(Assumption.class);
        ranges.forEach((assumption, range) -> central.put(assumption, range.central()));
        Range overlapped = profile.overlappedCommunicationSeconds();
        Estimate estimate =
                model.estimate(central, overlapped == null ? Double.NaN : overlapped.central(), idleWatts.central());
        double savedSeconds = profile.stepSeconds() - estimate.seconds();
        return new ReferenceLines(
                savedSeconds / profile.stepSeconds(), idleWatts.central() * savedSeconds / estimate.baselineJoules());
    }

    private static Range idleWatts(WorkloadProfile profile, Hardware hardware) {
        if (profile.idleWatts() != null) {
            return profile.idleWatts();
        }
        OptionalDouble known = hardware.knownIdleWatts();
        return known.isPresent() ? Range.fixed(known.getAsDouble(), Basis.ASSUMED) : null;
    }

    /** A single GPU has nobody to communicate with, unless the profile says otherwise. */
    private static Map<Assumption, Range> effectiveAssumptions(WorkloadProfile profile) {
        Map<Assumption, Range> ranges = new EnumMap<>(profile.assumptions());
        if (profile.gpus() == 1 && isDefault(Assumption.OVERLAPPED_COMMUNICATION_SHARE, profile)) {
            ranges.put(Assumption.OVERLAPPED_COMMUNICATION_SHARE, Range.fixed(0, Basis.ASSUMED));
        }
        return ranges;
    }

    private static boolean isDefault(Assumption assumption, WorkloadProfile profile) {
        return assumption.byDefault().equals(Optional.of(profile.assumptions().get(assumption)));
    }

    private static List<ModelInput> inputs(
            WorkloadProfile profile, Hardware hardware, Range idleWatts, Map<Assumption, Range> ranges) {
        List<ModelInput> inputs = new ArrayList<>();
        inputs.add(new ModelInput("step_seconds", Range.fixed(profile.stepSeconds(), profile.stepBasis()), "profile"));
        inputs.add(new ModelInput("step_joules", Range.fixed(profile.stepJoules(), profile.stepBasis()), "profile"));
        inputs.add(new ModelInput(
                "idle_watts", idleWatts, profile.idleWatts() == null ? hardwareSource(hardware) : "profile"));
        for (Precision precision : List.of(profile.baseline(), Precision.NVFP4)) {
            inputs.add(new ModelInput(
                    "peak_" + precision + "_teraflops",
                    Range.fixed(hardware.densePeakTeraflops().get(precision), Basis.ASSUMED),
                    hardwareSource(hardware)));
        }
        inputs.add(new ModelInput(
                "hbm_terabytes_per_second",
                Range.fixed(hardware.hbmTerabytesPerSecond(), Basis.ASSUMED),
                hardwareSource(hardware)));
        inputs.add(new ModelInput(
                "power_limit_watts", Range.fixed(hardware.maxWatts(), Basis.ASSUMED), hardwareSource(hardware)));
        if (profile.overlappedCommunicationSeconds() != null) {
            inputs.add(new ModelInput(
                    "overlapped_communication_seconds", profile.overlappedCommunicationSeconds(), "profile"));
        }
        for (Assumption assumption : Assumption.values()) {
            if (isUsed(assumption, profile)) {
                String source = isDefault(assumption, profile) ? assumption.source() : "profile";
                inputs.add(new ModelInput(assumption.key(), ranges.get(assumption), source));
            }
        }
        return inputs;
    }

    private static boolean isUsed(Assumption assumption, WorkloadProfile profile) {
        return switch (assumption) {
            case FP8_EFFICIENCY_RATIO -> profile.baseline() == Precision.BF16;
            case OVERLAPPED_COMMUNICATION_SHARE -> profile.overlappedCommunicationSeconds() == null;
            default -> true;
        };
    }

    private static String hardwareSource(Hardware hardware) {
        return hardware.source() + ", " + hardware.date() + ", " + hardware.confidence();
    }

    private static Basis weakest(List<ModelInput> inputs) {
        return inputs.stream()
                .map(input -> input.range().basis())
                .max(Basis::compareTo)
                .orElse(Basis.ASSUMED);
    }

    private static double[] divide(double[] values, double by) {
        double[] quotients = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            quotients[i] = values[i] / by;
        }
        return quotients;
    }
}
