package io.joulestream.core.savings;

import java.util.Arrays;
import java.util.Optional;

/**
 * The inputs no profile can measure without calibration, each with its default range, the values it may take and where
 * the default comes from. A profile may replace any of them and say on what basis.
 */
public enum Assumption {
    /** Share of the eligible GEMMs' work really run in NVFP4; no recipe runs all of it. A profile must state it. */
    ELIGIBLE_SHARE("eligible_share", 0, 1, null, "the profile"),
    /** Share of the dense peak that GEMMs reach in the baseline precision. */
    BASELINE_EFFICIENCY("baseline_efficiency", 0.01, 1, assumed(0.5, 0.65, 0.8), "judgement"),
    /** FP8 efficiency over BF16 efficiency; only for a BF16 baseline. */
    FP8_EFFICIENCY_RATIO("fp8_efficiency_ratio", 0.01, 1, assumed(0.8, 0.9, 1), "judgement"),
    /** NVFP4 efficiency over FP8 efficiency. */
    NVFP4_EFFICIENCY_RATIO(
            "nvfp4_efficiency_ratio",
            0.01,
            1,
            assumed(0.49, 0.6, 0.67),
            "published whole-step speed-ups of dense models, inverted with GEMM shares of 0.6 to 0.9"),
    /** Share of the memory bandwidth that is reached. */
    BANDWIDTH_EFFICIENCY("bandwidth_efficiency", 0.01, 1, assumed(0.6, 0.8, 0.92), "judgement"),
    /** Time to start one GEMM. */
    LAUNCH_MICROSECONDS("launch_microseconds", 0, 1000, assumed(0, 2, 5), "judgement"),
    /** Passes over both operands to quantise them: under 1 if fused, more with an amax pass or a transposed copy. */
    QUANTISE_PASSES("quantise_passes", 0, 10, assumed(0.3, 1, 2.5), "judgement"),
    /** Energy of one NVFP4 operation over one BF16 operation. Over one FP8 operation it is taken as the square root. */
    NVFP4_OPERATION_ENERGY_RATIO(
            "nvfp4_operation_energy_ratio",
            0.05,
            2,
            assumed(0.25, 0.6, 1),
            "judgement; no primary figure is published"),
    /** Energy to move one byte of HBM. */
    MEMORY_PICOJOULES_PER_BYTE(
            "memory_picojoules_per_byte", 0, 1000, assumed(28, 48, 72), "conflicting figures of 3.5 to 9 pJ per bit"),
    /** Dynamic power while no GEMM runs, over dynamic power while one does. */
    OTHER_POWER_RATIO("other_power_ratio", 0, 2, assumed(0.3, 0.7, 1), "judgement"),
    /** Communication that runs beside GEMMs, as a share of the GEMM time; unused if the profile gives seconds. */
    OVERLAPPED_COMMUNICATION_SHARE(
            "overlapped_communication_share", 0, 1, assumed(0, 0.5, 1), "anything possible; 0 for a single GPU"),
    /** Relative error of the energy sensor. */
    SENSOR_ERROR("sensor_error", -0.5, 0.5, assumed(-0.12, 0, 0.12), "published sensor studies, 5 to 12 percent"),
    /** Extra tokens to reach the same loss. */
    EXTRA_TOKENS_SHARE("extra_tokens_share", 0, 1, assumed(0, 0.01, 0.03), "judgement; depends on model and recipe");

    private final String key;
    private final double min;
    private final double max;
    private final Range byDefault;
    private final String source;

    Assumption(String key, double min, double max, Range byDefault, String source) {
        this.key = key;
        this.min = min;
        this.max = max;
        this.byDefault = byDefault;
        this.source = source;
    }

    /** The name in a profile and in a report; it carries the unit. */
    public String key() {
        return key;
    }

    /** The least value that may be assumed. */
    public double min() {
        return min;
    }

    /** The greatest value that may be assumed. */
    public double max() {
        return max;
    }

    /** Where the default comes from. */
    public String source() {
        return source;
    }

    /** Empty for what a profile has to state. */
    public Optional<Range> byDefault() {
        return Optional.ofNullable(byDefault);
    }

    static Optional<Assumption> find(String key) {
        return Arrays.stream(values()).filter(a -> a.key.equals(key)).findFirst();
    }

    private static Range assumed(double low, double central, double high) {
        return new Range(low, central, high, Basis.ASSUMED);
    }
}
