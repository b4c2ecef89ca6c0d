package io.joulestream.core.nvfp4;

/**
 * MXFP4 for comparison (SPEC 11): E2M1 elements, one power-of-two scale per 32 elements, no tensor scale.
 *
 * <p>NaN is ignored in the block maximum, as everywhere, and its element becomes +6. A block with an infinity gets the
 * NaN scale, all its codes are 7 and all its values NaN.
 */
final class Mxfp4Codec implements TensorCodec {
    /** How the exponent of a block is chosen from its largest magnitude. */
    enum ScaleRule {
        /** {@code floor(log2(B)) - 2}, as OCP has it: values between 6 and 8 times the scale are clipped. */
        OCP,
        /** The smallest exponent that clips nothing. */
        CEIL
    }

    /** Twice the kernel's. */
    private static final int BLOCK = 2 * Kernel.BLOCK;

    /** Blocks worked on at once. */
    private static final int CHUNK = 128;

    private final ScaleRule rule;

    Mxfp4Codec(ScaleRule rule) {
        this.rule = rule;
    }

    @Override
    public int blockLength() {
        return BLOCK;
    }

    @Override
    public int bitsPerCode() {
        return 4;
    }

    @Override
    public boolean hasTensorScale() {
        return false;
    }

    @Override
    public TensorScale tensorScale(float amax) {
        return TensorScale.NONE;
    }

    @Override
    public void encode(Span span, TensorScale tensor, Rounding rounding) {
        float[] halves = new float[2 * CHUNK];
        for (int chunk = 0; chunk < span.length() / BLOCK; chunk += CHUNK) {
            int blocks = Math.min(CHUNK, span.length() / BLOCK - chunk);
            int from = span.elementsFrom() + chunk * BLOCK;
            BlockCodec.KERNEL.blockMaxima(span.elements(), from, 1, 0, 2 * blocks, halves);
            for (int i = 0; i < blocks; i++) {
                int scale = blockScale(Math.max(halves[2 * i], halves[2 * i + 1]));
                span.scales()[span.scalesFrom() + chunk + i] = (byte) scale;
                // the reciprocal of every E8M0 value is a float, so multiplying is the exact division the format asks
                // for
                setBoth(halves, i, 1f / E8M0.decode(scale));
            }
            BlockCodec.KERNEL.encode(span.elements(), from, 2 * blocks, halves, span.codes(), codesFrom(span, chunk));
        }
    }

    @Override
    public void decode(Span span, TensorScale tensor) {
        float[] halves = new float[2 * CHUNK];
        for (int chunk = 0; chunk < span.length() / BLOCK; chunk += CHUNK) {
            int blocks = Math.min(CHUNK, span.length() / BLOCK - chunk);
            for (int i = 0; i < blocks; i++) {
                setBoth(halves, i, E8M0.decode(span.scales()[span.scalesFrom() + chunk + i]));
            }
            int to = span.elementsFrom() + chunk * BLOCK;
            BlockCodec.KERNEL.decode(span.codes(), codesFrom(span, chunk), 2 * blocks, halves, span.elements(), to);
        }
    }

    private static void setBoth(float[] halves, int block, float value) {
        halves[2 * block] = value;
        halves[2 * block + 1] = value;
    }

    private static int codesFrom(Span span, int block) {
        return span.codesFrom() + block * (BLOCK / 2);
    }

    private int blockScale(float blockAmax) {
        if (blockAmax == 0f) {
            return 0;
        }
        if (Float.isInfinite(blockAmax)) {
            return E8M0.NAN;
        }
        return rule == ScaleRule.OCP
                ? E8M0.encodeExponent(E8M0.floorLog2(blockAmax) - 2)
                : E8M0.encodeUp(blockAmax / 6f);
    }
}
