package io.joulestream.core.savings;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * One training step of a run, as far as the savings model needs to know it.
 *
 * @param hardware name of the GPU model
 * @param gpus GPUs that take part in a step
 * @param baseline precision the step runs in now: bf16 or fp8
 * @param stepSeconds wall time of one step
 * @param stepJoules GPU energy of one step, all GPUs together
 * @param stepBasis what the two figures above rest on
 * @param stepTokens tokens of one step over all GPUs; null if not given
 * @param overlappedCommunicationSeconds communication that runs beside GEMMs; null to assume a range
 * @param idleWatts of one GPU on the same node; null to take the hardware record's
 * @param gemms what one GPU runs in a step
 * @param assumptions every assumption, the default where the profile says nothing
 */
public record WorkloadProfile(
        String name,
        String hardware,
        int gpus,
        Precision baseline,
        double stepSeconds,
        double stepJoules,
        Basis stepBasis,
        Long stepTokens,
        Range overlappedCommunicationSeconds,
        Range idleWatts,
        List<Gemm> gemms,
        Map<Assumption, Range> assumptions) {
    public WorkloadProfile {
        requireNonNull(name, "name");
        requireNonNull(hardware, "hardware");
        requireNonNull(baseline, "baseline");
        requireNonNull(stepBasis, "stepBasis");
        gemms = List.copyOf(gemms);
        assumptions = complete(assumptions);
        List<String> problems = new ArrayList<>();
        check(problems, gpus >= 1, "gpus must be >= 1, was " + gpus);
        check(problems, baseline != Precision.NVFP4, "baseline must be bf16 or fp8, was nvfp4");
        check(problems, positive(stepSeconds), "step.seconds must be > 0, was " + stepSeconds);
        check(problems, positive(stepJoules), "step.joules must be > 0, was " + stepJoules);
        check(problems, stepTokens == null || stepTokens >= 1, "step.tokens must be >= 1, was " + stepTokens);
        check(problems, !gemms.isEmpty(), "gemms must not be empty");
        if (overlappedCommunicationSeconds != null) {
            Range range = overlappedCommunicationSeconds;
            check(
                    problems,
                    range.low() >= 0 && range.high() <= stepSeconds,
                    "step.overlapped_communication_seconds must lie in 0 to step.seconds " + stepSeconds + ", was "
                            + range.low() + " to " + range.high());
        }
        check(
                problems,
                idleWatts == null || idleWatts.low() >= 0,
                "idle_watts must be >= 0, was " + (idleWatts == null ? null : idleWatts.low()));
        for (Assumption assumption : Assumption.values()) {
            Range range = assumptions.get(assumption);
            if (range == null) {
                problems.add("assumptions." + assumption.key() + " is missing and has no default");
            } else {
                check(
                        problems,
                        range.low() >= assumption.min() && range.high() <= assumption.max(),
                        "assumptions." + assumption.key() + " must lie in " + assumption.min() + " to "
                                + assumption.max() + ", was " + range.low() + " to " + range.high());
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidWorkloadProfileException(problems);
        }
    }

    /**
     * Reads a profile from YAML or JSON. Unknown keys are refused.
     *
     * @throws InvalidWorkloadProfileException with everything that is wrong, not only the first
     */
    public static WorkloadProfile parse(String yaml) {
        return new WorkloadProfileReader().read(yaml);
    }

    private static Map<Assumption, Range> complete(Map<Assumption, Range> stated) {
        Map<Assumption, Range> complete = new EnumMap<>(Assumption.class);
        for (Assumption assumption : Assumption.values()) {
            Range range = stated.get(assumption);
            if (range == null) {
                range = assumption.byDefault().orElse(null);
            }
            if (range != null) {
                complete.put(assumption, range);
            }
        }
        return Collections.unmodifiableMap(complete);
    }

    private static boolean positive(double value) {
        return value > 0 && value < Double.POSITIVE_INFINITY;
    }

    private static void check(List<String> problems, boolean holds, String problem) {
        if (!holds) {
            problems.add(problem);
        }
    }
}
