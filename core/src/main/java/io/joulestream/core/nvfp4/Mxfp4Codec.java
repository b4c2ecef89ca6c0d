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

    private static final int BLOCK = 32;

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
        return TensorScale.none(amax);
    }

    @Override
    public void encode(Span span, TensorScale tensor, Rounding rounding) {
        for (int block = 0; block < span.length() / BLOCK; block++) {
            int from = span.elementsFrom() + block * BLOCK;
            int scale = blockScale(BlockKernel.maxAbs(span.elements(), from, BLOCK));
            span.scales()[span.scalesFrom() + block] = (byte) scale;
            // the reciprocal of every E8M0 value is a float, so multiplying is the exact division the format asks for
            float factor = 1f / E8M0.decode(scale);
            BlockKernel.encode(
                    span.elements(), from, BLOCK, factor, span.codes(), span.codesFrom() + block * (BLOCK / 2));
        }
    }

    @Override
    public void decode(Span span, TensorScale tensor) {
        for (int block = 0; block < span.length() / BLOCK; block++) {
            float multiplier = E8M0.decode(span.scales()[span.scalesFrom() + block]);
            BlockKernel.decode(
                    span.codes(),
                    span.codesFrom() + block * (BLOCK / 2),
                    BLOCK,
                    multiplier,
                    span.elements(),
                    span.elementsFrom() + block * BLOCK);
        }
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
