package io.joulestream.core.savings;

import java.util.Map;

/**
 * Time and energy of one step on one GPU with NVFP4, every input at a definite value.
 *
 * <p>Time: each GEMM takes the longer of its arithmetic at a share of the peak and its traffic at a share of the
 * bandwidth; quantising adds traffic. Communication that runs beside the GEMMs hides them, the rest of the measured step
 * stays as it is. Energy: the measured energy less idle is shared over GEMM time and other time by their power ratio; what
 * the GEMMs' memory traffic does not explain is arithmetic, and scales with the energy of an operation. The power limit
 * then stretches the time if the dynamic energy does not fit into it.
 */
final class StepModel {
    private final WorkloadProfile profile;
    private final Hardware hardware;

    StepModel(WorkloadProfile profile, Hardware hardware) {
        this.profile = profile;
        this.hardware = hardware;
    }

    /** Of one GPU. {@code baselineJoules} is the measured energy corrected by the sensor error. */
    record Estimate(double seconds, double joules, double baselineJoules) {}

    /**
     * @param overlappedSeconds communication beside the GEMMs; NaN to take the assumed share of the GEMM time
     */
    Estimate estimate(Map<Assumption, Double> values, double overlappedSeconds, double idleWatts) {
        double eligibleShare = values.get(Assumption.ELIGIBLE_SHARE);
        Work before = work(values, 0);
        Work after = work(values, eligibleShare);
        double stepSeconds = profile.stepSeconds();
        // GEMMs cannot have taken longer than the step: such a draw means a higher efficiency than it assumed
        double fit = Math.min(1, stepSeconds / before.seconds);
        double gemmsBefore = before.seconds * fit;
        double gemmsAfter = after.seconds * fit;

        double overlapped = Double.isNaN(overlappedSeconds)
                ? values.get(Assumption.OVERLAPPED_COMMUNICATION_SHARE) * gemmsBefore
                : overlappedSeconds;
        double otherSeconds = Math.max(0, stepSeconds - Math.max(overlapped, gemmsBefore));
        double seconds = otherSeconds + Math.max(overlapped, gemmsAfter);
        double outsideBefore = otherSeconds + Math.max(0, overlapped - gemmsBefore);
        double outsideAfter = otherSeconds + Math.max(0, overlapped - gemmsAfter);

        double baselineJoules = profile.stepJoules() / profile.gpus() * (1 + values.get(Assumption.SENSOR_ERROR));
        double dynamicBefore = Math.max(0, baselineJoules - idleWatts * stepSeconds);
        double otherPowerRatio = values.get(Assumption.OTHER_POWER_RATIO);
        double gemmWatts = dynamicBefore / (gemmsBefore + otherPowerRatio * outsideBefore);
        double gemmJoules = gemmWatts * gemmsBefore;
        double joulesPerByte =
                Math.min(values.get(Assumption.MEMORY_PICOJOULES_PER_BYTE) * 1e-12, gemmJoules / before.bytes);
        double joulesPerFlop = (gemmJoules - joulesPerByte * before.bytes) / before.flops();
        double dynamicAfter = joulesPerFlop * (after.baselineFlops + after.nvfp4Flops * operationEnergyRatio(values))
                + joulesPerByte * after.bytes
                + gemmWatts * otherPowerRatio * outsideAfter;

        // a step measured above the limit shows that the limit was not where the record has it
        double limitWatts = Math.max(hardware.maxWatts(), baselineJoules / stepSeconds);
        double limitedSeconds = Math.max(seconds, dynamicAfter / (limitWatts - idleWatts));
        double joules = (idleWatts * limitedSeconds + dynamicAfter) * (1 + values.get(Assumption.EXTRA_TOKENS_SHARE));
        return new Estimate(limitedSeconds, joules, baselineJoules);
    }

    /** Seconds the GEMMs would take in the baseline precision at full peak and bandwidth, with nothing else. */
    double leastBaselineGemmSeconds() {
        double seconds = 0;
        for (Gemm gemm : profile.gemms()) {
            seconds += gemm.count() * rooflineSeconds(gemm, profile.baseline(), 1, 1);
        }
        return seconds;
    }

    /** What the GEMMs of a step amount to with {@code share} of the eligible work in NVFP4. */
    private Work work(Map<Assumption, Double> values, double share) {
        Work work = new Work();
        for (Gemm gemm : profile.gemms()) {
            double nvfp4Count = gemm.eligible() ? gemm.count() * share : 0;
            add(work, gemm, Precision.NVFP4, nvfp4Count, values);
            add(work, gemm, profile.baseline(), gemm.count() - nvfp4Count, values);
        }
        return work;
    }

    private void add(Work work, Gemm gemm, Precision precision, double count, Map<Assumption, Double> values) {
        double bandwidthEfficiency = values.get(Assumption.BANDWIDTH_EFFICIENCY);
        double quantiseBytes = values.get(Assumption.QUANTISE_PASSES) * gemm.quantisePassBytes(precision);
        work.seconds += count
                * (rooflineSeconds(gemm, precision, efficiency(precision, values), bandwidthEfficiency)
                        + values.get(Assumption.LAUNCH_MICROSECONDS) * 1e-6
                        + quantiseBytes / (bandwidthEfficiency * bytesPerSecond()));
        work.bytes += count * (gemm.bytes(precision) + quantiseBytes);
        if (precision == Precision.NVFP4) {
            work.nvfp4Flops += count * gemm.flops();
        } else {
            work.baselineFlops += count * gemm.flops();
        }
    }

    private double rooflineSeconds(Gemm gemm, Precision precision, double efficiency, double bandwidthEfficiency) {
        double peakFlops = hardware.densePeakTeraflops().get(precision) * 1e12;
        return Math.max(
                gemm.flops() / (efficiency * peakFlops),
                gemm.bytes(precision) / (bandwidthEfficiency * bytesPerSecond()));
    }

    private double efficiency(Precision precision, Map<Assumption, Double> values) {
        double efficiency = values.get(Assumption.BASELINE_EFFICIENCY);
        if (precision != Precision.NVFP4) {
            return efficiency;
        }
        if (profile.baseline() == Precision.BF16) {
            efficiency *= values.get(Assumption.FP8_EFFICIENCY_RATIO);
        }
        return efficiency * values.get(Assumption.NVFP4_EFFICIENCY_RATIO);
    }

    private double operationEnergyRatio(Map<Assumption, Double> values) {
        double overBf16 = values.get(Assumption.NVFP4_OPERATION_ENERGY_RATIO);
        return profile.baseline() == Precision.BF16 ? overBf16 : Math.sqrt(overBf16);
    }

    private double bytesPerSecond() {
        return hardware.hbmTerabytesPerSecond() * 1e12;
    }

    private static final class Work {
        private double seconds;
        private double bytes;
        private double baselineFlops;
        private double nvfp4Flops;

        double flops() {
            return baselineFlops + nvfp4Flops;
        }
    }
}
