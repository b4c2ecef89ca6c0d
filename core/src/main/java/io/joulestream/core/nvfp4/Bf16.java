package io.joulestream.core.nvfp4;

/** The upper half of a binary32: eight exponent bits, seven mantissa bits (SPEC 1.5). */
public final class Bf16 {
    private Bf16() {}

    /** The 16-bit pattern nearest to {@code v}, ties to even; a NaN keeps its upper half and is made quiet. */
    public static int encode(float v) {
        int bits = Float.floatToRawIntBits(v);
        if (SmallFloat.isNaN(bits)) {
            return (bits >>> 16) | 0x40;
        }
        return (bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16;
    }

    /** The value of a pattern, exactly; only the low 16 bits are read. */
    public static float decode(int pattern) {
        return Float.intBitsToFloat(pattern << 16);
    }

    /** {@code v} rounded to BF16 precision. */
    public static float round(float v) {
        return decode(encode(v));
    }
}
