package io.joulestream.core.nvfp4;

/**
 * The 4-bit element format of NVFP4 and MXFP4: sign, two exponent bits, one mantissa bit, bias 1 (SPEC 1.1).
 *
 * <p>Magnitudes 0, 0.5, 1, 1.5, 2, 3, 4, 6; bit 3 is the sign; code 8 is -0. There is no infinity and no NaN: infinities
 * saturate at 6 with their sign, a NaN of either sign becomes +6 (code 7), as the hardware conversion does.
 */
public final class E2M1 {
    /** The largest magnitude, 6. */
    public static final float MAX = 6f;

    private static final int ABS_MASK = SmallFloat.ABS_MASK;
    private static final int INFINITY_BITS = SmallFloat.INFINITY_BITS;

    // patterns and the arithmetic on them, for the vector kernel too
    static final int EXPONENT_MASK = 0x7F80_0000;
    static final int MAX_BITS = 0x40C0_0000;
    static final int ONE_BITS = 0x3F80_0000;
    static final int HALF_BITS = 0x3F00_0000;

    /** From 1 upwards a magnitude of the format has its code from bit 22 of its pattern on, this much too large. */
    static final int PATTERN_BIAS = 252;

    /** Added to the pattern of a power of two, makes it 2^22 times as large. */
    static final int TIMES_2_TO_22 = 22 << 23;

    /** Twice the exponent bias of binary32. */
    static final int TWICE_BIAS = 254;

    /** Subtracted from the pattern of a power of two, makes it the 256th part of its half. */
    static final int HALF_A_256TH = 9 << 23;

    private static final float[] VALUES = {
        0f, 0.5f, 1f, 1.5f, 2f, 3f, 4f, 6f, -0f, -0.5f, -1f, -1.5f, -2f, -3f, -4f, -6f
    };

    private E2M1() {}

    /**
     * The code, 0 to 15, nearest to {@code y}; ties go to the even code; saturates at 6.
     *
     * <p>One addition rounds. With {@code 2^e} the power of two at or below the magnitude, at least 1, adding {@code 2^(e +
     * 22)} leaves a multiple of {@code 2^(e - 1)}, ties to even, and their number n in the low bits of the sum. The code is
     * {@code n + 2 e}, for each power of two has two codes, and is even where n is.
     */
    public static int encode(float y) {
        int bits = Float.floatToRawIntBits(y);
        int magnitude = bits & ABS_MASK;
        int clamped = Math.min(magnitude, MAX_BITS);
        int power = Math.max(clamped, ONE_BITS) & EXPONENT_MASK;
        int sum = Float.floatToRawIntBits(Float.intBitsToFloat(clamped) + Float.intBitsToFloat(power + TIMES_2_TO_22));
        int code = sum - power + (power >>> 22) - (TIMES_2_TO_22 + TWICE_BIAS);
        return code | signOf(bits, magnitude);
    }

    /**
     * The code stochastic rounding gives {@code y} with the random byte {@code random} (SPEC 8).
     *
     * <p>The value is jittered upwards by {@code random / 256} of its grid step and truncated, so it is rounded up for
     * {@code floor(256 p)} of the 256 bytes, where {@code p} is its fractional position in the gap.
     *
     * @param random eight random bits; only the low eight bits are read
     */
    public static int encodeStochastic(float y, int random) {
        int bits = Float.floatToRawIntBits(y);
        int magnitude = bits & ABS_MASK;
        int clamped = Math.min(magnitude, MAX_BITS);
        // a grid step is half the power of two at or below the magnitude
        int power = Math.max(clamped, ONE_BITS) & EXPONENT_MASK;
        float stepOf256 = Float.intBitsToFloat(power - HALF_A_256TH);
        float jittered = Float.intBitsToFloat(clamped) + (random & 0xFF) * stepOf256;
        return truncate(Float.floatToRawIntBits(jittered)) | signOf(bits, magnitude);
    }

    /** The bit of the sign, which a NaN does not have. */
    private static int signOf(int bits, int magnitude) {
        return magnitude > INFINITY_BITS ? 0 : (bits >>> 28) & 8;
    }

    /** The value of a code; only the low four bits are read. */
    public static float decode(int code) {
        return VALUES[code & 0xF];
    }

    /** The greatest code whose magnitude is at most the one with pattern {@code magnitude}. */
    private static int truncate(int magnitude) {
        int clamped = Math.min(magnitude, MAX_BITS);
        return Math.max((clamped >>> 22) - PATTERN_BIAS, clamped >= HALF_BITS ? 1 : 0);
    }
}
