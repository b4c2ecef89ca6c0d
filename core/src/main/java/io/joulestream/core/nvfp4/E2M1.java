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

    private static final int ABS_MASK = 0x7FFF_FFFF;
    private static final int INFINITY_BITS = 0x7F80_0000;
    private static final int MAX_BITS = 0x40C0_0000;
    private static final int ONE_BITS = 0x3F80_0000;

    /** Adding 2^22 to a value below 1 rounds it to a multiple of 0.5, because that is then the spacing of floats. */
    private static final float HALVES = 4_194_304f;

    private static final int HALVES_BITS = 0x4A80_0000;

    private static final float[] VALUES = {
        0f, 0.5f, 1f, 1.5f, 2f, 3f, 4f, 6f, -0f, -0.5f, -1f, -1.5f, -2f, -3f, -4f, -6f
    };

    private E2M1() {}

    /** The code, 0 to 15, nearest to {@code y}; ties go to the even code; saturates at 6. */
    public static int encode(float y) {
        int bits = Float.floatToRawIntBits(y);
        int magnitude = bits & ABS_MASK;
        int clamped = Math.min(magnitude, MAX_BITS);
        // from 1 upwards codes follow the float's own exponent and first mantissa bit; below 1 they count halves
        int fromOne = ((clamped + 0x1F_FFFF + ((clamped >>> 22) & 1)) >>> 22) - 252;
        int belowOne = Float.floatToRawIntBits(Float.intBitsToFloat(clamped) + HALVES) - HALVES_BITS;
        int code = clamped >= ONE_BITS ? fromOne : belowOne;
        return magnitude > INFINITY_BITS ? code : code | ((bits >>> 28) & 8);
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
        if (y != y) {
            return 7;
        }
        float magnitude = Math.abs(y);
        float step = magnitude >= 4f ? 2f : magnitude >= 2f ? 1f : 0.5f;
        float jittered = magnitude + (random & 0xFF) / 256f * step;
        int sign = (Float.floatToRawIntBits(y) >>> 28) & 8;
        return sign | truncate(Math.min(jittered, MAX));
    }

    /** The value of a code; only the low four bits are read. */
    public static float decode(int code) {
        return VALUES[code & 0xF];
    }

    /** The greatest code whose magnitude is at most {@code magnitude}, which is 0 to 6. */
    private static int truncate(float magnitude) {
        if (magnitude >= 1f) {
            return (Float.floatToRawIntBits(magnitude) >>> 22) - 252;
        }
        return magnitude >= 0.5f ? 1 : 0;
    }
}
