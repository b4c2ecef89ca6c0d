package io.joulestream.core.nvfp4;

/**
 * Rounding a binary32 magnitude to a narrower format with its own exponent bias and mantissa width.
 *
 * <p>A normal result keeps the leading bits of the float's own pattern, rebiased, after adding just under half a unit
 * plus the last kept bit (ties to even). A subnormal result is a count of the smallest subnormal; adding 2^23 of them
 * makes the float adder do that rounding.
 */
final class SmallFloat {
    static final int ABS_MASK = 0x7FFF_FFFF;
    static final int INFINITY_BITS = 0x7F80_0000;

    private final int mantissaBits;
    private final int bias;
    private final int maxBits;
    private final int smallestNormalBits;
    private final float subnormalAligner;
    private final int subnormalAlignerBits;
    private final int rebias;

    SmallFloat(int mantissaBits, int bias, float max) {
        this.mantissaBits = mantissaBits;
        this.bias = bias;
        this.maxBits = Float.floatToRawIntBits(max);
        this.smallestNormalBits = (127 + 1 - bias) << 23;
        this.subnormalAlignerBits = (127 + 1 - bias - mantissaBits + 23) << 23;
        this.subnormalAligner = Float.intBitsToFloat(subnormalAlignerBits);
        this.rebias = (127 - bias) << mantissaBits;
    }

    static boolean isNaN(int bits) {
        return (bits & ABS_MASK) > INFINITY_BITS;
    }

    /** The code of the magnitude of the float with pattern {@code bits}: nearest, ties to even, saturating. Not NaN. */
    int encodeMagnitude(int bits) {
        int clamped = Math.min(bits & ABS_MASK, maxBits);
        if (clamped < smallestNormalBits) {
            return Float.floatToRawIntBits(Float.intBitsToFloat(clamped) + subnormalAligner) - subnormalAlignerBits;
        }
        int dropped = 23 - mantissaBits;
        int justUnderHalf = (1 << (dropped - 1)) - 1;
        return ((clamped + justUnderHalf + ((clamped >>> dropped) & 1)) >>> dropped) - rebias;
    }

    /** The value of a finite magnitude code. */
    float decodeMagnitude(int code) {
        int exponent = code >>> mantissaBits;
        int mantissa = code & ((1 << mantissaBits) - 1);
        if (exponent == 0) {
            float smallestSubnormal = Float.intBitsToFloat((127 + 1 - bias - mantissaBits) << 23);
            return mantissa * smallestSubnormal;
        }
        return Float.intBitsToFloat(((exponent + 127 - bias) << 23) | (mantissa << (23 - mantissaBits)));
    }
}
