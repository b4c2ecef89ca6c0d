package io.joulestream.core.nvfp4;

/**
 * The loops that touch every element of a tensor, over consecutive blocks of 16 elements. There are two implementations,
 * which give the same bits: {@link PlainKernel} and {@link VectorKernel}.
 *
 * <p>Implementations are stateless.
 */
interface Kernel {
    /** Elements of a block. */
    int BLOCK = 16;

    /** The largest magnitude of {@code x[from .. from + length)}, NaN ignored; 0 if there is none. */
    float maxAbs(float[] x, int from, int length);

    /**
     * The largest magnitude, NaN ignored, of each of {@code blocks} blocks or tiles.
     *
     * @param rows rows of a tile, 1 for a block
     * @param stride elements from one row of a tile to the next
     */
    void blockMaxima(float[] x, int from, int rows, int stride, int blocks, float[] maxima);

    /** The E4M3 codes of {@code count} scales, none of them negative or NaN; infinity saturates. */
    void encodeScales(float[] scales, int count, byte[] codes, int codesFrom);

    /** The E2M1 codes of {@code blocks} blocks, each times its factor, two to a byte, the first in the low nibble. */
    void encode(float[] x, int from, int blocks, float[] factors, byte[] codes, int codesFrom);

    /** As {@link #encode}, rounding element i by {@code random[randomFrom + i]}. */
    void encodeStochastic(
            float[] x,
            int from,
            int blocks,
            float[] factors,
            byte[] random,
            int randomFrom,
            byte[] codes,
            int codesFrom);

    /** The random bytes of {@code blocks} consecutive blocks, 16 for each (SPEC 8). */
    void randomBytes(Rounding.Stochastic source, long firstBlock, int blocks, byte[] random, int randomFrom);

    /** The values of {@code blocks} blocks of E2M1 codes, each times its multiplier. */
    void decode(byte[] codes, int codesFrom, int blocks, float[] multipliers, float[] values, int to);

    /** The random Hadamard transform of {@code blocks} blocks, in place. */
    void transform(float[] x, int from, int blocks, boolean bf16);
}
