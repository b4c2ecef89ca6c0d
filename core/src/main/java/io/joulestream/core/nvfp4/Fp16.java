package io.joulestream.core.nvfp4;

/** IEEE 754 binary16: five exponent bits, ten mantissa bits, subnormals, infinities (SPEC 1.5). */
public final class Fp16 {
    private static final int INFINITY = 0x7C00;
    private static final int NAN = 0x7E00;

    /** 65520, half way between the largest finite value and the next power of two. */
    private static final int OVERFLOW_BITS = 0x477F_F000;

    private static final SmallFloat FORMAT = new SmallFloat(10, 15, 65_504f);

    private Fp16() {}

    /**
     * The 16-bit pattern nearest to {@code v}, ties to even.
     *
     * <p>Magnitudes of 65520 and above become infinity: an overflow is left visible, not clamped. NaN gives 0x7E00 with
     * its sign.
     */
    public static int encode(float v) {
        int bits = Float.floatToRawIntBits(v);
        int sign = (bits >>> 16) & 0x8000;
        if (SmallFloat.isNaN(bits)) {
            return sign | NAN;
        }
        return sign | ((bits & 0x7FFF_FFFF) >= OVERFLOW_BITS ? INFINITY : FORMAT.encodeMagnitude(bits));
    }

    /** The value of a pattern, exactly; only the low 16 bits are read. */
    public static float decode(int pattern) {
        int code = pattern & 0x7FFF;
        // 2^112 puts the exponent bias right, for subnormals too
        float magnitude = code < INFINITY
                ? Float.intBitsToFloat(code << 13) * 0x1p112f
                : code == INFINITY ? Float.POSITIVE_INFINITY : Float.NaN;
        return (pattern & 0x8000) == 0 ? magnitude : -magnitude;
    }

    /** {@code v} rounded to binary16 precision. */
    public static float round(float v) {
        return decode(encode(v));
    }
}
