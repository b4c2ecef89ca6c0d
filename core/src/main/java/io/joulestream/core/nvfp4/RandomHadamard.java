package io.joulestream.core.nvfp4;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The 16-point random Hadamard transform that spreads outliers over a block before it is quantised (SPEC 7).
 *
 * <p>{@code out_j = 1/4 sum_i sign_i x_i H_ij}, H the Sylvester matrix, the signs fixed for all layers and steps. It is
 * orthogonal, so the mean squared error in the transformed domain is that of the input up to rounding.
 */
public enum RandomHadamard {
    /** No transform. */
    NONE,
    /** Butterflies in binary32, in the order of the specification. */
    FP32,
    /**
     * Input rounded to BF16, the same butterflies in binary32, output rounded to BF16: what GPU kernels compute, except where
     * a block's numbers lie so far apart that the rounding of sums is seen (docs/nvfp4.md).
     */
    BF16;

    /** Points of one transform, the block length of NVFP4. */
    public static final int POINTS = 16;

    static final float[] SIGNS = {1, 1, 1, -1, 1, -1, -1, -1, -1, -1, -1, 1, -1, 1, -1, -1};

    /** The form called {@code name}: none, fp32 or bf16. */
    public static RandomHadamard parse(String name) {
        for (RandomHadamard form : values()) {
            if (form.toString().equals(name)) {
                return form;
            }
        }
        throw new IllegalArgumentException("random Hadamard transform must be one of "
                + Arrays.stream(values()).map(RandomHadamard::toString).collect(Collectors.joining(", ")) + ", was "
                + name);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Transforms {@code length} elements, a multiple of 16, in place, each 16 by themselves. */
    void transform(float[] x, int from, int length) {
        if (this == NONE) {
            return;
        }
        Kernels.CHOSEN.transform(x, from, length / POINTS, this == BF16);
    }

    /** Transforms {@code x[from .. from + 16)} in place. */
    public void transform(float[] x, int from) {
        if (this == NONE) {
            return;
        }
        boolean bf16 = this == BF16;
        for (int i = 0; i < POINTS; i++) {
            float value = bf16 ? Bf16.round(x[from + i]) : x[from + i];
            x[from + i] = value * SIGNS[i];
        }
        butterflies(x, from);
        for (int i = 0; i < POINTS; i++) {
            float value = x[from + i] * 0.25f;
            x[from + i] = bf16 ? Bf16.round(value) : value;
        }
    }

    /**
     * Undoes the transform of {@code x[from .. from + 16)} in place, up to binary32 rounding: the butterflies, a quarter,
     * then the signs. Nothing for {@link #NONE}; no BF16 rounding for {@link #BF16}.
     */
    public void inverse(float[] x, int from) {
        if (this == NONE) {
            return;
        }
        butterflies(x, from);
        for (int i = 0; i < POINTS; i++) {
            x[from + i] = x[from + i] * 0.25f * SIGNS[i];
        }
    }

    private static void butterflies(float[] x, int from) {
        for (int stride = 1; stride < POINTS; stride <<= 1) {
            for (int group = from; group < from + POINTS; group += 2 * stride) {
                for (int i = group; i < group + stride; i++) {
                    float lower = x[i];
                    float upper = x[i + stride];
                    x[i] = lower + upper;
                    x[i + stride] = lower - upper;
                }
            }
        }
    }
}
