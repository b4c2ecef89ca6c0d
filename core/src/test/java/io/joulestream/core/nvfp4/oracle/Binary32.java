package io.joulestream.core.nvfp4.oracle;

import static java.lang.Long.numberOfLeadingZeros;

import java.math.BigInteger;

/**
 * IEEE 754 binary32 on bit patterns: each operation is exact on whole numbers, then rounded once to nearest, ties to even.
 *
 * <p>A finite pattern is {@code +-significand x 2^exponent}. Subnormals are kept. The not-a-number that an operation gives
 * has the sign of the first operand that is one, else it is positive.
 */
final class Binary32 {
    static final int SIGN = 0x8000_0000;
    static final int INFINITY = 0xFF << 23;
    static final int MAX = INFINITY - 1;
    static final int NAN = INFINITY | 1 << 22;
    static final int ONE = of(1);

    private static final int FRACTION_BITS = 23;
    private static final int HIDDEN_BIT = 1 << FRACTION_BITS;
    private static final int LEAST_EXPONENT = -149;
    /** A significand of 24 bits moved so far still fits a long, with a bit for the carry. */
    private static final int LONGEST_SHIFT = 38;

    private Binary32() {}

    static int of(int wholeNumber) {
        return round(wholeNumber < 0 ? SIGN : 0, Math.abs((long) wholeNumber), 0);
    }

    static int magnitude(int bits) {
        return bits & ~SIGN;
    }

    static int sign(int bits) {
        return bits & SIGN;
    }

    static int negate(int bits) {
        return bits ^ SIGN;
    }

    static boolean isNaN(int bits) {
        return magnitude(bits) > INFINITY;
    }

    static boolean isFinite(int bits) {
        return magnitude(bits) < INFINITY;
    }

    static boolean isInfinite(int bits) {
        return magnitude(bits) == INFINITY;
    }

    static boolean isZero(int bits) {
        return magnitude(bits) == 0;
    }

    /** The significand of a finite number, below {@code 2^24}. */
    static long significand(int bits) {
        int fraction = bits & HIDDEN_BIT - 1;
        return exponentField(bits) == 0 ? fraction : fraction | HIDDEN_BIT;
    }

    /** The exponent that goes with {@link #significand}, never below -149. */
    static int exponent(int bits) {
        return Math.max(exponentField(bits), 1) - 1 + LEAST_EXPONENT;
    }

    /** {@code floor(log2)} of the magnitude of a finite number that is not zero. */
    static int log2(int bits) {
        return Dyadic.log2(significand(bits), exponent(bits));
    }

    static int multiply(int a, int b) {
        int sign = sign(a ^ b);
        if (isNaN(a) || isNaN(b)) {
            return quietNaN(a, b);
        }
        if (isInfinite(a) || isInfinite(b)) {
            return isZero(a) || isZero(b) ? NAN : sign | INFINITY;
        }
        return round(sign, significand(a) * significand(b), exponent(a) + exponent(b));
    }

    static int divide(int a, int b) {
        int sign = sign(a ^ b);
        if (isNaN(a) || isNaN(b)) {
            return quietNaN(a, b);
        }
        if (isInfinite(a) || isZero(b)) {
            return isInfinite(b) || isZero(a) ? NAN : sign | INFINITY;
        }
        if (isInfinite(b) || isZero(a)) {
            return sign;
        }
        int shift = numberOfLeadingZeros(significand(a)) - 1;
        long dividend = significand(a) << shift;
        long quotient = dividend / significand(b);
        boolean inexact = dividend % significand(b) != 0;
        return round(sign, quotient, exponent(a) - shift - exponent(b), inexact);
    }

    static int add(int a, int b) {
        if (isNaN(a) || isNaN(b)) {
            return quietNaN(a, b);
        }
        if (isInfinite(a) || isInfinite(b)) {
            return isInfinite(a) && isInfinite(b) && a != b ? NAN : isInfinite(a) ? a : b;
        }
        if (isZero(a) && isZero(b)) {
            return a & b;
        }
        if (isZero(a) || isZero(b)) {
            return isZero(a) ? b : a;
        }
        int exponent = Math.min(exponent(a), exponent(b));
        int shiftA = exponent(a) - exponent;
        int shiftB = exponent(b) - exponent;
        if (Math.max(shiftA, shiftB) > LONGEST_SHIFT) {
            BigInteger sum = signed(a).shiftLeft(shiftA).add(signed(b).shiftLeft(shiftB));
            return round(sum, exponent);
        }
        long sum = signedSignificand(a) << shiftA;
        sum += signedSignificand(b) << shiftB;
        return round(sum < 0 ? SIGN : 0, Math.abs(sum), exponent);
    }

    static int subtract(int a, int b) {
        return add(a, negate(b));
    }

    /** The largest magnitude; what is not a number is ignored; 0 if there is nothing else. */
    static int largestMagnitude(int... values) {
        int largest = 0;
        for (int value : values) {
            largest = larger(largest, value);
        }
        return largest;
    }

    /** The larger of a magnitude and that of {@code value}, which is ignored if it is not a number. */
    static int larger(int magnitude, int value) {
        // patterns of numbers that are not negative are in the order of the numbers
        return isNaN(value) ? magnitude : Math.max(magnitude, magnitude(value));
    }

    /** The pattern nearest to {@code significand x 2^exponent}. */
    static int round(int sign, long significand, int exponent) {
        return round(sign, significand, exponent, false);
    }

    /** The number as a multiple of {@code 2^-149}. */
    static BigInteger inLeastUnits(int bits) {
        return signed(bits).shiftLeft(exponent(bits) - LEAST_EXPONENT);
    }

    private static int round(BigInteger value, int exponent) {
        int sign = value.signum() < 0 ? SIGN : 0;
        BigInteger magnitude = value.abs();
        int excess = Math.max(0, magnitude.bitLength() - (Long.SIZE - 1));
        BigInteger kept = magnitude.shiftRight(excess);
        boolean inexact = !kept.shiftLeft(excess).equals(magnitude);
        return round(sign, kept.longValueExact(), exponent + excess, inexact);
    }

    /**
     * The pattern nearest to {@code significand x 2^exponent}, or, if {@code inexact}, to a number between that and the next
     * significand, which then has more than the 24 bits of the result and one more.
     */
    private static int round(int sign, long significand, int exponent, boolean inexact) {
        if (significand == 0) {
            return sign;
        }
        int unit = Math.max(Dyadic.log2(significand, exponent) - FRACTION_BITS, LEAST_EXPONENT);
        int drop = unit - exponent;
        if (drop >= Long.SIZE) {
            // less than half of the least subnormal
            return sign;
        }
        long kept = drop <= 0 ? significand << -drop : significand >>> drop;
        if (drop > 0) {
            long rest = significand & (1L << drop) - 1;
            long half = 1L << drop - 1;
            boolean isOdd = (kept & 1) == 1;
            if (rest > half || rest == half && (inexact || isOdd)) {
                kept++;
            }
        }
        // the hidden bit, or a carry out of the fraction, adds one to the exponent field
        long pattern = ((long) (unit - LEAST_EXPONENT) << FRACTION_BITS) + kept;
        return sign | (int) Math.min(pattern, INFINITY);
    }

    private static int exponentField(int bits) {
        return magnitude(bits) >>> FRACTION_BITS;
    }

    private static long signedSignificand(int bits) {
        return sign(bits) == 0 ? significand(bits) : -significand(bits);
    }

    private static BigInteger signed(int bits) {
        return BigInteger.valueOf(signedSignificand(bits));
    }

    private static int quietNaN(int a, int b) {
        return sign(isNaN(a) ? a : b) | NAN;
    }
}
