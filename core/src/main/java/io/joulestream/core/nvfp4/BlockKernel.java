package io.joulestream.core.nvfp4;

/**
 * The inner loops over one block of consecutive elements: the only code that touches every element of a tensor.
 *
 * <p>This is the seam for a vector implementation: it has to give the same bits for these methods and nothing else.
 */
final class BlockKernel {
    private static final int ABS_MASK = 0x7FFF_FFFF;
    private static final int INFINITY_BITS = 0x7F80_0000;

    private BlockKernel() {}

    /** The largest magnitude of {@code x[from .. from + length)}, NaN ignored; 0 if there is none. */
    static float maxAbs(float[] x, int from, int length) {
        int max = 0;
        for (int i = from; i < from + length; i++) {
            // magnitudes order as their patterns do; a NaN's pattern is above infinity's
            int magnitude = Float.floatToRawIntBits(x[i]) & ABS_MASK;
            max = Math.max(max, magnitude > INFINITY_BITS ? 0 : magnitude);
        }
        return Float.intBitsToFloat(max);
    }

    /** Encodes {@code length} elements (even), each times {@code factor}, two to a byte, the first in the low nibble. */
    static void encode(float[] x, int from, int length, float factor, byte[] codes, int codesFrom) {
        for (int pair = 0; pair < length / 2; pair++) {
            int low = E2M1.encode(x[from + 2 * pair] * factor);
            int high = E2M1.encode(x[from + 2 * pair + 1] * factor);
            codes[codesFrom + pair] = (byte) (low | high << 4);
        }
    }

    /** As {@link #encode}, for 16 elements, rounding with the 16 bytes of {@code random}. */
    static void encodeStochastic(float[] x, int from, float factor, int[] random, byte[] codes, int codesFrom) {
        for (int pair = 0; pair < 8; pair++) {
            int i = 2 * pair;
            int low = E2M1.encodeStochastic(x[from + i] * factor, Philox4x32.byteAt(random, i));
            int high = E2M1.encodeStochastic(x[from + i + 1] * factor, Philox4x32.byteAt(random, i + 1));
            codes[codesFrom + pair] = (byte) (low | high << 4);
        }
    }

    /** Decodes {@code length} elements (even), each times {@code multiplier}. */
    static void decode(byte[] codes, int codesFrom, int length, float multiplier, float[] values, int to) {
        for (int pair = 0; pair < length / 2; pair++) {
            int both = codes[codesFrom + pair];
            values[to + 2 * pair] = E2M1.decode(both) * multiplier;
            values[to + 2 * pair + 1] = E2M1.decode(both >>> 4) * multiplier;
        }
    }
}
