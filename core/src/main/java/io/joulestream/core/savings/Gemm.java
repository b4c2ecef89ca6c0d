package io.joulestream.core.savings;

import static java.util.Objects.requireNonNull;

/**
 * One shape of matrix multiplication, (m x k) by (k x n), as one GPU runs it.
 *
 * @param count how often one GPU runs it in a step
 * @param eligible whether the recipe would run it in NVFP4
 */
public record Gemm(String layer, GemmRole role, long m, long n, long k, long count, boolean eligible) {
    public Gemm {
        requireNonNull(layer, "layer");
        requireNonNull(role, "role");
        requirePositive("m", m);
        requirePositive("n", n);
        requirePositive("k", k);
        requirePositive("count", count);
    }

    /** Floating-point operations of one run. */
    double flops() {
        return 2.0 * m * n * k;
    }

    /** Bytes of both operands and the result of one run. */
    double bytes(Precision precision) {
        return operandElements() * precision.bytesPerElement() + (double) m * n * role.outputBytesPerElement();
    }

    /** Bytes one pass over both operands moves to quantise them: read in 16 bits, written in {@code precision}. */
    double quantisePassBytes(Precision precision) {
        return precision == Precision.BF16
                ? 0
                : operandElements() * (Precision.BF16.bytesPerElement() + precision.bytesPerElement());
    }

    private double operandElements() {
        return (double) m * k + (double) n * k;
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be >= 1, was " + value);
        }
    }
}
