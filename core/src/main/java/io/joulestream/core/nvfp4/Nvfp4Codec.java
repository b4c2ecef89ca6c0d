package io.joulestream.core.nvfp4;

/** NVFP4 proper: E2M1 elements, an E4M3 scale per 16 elements or per 16 x 16 tile, a binary32 scale per tensor. */
final class Nvfp4Codec implements TensorCodec {
    static final int BLOCK = 16;

    /** Which order the block scale is computed in (SPEC 4); they differ only next to a rounding boundary. */
    enum ScaleFormula {
        /** {@code B * (S * (1/6))}. */
        FOLD,
        /** {@code (B / 6) * S}. */
        LEGACY
    }

    private static final float RANGE = 2688f;
    private static final float INV6 = Float.intBitsToFloat(0x3E2A_AAAB);
    private static final float INV2688 = Float.intBitsToFloat(0x39C3_0C31);

    private final int tileRows;
    private final ScaleFormula formula;

    Nvfp4Codec(int tileRows, ScaleFormula formula) {
        this.tileRows = tileRows;
        this.formula = formula;
    }

    @Override
    public int blockLength() {
        return BLOCK;
    }

    @Override
    public int tileRows() {
        return tileRows;
    }

    @Override
    public int bitsPerCode() {
        return 4;
    }

    @Override
    public boolean roundsStochastically() {
        return true;
    }

    @Override
    public boolean takesHadamard() {
        return tileRows == 1;
    }

    @Override
    public TensorScale tensorScale(float amax) {
        return TensorScale.of(amax, RANGE);
    }

    @Override
    public void encode(Span span, TensorScale tensor, Rounding rounding) {
        float[] x = span.elements();
        int blocks = span.cols() / BLOCK;
        int[] random = new int[4];
        for (int firstRow = 0; firstRow < span.rows(); firstRow += tileRows) {
            for (int block = 0; block < blocks; block++) {
                float blockAmax = tileAmax(span, firstRow, tileRows, block);
                int scale = blockScale(blockAmax, tensor.encode(), formula);
                float factor = encodeFactor(scale, tensor);
                for (int row = firstRow; row < firstRow + tileRows; row++) {
                    int index = row * blocks + block;
                    int from = span.elementsFrom() + index * BLOCK;
                    int to = span.codesFrom() + index * (BLOCK / 2);
                    span.scales()[span.scalesFrom() + index] = (byte) scale;
                    if (rounding instanceof Rounding.Stochastic stochastic) {
                        Philox4x32.generate(stochastic.seed(), span.firstBlock() + index, stochastic.stream(), random);
                        BlockKernel.encodeStochastic(x, from, factor, random, span.codes(), to);
                    } else {
                        BlockKernel.encode(x, from, BLOCK, factor, span.codes(), to);
                    }
                }
            }
        }
    }

    @Override
    public void decode(Span span, TensorScale tensor) {
        decodeBlocks(span, tensor.amax(), INV2688);
    }

    @Override
    public float encodeFactor(int scale, TensorScale tensor) {
        return elementFactor(scale, tensor.decode());
    }

    /** The largest magnitude of one block over {@code tileRows} rows, NaN ignored. */
    static float tileAmax(Span span, int firstRow, int tileRows, int block) {
        float amax = 0f;
        for (int row = firstRow; row < firstRow + tileRows; row++) {
            int from = span.elementsFrom() + row * span.cols() + block * BLOCK;
            amax = Math.max(amax, BlockKernel.maxAbs(span.elements(), from, BLOCK));
        }
        return amax;
    }

    /** The scale byte of a block with largest magnitude {@code blockAmax}, 0x00 to 0x7E. */
    static int blockScale(float blockAmax, float encodeScale, ScaleFormula formula) {
        float scale = formula == ScaleFormula.FOLD ? blockAmax * (encodeScale * INV6) : blockAmax / 6f * encodeScale;
        return E4M3.encode(Math.min(scale, Float.MAX_VALUE));
    }

    /**
     * What the elements of a block are multiplied by. A scale that rounded to 0 gives the largest float: the codes of such
     * a block usually saturate, yet its values are zero.
     */
    static float elementFactor(int scale, float decodeScale) {
        return Math.min(1f / (E4M3.decode(scale) * decodeScale), Float.MAX_VALUE);
    }

    /** Decodes the blocks of a span, which follow each other without a gap. */
    static void decodeBlocks(Span span, float amax, float inverseRange) {
        for (int block = 0; block < span.length() / BLOCK; block++) {
            float multiplier = blockMultiplier(span.scales()[span.scalesFrom() + block], amax, inverseRange);
            BlockKernel.decode(
                    span.codes(),
                    span.codesFrom() + block * (BLOCK / 2),
                    BLOCK,
                    multiplier,
                    span.elements(),
                    span.elementsFrom() + block * BLOCK);
        }
    }

    /** What the element values of a block are multiplied by to decode them (SPEC 5, with its two guards). */
    static float blockMultiplier(int scale, float amax, float inverseRange) {
        float decoded = E4M3.decode(scale);
        if (Float.isInfinite(amax)) {
            return decoded;
        }
        float multiplier = decoded * amax * inverseRange;
        return Float.isInfinite(multiplier) ? decoded * (amax * inverseRange) : multiplier;
    }
}
