package io.joulestream.core.nvfp4;

/**
 * The power-of-two scale format of the OCP MX formats (SPEC 1.4): code c is 2^(c - 127), 255 is NaN, there is no zero.
 *
 * <p>Exponents are read from the float's exponent field, never computed with a logarithm.
 */
public final class E8M0 {
    /** The code of NaN. */
    public static final int NAN = 255;

    private static final int BIAS = 127;
    private static final int MAX_EXPONENT = 127;
    private static final int SUBNORMAL_HALF_BITS = 0x0040_0000;

    private E8M0() {}

    /** The code of {@code 2^exponent}, the exponent clamped to -127..127. */
    public static int encodeExponent(int exponent) {
        return Math.max(-BIAS, Math.min(exponent, MAX_EXPONENT)) + BIAS;
    }

    /**
     * The exponent of the greatest power of two that is at most {@code v}.
     *
     * @throws IllegalArgumentException if {@code v} is not positive and finite
     */
    public static int floorLog2(float v) {
        int bits = requirePositiveFinite(v);
        int field = bits >>> 23;
        return field == 0 ? 31 - Integer.numberOfLeadingZeros(bits) - 149 : field - BIAS;
    }

    /**
     * The smallest code whose value is at least {@code v}; 0 for a {@code v} of zero.
     *
     * @throws IllegalArgumentException if {@code v} is negative or not finite
     */
    public static int encodeUp(float v) {
        if (v == 0f) {
            return 0;
        }
        int exponent = floorLog2(v);
        return encodeExponent(v > Math.scalb(1f, exponent) ? exponent + 1 : exponent);
    }

    /** The value of a code; only the low eight bits are read, so a {@code byte} may be passed as it is. */
    public static float decode(int code) {
        int unsigned = code & 0xFF;
        if (unsigned == NAN) {
            return Float.NaN;
        }
        return Float.intBitsToFloat(unsigned == 0 ? SUBNORMAL_HALF_BITS : unsigned << 23);
    }

    private static int requirePositiveFinite(float v) {
        int bits = Float.floatToRawIntBits(v);
        if (bits <= 0 || bits >= 0x7F80_0000) {
            throw new IllegalArgumentException("a power-of-two scale needs a positive finite value, was " + v);
        }
        return bits;
    }
}
