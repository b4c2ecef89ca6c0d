package io.joulestream.core.nvfp4.oracle;

import io.joulestream.core.nvfp4.oracle.Recipe.Scaling;
import java.util.Arrays;

/** MXFP4: blocks of 32 under a power of two (SPEC 1.4, 11). */
final class Mxfp4 {
    private static final int BLOCK = 32;
    private static final int BIAS = 127;
    private static final int NAN_SCALE = 255;
    private static final int SIX = Binary32.of(6);

    private Mxfp4() {}

    static OracleTensor quantise(Recipe recipe, int[] x, int rows, int cols, int paddedCols) {
        int[] codes = new int[x.length];
        int[] values = new int[x.length];
        int[] scales = new int[x.length / BLOCK];
        for (int block = 0; block < scales.length; block++) {
            int from = block * BLOCK;
            int largest = Binary32.largestMagnitude(Arrays.copyOfRange(x, from, from + BLOCK));
            int scale = scale(recipe.scaling(), largest);
            scales[block] = scale;
            for (int i = from; i < from + BLOCK; i++) {
                codes[i] = code(x[i], scale);
                values[i] = Binary32.multiply(NumberFormat.E2M1.decode(codes[i]), decodeScale(scale));
            }
        }
        return new OracleTensor(recipe, rows, cols, paddedCols, x, null, codes, scales, null, values);
    }

    /** The value of an E8M0 code as a binary32 pattern. */
    static int decodeScale(int code) {
        return code == NAN_SCALE ? Binary32.NAN : Binary32.round(0, 1, code - BIAS);
    }

    static int scale(Scaling rule, int largest) {
        if (!Binary32.isFinite(largest)) {
            return NAN_SCALE;
        }
        if (Binary32.isZero(largest)) {
            return 0;
        }
        int exponent = rule == Scaling.MX_OCP ? Binary32.log2(largest) - 2 : ceilOfLog2(Binary32.divide(largest, SIX));
        return Math.min(Math.max(exponent, -BIAS), BIAS) + BIAS;
    }

    /** A quotient by not-a-number is not a number. */
    private static int code(int x, int scale) {
        return scale == NAN_SCALE
                ? NumberFormat.E2M1.encode(Binary32.NAN)
                : NumberFormat.E2M1.encodeQuotient(x, scale - BIAS);
    }

    private static int ceilOfLog2(int bits) {
        if (Binary32.isZero(bits)) {
            return -BIAS;
        }
        boolean isPowerOfTwo = Long.bitCount(Binary32.significand(bits)) == 1;
        return Binary32.log2(bits) + (isPowerOfTwo ? 0 : 1);
    }
}
