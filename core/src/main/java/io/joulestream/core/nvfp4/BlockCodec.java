package io.joulestream.core.nvfp4;

/**
 * What NVFP4 and four-over-six share: E2M1 elements, an E4M3 scale per 16 elements or per 16 x 16 tile, a binary32 scale
 * per tensor. They differ in how a scale is chosen.
 */
abstract class BlockCodec implements TensorCodec {
    static final int BLOCK = Kernel.BLOCK;

    static final Kernel KERNEL = Kernels.CHOSEN;

    /** Blocks worked on at once: their elements are read two or three times and stay in the fastest cache. */
    private static final int CHUNK = 256;

    /** Magnitude codes of E4M3; a scale is never negative. */
    private static final int SCALES = 128;

    private final int tileRows;
    private final float range;
    private final float inverseRange;

    /**
     * @param tileRows rows that share a scale, 1 or 16
     * @param range what the largest magnitude of the tensor is scaled to
     * @param inverseRange its reciprocal as rounded to binary32
     */
    BlockCodec(int tileRows, float range, float inverseRange) {
        this.tileRows = tileRows;
        this.range = range;
        this.inverseRange = inverseRange;
    }

    /**
     * Chooses the scale bytes of consecutive blocks or tiles.
     *
     * @param first index of the first element of the first one
     * @param maxima their largest magnitudes; may be overwritten
     */
    abstract void chooseScales(Span span, int first, float[] maxima, int blocks, TensorScale tensor, int scalesFrom);

    @Override
    public final int blockLength() {
        return BLOCK;
    }

    @Override
    public final int tileRows() {
        return tileRows;
    }

    @Override
    public final int bitsPerCode() {
        return 4;
    }

    @Override
    public final TensorScale tensorScale(float amax) {
        return TensorScale.of(amax, range);
    }

    @Override
    public final void encode(Span span, TensorScale tensor, Rounding rounding) {
        float[] factorOfScale = factors(tensor);
        float[] work = new float[CHUNK];
        byte[] random = rounding instanceof Rounding.Stochastic ? new byte[CHUNK * BLOCK] : null;
        int perBand = blocksPerBand(span);
        for (int band = 0; band < span.length() / BLOCK; band += perBand * tileRows) {
            for (int chunk = band; chunk < band + perBand; chunk += CHUNK) {
                int blocks = Math.min(CHUNK, band + perBand - chunk);
                int first = span.elementsFrom() + chunk * BLOCK;
                int scalesFrom = span.scalesFrom() + chunk;
                KERNEL.blockMaxima(span.elements(), first, tileRows, span.cols(), blocks, work);
                chooseScales(span, first, work, blocks, tensor, scalesFrom);
                for (int i = 0; i < blocks; i++) {
                    work[i] = factorOfScale[span.scales()[scalesFrom + i]];
                }
                for (int row = 0; row < tileRows; row++) {
                    if (row > 0) {
                        System.arraycopy(span.scales(), scalesFrom, span.scales(), scalesFrom + row * perBand, blocks);
                    }
                    encodeBlocks(span, chunk + row * perBand, blocks, work, rounding, random);
                }
            }
        }
    }

    private static void encodeBlocks(
            Span span, int block, int blocks, float[] factors, Rounding rounding, byte[] random) {
        int from = span.elementsFrom() + block * BLOCK;
        int to = span.codesFrom() + block * (BLOCK / 2);
        if (rounding instanceof Rounding.Stochastic stochastic) {
            KERNEL.randomBytes(stochastic, span.firstBlock() + block, blocks, random);
            KERNEL.encodeStochastic(span.elements(), from, blocks, factors, random, span.codes(), to);
        } else {
            KERNEL.encode(span.elements(), from, blocks, factors, span.codes(), to);
        }
    }

    @Override
    public final void decode(Span span, TensorScale tensor) {
        float[] multiplierOfScale = multipliers(tensor);
        float[] work = new float[CHUNK];
        int all = span.length() / BLOCK;
        for (int chunk = 0; chunk < all; chunk += CHUNK) {
            int blocks = Math.min(CHUNK, all - chunk);
            for (int i = 0; i < blocks; i++) {
                work[i] = multiplierOfScale[span.scales()[span.scalesFrom() + chunk + i]];
            }
            int from = span.codesFrom() + chunk * (BLOCK / 2);
            KERNEL.decode(span.codes(), from, blocks, work, span.elements(), span.elementsFrom() + chunk * BLOCK);
        }
    }

    @Override
    public final float encodeFactor(int scale, TensorScale tensor) {
        return elementFactor(scale, tensor.decode());
    }

    /**
     * What the elements of a block are multiplied by. A scale that rounded to 0 gives the largest float: the codes of such
     * a block usually saturate, yet its values are zero.
     */
    static float elementFactor(int scale, float decodeScale) {
        return Math.min(1f / (E4M3.decode(scale) * decodeScale), Float.MAX_VALUE);
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

    private static float[] factors(TensorScale tensor) {
        float[] factors = new float[SCALES];
        for (int scale = 0; scale < SCALES; scale++) {
            factors[scale] = elementFactor(scale, tensor.decode());
        }
        return factors;
    }

    private float[] multipliers(TensorScale tensor) {
        float[] multipliers = new float[SCALES];
        for (int scale = 0; scale < SCALES; scale++) {
            multipliers[scale] = blockMultiplier(scale, tensor.amax(), inverseRange);
        }
        return multipliers;
    }

    /** Blocks whose scales are chosen one after the other: all of a span, or those of a row of tiles. */
    private int blocksPerBand(Span span) {
        return Math.max(1, (tileRows == 1 ? span.length() : span.cols()) / BLOCK);
    }
}
