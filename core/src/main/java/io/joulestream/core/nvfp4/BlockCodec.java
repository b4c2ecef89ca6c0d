package io.joulestream.core.nvfp4;

import java.util.List;
import java.util.Locale;

/**
 * What NVFP4 and four-over-six share: E2M1 elements, an E4M3 scale per 16 elements or per 16 x 16 tile, a binary32 scale
 * per tensor. They differ in how a scale is chosen.
 */
abstract class BlockCodec implements TensorCodec {
    static final int BLOCK = Kernel.BLOCK;

    static final Kernel KERNEL = Kernels.CHOSEN;

    /** Magnitude codes of E4M3; a scale is never negative. */
    private static final int SCALES = 128;

    private static final Chunk.Step MAXIMA = chunk -> KERNEL.blockMaxima(
            chunk.span.elements(), chunk.elementsFrom(0), chunk.rows, chunk.span.cols(), chunk.blocks, chunk.numbers);

    private static final Chunk.Step ROUND_TO_NEAREST = chunk -> {
        for (int row = 0; row < chunk.rows; row++) {
            KERNEL.encode(
                    chunk.span.elements(),
                    chunk.elementsFrom(row),
                    chunk.blocks,
                    chunk.numbers,
                    chunk.span.codes(),
                    chunk.codesFrom(row));
        }
    };

    private static final Chunk.Step DRAW_BYTES = chunk -> {
        for (int row = 0; row < chunk.rows; row++) {
            long firstBlock = chunk.span.firstBlock() + chunk.block(row);
            KERNEL.randomBytes(chunk.source, firstBlock, chunk.blocks, chunk.random, chunk.randomFrom(row));
        }
    };

    private static final Chunk.Step ROUND_STOCHASTICALLY = chunk -> {
        for (int row = 0; row < chunk.rows; row++) {
            KERNEL.encodeStochastic(
                    chunk.span.elements(),
                    chunk.elementsFrom(row),
                    chunk.blocks,
                    chunk.numbers,
                    chunk.random,
                    chunk.randomFrom(row),
                    chunk.span.codes(),
                    chunk.codesFrom(row));
        }
    };

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

    /** Chooses the scale bytes of the first row of {@code chunk} by its largest magnitudes, which may be overwritten. */
    abstract void chooseScales(Chunk chunk);

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
        Chunk chunk = new Chunk(span, tensor, rounding, tileRows);
        List<Chunk.Step> steps = steps(chunk);
        int perBand = Math.max(1, (tileRows == 1 ? span.length() : span.cols()) / BLOCK);
        for (int band = 0; band < span.length() / BLOCK; band += perBand * tileRows) {
            for (int first = band; first < band + perBand; first += Chunk.BLOCKS) {
                chunk.moveTo(first, Math.min(Chunk.BLOCKS, band + perBand - first));
                // through a list no step is inlined; compiled together, their vectors exceed the compiler's limits
                for (Chunk.Step step : steps) {
                    step.run(chunk);
                }
            }
        }
    }

    private List<Chunk.Step> steps(Chunk chunk) {
        float[] factorOfScale = factors(chunk.tensor);
        Chunk.Step factors = c -> spreadScales(c, factorOfScale);
        return chunk.source == null
                ? List.of(MAXIMA, this::chooseScales, factors, ROUND_TO_NEAREST)
                : List.of(MAXIMA, this::chooseScales, factors, DRAW_BYTES, ROUND_STOCHASTICALLY);
    }

    /** Looks up the factors of a chunk's blocks, and gives the other rows of its tiles their scale bytes. */
    private static void spreadScales(Chunk chunk, float[] factorOfScale) {
        byte[] scales = chunk.span.scales();
        int from = chunk.scalesFrom(0);
        for (int i = 0; i < chunk.blocks; i++) {
            chunk.numbers[i] = factorOfScale[scales[from + i]];
        }
        for (int row = 1; row < chunk.rows; row++) {
            System.arraycopy(scales, from, scales, chunk.scalesFrom(row), chunk.blocks);
        }
    }

    @Override
    public final void decode(Span span, TensorScale tensor) {
        float[] multiplierOfScale = multipliers(tensor);
        float[] multipliers = new float[Chunk.BLOCKS];
        int all = span.length() / BLOCK;
        for (int first = 0; first < all; first += Chunk.BLOCKS) {
            int blocks = Math.min(Chunk.BLOCKS, all - first);
            for (int i = 0; i < blocks; i++) {
                multipliers[i] = multiplierOfScale[span.scales()[span.scalesFrom() + first + i]];
            }
            int from = span.codesFrom() + first * (BLOCK / 2);
            int to = span.elementsFrom() + first * BLOCK;
            KERNEL.decode(span.codes(), from, blocks, multipliers, span.elements(), to);
        }
    }

    @Override
    public final void requireScales(byte[] scales, int blocksPerRow) {
        for (int i = 0; i < scales.length; i++) {
            int scale = scales[i] & 0xFF;
            if (scale > E4M3.MAX_CODE) {
                throw new IllegalArgumentException(
                        String.format(Locale.ROOT, "scale byte %d is 0x%02x; E4M3 scales are 0x00 to 0x7e", i, scale));
            }
            int first = i / blocksPerRow / tileRows * tileRows * blocksPerRow + i % blocksPerRow;
            if (scales[i] != scales[first]) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "scale byte %d is 0x%02x, but byte %d of the same tile is 0x%02x",
                        i,
                        scale,
                        first,
                        scales[first]));
            }
        }
    }

    /** What the elements of a block with scale byte {@code scale} were multiplied by. */
    final float encodeFactor(int scale, TensorScale tensor) {
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
}
