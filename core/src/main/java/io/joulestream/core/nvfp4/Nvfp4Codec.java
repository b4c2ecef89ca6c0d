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
    public void encode(
            float[] x, int rows, int cols, TensorScale tensor, Rounding rounding, byte[] codes, byte[] scales) {
        int blocks = cols / BLOCK;
        int[] random = new int[4];
        for (int firstRow = 0; firstRow < rows; firstRow += tileRows) {
            for (int block = 0; block < blocks; block++) {
                float blockAmax = tileAmax(x, firstRow, tileRows, cols, block);
                int scale = blockScale(blockAmax, tensor.encode(), formula);
                float factor = encodeFactor(scale, tensor);
                for (int row = firstRow; row < firstRow + tileRows; row++) {
                    int index = row * blocks + block;
                    scales[index] = (byte) scale;
                    if (rounding instanceof Rounding.Stochastic stochastic) {
                        Philox4x32.generate(stochastic.seed(), index, stochastic.stream(), random);
                        BlockKernel.encodeStochastic(x, index * BLOCK, factor, random, codes, index * (BLOCK / 2));
                    } else {
                        BlockKernel.encode(x, index * BLOCK, BLOCK, factor, codes, index * (BLOCK / 2));
                    }
                }
            }
        }
    }

    @Override
    public void decode(byte[] codes, byte[] scales, int rows, int cols, TensorScale tensor, float[] values) {
        decodeBlocks(codes, scales, tensor.amax(), INV2688, values);
    }

    @Override
    public float encodeFactor(int scale, TensorScale tensor) {
        return elementFactor(scale, tensor.decode());
    }

    /** The largest magnitude of one block over {@code tileRows} rows, NaN ignored. */
    static float tileAmax(float[] x, int firstRow, int tileRows, int cols, int block) {
        float amax = 0f;
        for (int row = firstRow; row < firstRow + tileRows; row++) {
            amax = Math.max(amax, BlockKernel.maxAbs(x, row * cols + block * BLOCK, BLOCK));
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

    /** Decodes a row of blocks, or a whole tensor, since blocks follow each other without a gap. */
    static void decodeBlocks(byte[] codes, byte[] scales, float amax, float inverseRange, float[] values) {
        for (int block = 0; block < scales.length; block++) {
            float multiplier = blockMultiplier(scales[block], amax, inverseRange);
            BlockKernel.decode(codes, block * (BLOCK / 2), BLOCK, multiplier, values, block * BLOCK);
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
