package io.joulestream.core.telemetry;

import java.util.Locale;
import java.util.Optional;

/**
 * In what numbers a job multiplies. The codes are those of {@link Metric#JOB_PRECISION} on the wire: only add.
 *
 * <p>TF32 has a code of its own: it takes FP32 and multiplies ten bits of its mantissa, so calling it FP32 would compare
 * energies of unlike work. The ledger keeps no precision yet, and readers keep codes that they do not know.
 */
public enum JobPrecision {
    NVFP4(1),
    MXFP8(2),
    FP8(3),
    BF16(4),
    FP16(5),
    FP32(6),
    TF32(7);

    private final int code;

    JobPrecision(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** Of a word such as bf16, in either case; empty for one that has no code. */
    public static Optional<JobPrecision> ofWord(String word) {
        for (JobPrecision precision : values()) {
            if (precision.name().equals(word.toUpperCase(Locale.ROOT))) {
                return Optional.of(precision);
            }
        }
        return Optional.empty();
    }
}
