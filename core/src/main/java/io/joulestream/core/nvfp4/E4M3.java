package io.joulestream.core.nvfp4;

/**
 * The 8-bit format of NVFP4 block scales and of FP8 activations and weights, the "FN" kind (SPEC 1.2).
 *
 * <p>Sign, four exponent bits, three mantissa bits, bias 7. Largest finite value 448, smallest normal 2^-6, smallest
 * subnormal 2^-9. No infinities; magnitude code 0x7F is NaN.
 */
public final class E4M3 {
    /** The largest finite value, 448, code 0x7E. */
    public static final float MAX = 448f;

    // what rounding a magnitude to this format takes, for the vector kernel; see SmallFloat
    static final int MAX_CODE = 0x7E;
    static final int MAX_BITS = Float.floatToRawIntBits(MAX);
    static final int SMALLEST_NORMAL_BITS = 0x3C80_0000;
    static final float SUBNORMAL_ALIGNER = 16_384f;
    static final int REBIAS = 120 << 3;

    private static final int NAN = 0x7F;
    private static final SmallFloat FORMAT = new SmallFloat(3, 7, MAX);
    private static final float[] VALUES = new float[256];

    static {
        for (int code = 0; code < 128; code++) {
            float magnitude = code == NAN ? Float.NaN : FORMAT.decodeMagnitude(code);
            VALUES[code] = magnitude;
            VALUES[code | 0x80] = -magnitude;
        }
    }

    private E4M3() {}

    /**
     * The code, 0 to 255, nearest to {@code v}; ties to even; the sign is copied.
     *
     * <p>Every magnitude of 448 and above, infinity too, saturates at 0x7E. NaN gives 0x7F with its sign.
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
