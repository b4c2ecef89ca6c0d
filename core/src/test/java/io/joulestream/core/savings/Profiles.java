package io.joulestream.core.savings;

import java.time.LocalDate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Profiles and devices for tests, small enough to check by hand. */
final class Profiles {
    private Profiles() {}

    /** A GPU of 1 TFLOPS in BF16, 2 in FP8, {@code ratio} times FP8 in FP4, 1000 W at most, memory out of the way. */
    static Hardware device(double ratio) {
        return new Hardware(
                "test",
                Map.of(Precision.BF16, 1.0, Precision.FP8, 2.0, Precision.NVFP4, 2.0 * ratio),
                1e6,
                1000,
                100.0,
                "test",
                "test",
                LocalDate.of(2026, 11, 1),
                "reported");
    }

    /** Every uncertain input at a value that takes no part: full efficiency, no overheads, no communication. */
    static Map<Assumption, Range> ideal() {
        Map<Assumption, Range> ideal = new EnumMap<>(Assumption.class);
        for (Assumption assumption : Assumption.values()) {
            double value = switch (assumption) {
                case LAUNCH_MICROSECONDS,
                        QUANTISE_PASSES,
                        MEMORY_PICOJOULES_PER_BYTE,
                        OVERLAPPED_COMMUNICATION_SHARE,
                        SENSOR_ERROR,
                        EXTRA_TOKENS_SHARE -> 0;
                default -> 1;
            };
            ideal.put(assumption, Range.fixed(value, Basis.MEASURED));
        }
        return ideal;
    }

    /**
     * A step of 10 seconds at 600 W on one test device in FP8, of which eligible GEMMs take the share {@code gemmShare} at
     * full peak.
     */
    static WorkloadProfile fp8Step(double gemmShare, Map<Assumption, Range> assumptions, Range overlappedSeconds) {
        // 1000 x 1000 x 1000 is 2e9 operations, 1 ms at 2 TFLOPS
        Gemm gemm = new Gemm("layer", GemmRole.FPROP, 1000, 1000, 1000, Math.round(10_000 * gemmShare), true);
        return new WorkloadProfile(
                "test",
                "test",
                1,
                Precision.FP8,
                10,
                6000,
                Basis.MEASURED,
                1000L,
                overlappedSeconds,
                null,
                List.of(gemm),
                assumptions);
    }

    static Range fixed(double value) {
        return Range.fixed(value, Basis.MEASURED);
    }
}
