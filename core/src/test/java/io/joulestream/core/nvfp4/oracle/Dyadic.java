package io.joulestream.core.nvfp4.oracle;

import static java.lang.Long.numberOfLeadingZeros;

/** Numbers {@code significand x 2^exponent}, the significand not negative. Every finite binary number is one. */
final class Dyadic {
    private Dyadic() {}

    /** The exponent of the leading bit, {@code floor(log2)}; the significand is not zero. */
    static int log2(long significand, int exponent) {
        return Long.SIZE - 1 - numberOfLeadingZeros(significand) + exponent;
    }

    /** Compares two of them exactly, as {@link Long#compare} does. */
    static int compare(long significand, int exponent, long otherSignificand, int otherExponent) {
        if (significand == 0 || otherSignificand == 0) {
            return Long.compare(significand, otherSignificand);
        }
        int log2 = log2(significand, exponent);
        int otherLog2 = log2(otherSignificand, otherExponent);
        return log2 != otherLog2
                ? Integer.compare(log2, otherLog2)
                : Long.compareUnsigned(leftAligned(significand), leftAligned(otherSignificand));
    }

    private static long leftAligned(long significand) {
        return significand << numberOfLeadingZeros(significand);
    }
}
