package io.joulestream.core.nvfp4;

/**
 * The 8-bit format of FP8 gradients (SPEC 1.3).
 *
 * <p>Sign, five exponent bits, two mantissa bits, bias 15. Largest finite value 57344, smallest subnormal 2^-16.
 * Infinity and NaN decode, but a number never encodes to infinity.
 */
public final class E5M2 {
    /** The largest finite value, 57344, code 0x7B. */
    public static final float MAX = 57_344f;

    private static final int INFINITY = 0x7C;
    private static final int NAN = 0x7F;
    private static final SmallFloat FORMAT = new SmallFloat(2, 15, MAX);
    private static final float[] VALUES = new float[256];

    static {
        for (int code = 0; code < 128; code++) {
            float magnitude = code < INFINITY
                    ? FORMAT.decodeMagnitude(code)
                    : code == INFINITY ? Float.POSITIVE_INFINITY : Float.NaN;
            VALUES[code] = magnitude;
            VALUES[code | 0x80] = -magnitude;
        }
    }

    private E5M2() {}

    /**
     * The code, 0 to 255, nearest to {@code v}; ties to even; the sign is copied.
     *
     * <p>Saturates at 0x7B, infinity too. NaN gives 0x7F with its sign.
     */
    public static int encode(float v) {
        int bits = Float.floatToRawIntBits(v);
        int sign = (bits >>> 24) & 0x80;
        return sign | (SmallFloat.isNaN(bits) ? NAN : FORMAT.encodeMagnitude(bits));
    }

    /** The value of a code; only the low eight bits are read, so a {@code byte} may be passed as it is. */
    public static float decode(int code) {
        return VALUES[code & 0xFF];
    }
}
