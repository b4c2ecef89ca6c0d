package io.joulestream.core.nvfp4.oracle;

import static io.joulestream.core.nvfp4.oracle.Binary32.SIGN;

import java.util.function.IntUnaryOperator;

/**
 * A small floating-point format: its values from its definition, its codes by search for the nearest value (SPEC 1).
 *
 * <p>A magnitude code is an exponent field above a mantissa field. Code {@code c} stands for {@code m x 2^(1 - bias - p)} if
 * the exponent field is 0 and for {@code (2^p + m) x 2^(E - bias - p)} otherwise, p mantissa bits. The sign is the bit above.
 */
enum NumberFormat {
    E2M1(2, 1, 1, Specials.NONE, Overflow.SATURATES, bits -> 0x7),
    E4M3(4, 3, 7, Specials.LAST_CODE_IS_NAN, Overflow.SATURATES, bits -> 0x7F | sign(bits, 0x80)),
    E5M2(5, 2, 15, Specials.INFINITY_AND_NAN, Overflow.SATURATES, bits -> 0x7F | sign(bits, 0x80)),
    BF16(8, 7, 127, Specials.INFINITY_AND_NAN, Overflow.TO_INFINITY, bits -> bits >>> 16 | 0x40),
    FP16(5, 10, 15, Specials.INFINITY_AND_NAN, Overflow.TO_INFINITY, bits -> 0x7E00 | sign(bits, 0x8000));

    /** What the largest exponent field is used for besides numbers. */
    private enum Specials {
        NONE,
        LAST_CODE_IS_NAN,
        INFINITY_AND_NAN
    }

    /** What becomes of a magnitude beyond the largest number. */
    private enum Overflow {
        SATURATES,
        TO_INFINITY
    }

    private final int mantissaBits;
    private final int bias;
    private final int signBit;
    private final int largestCode;
    private final IntUnaryOperator codeOfNaN;
    /** Binary32 pattern of every magnitude code. */
    private final int[] decoded;
    /** Between magnitude codes i and i + 1, exactly: {@code midpoints[i] x 2^midpointExponents[i]}. */
    private final long[] midpoints;

    private final int[] midpointExponents;

    NumberFormat(
            int exponentBits,
            int mantissaBits,
            int bias,
            Specials specials,
            Overflow overflow,
            IntUnaryOperator codeOfNaN) {
        this.mantissaBits = mantissaBits;
        this.bias = bias;
        this.signBit = 1 << exponentBits + mantissaBits;
        this.codeOfNaN = codeOfNaN;
        this.largestCode = switch (specials) {
            case NONE -> signBit - 1;
            case LAST_CODE_IS_NAN -> signBit - 2;
            case INFINITY_AND_NAN -> signBit - 1 - (1 << mantissaBits);
        };
        this.decoded = new int[signBit];
        for (int code = 0; code < signBit; code++) {
            decoded[code] = code <= largestCode
                    ? Binary32.round(0, significand(code), exponent(code))
                    : specials == Specials.INFINITY_AND_NAN && code == largestCode + 1
                            ? Binary32.INFINITY
                            : Binary32.NAN;
        }
        // rounding to infinity is rounding to the number infinity's code would be, were the exponents not at their end
        int midpointCount = overflow == Overflow.TO_INFINITY ? largestCode + 1 : largestCode;
        this.midpoints = new long[midpointCount];
        this.midpointExponents = new int[midpointCount];
        for (int code = 0; code < midpointCount; code++) {
            int apart = exponent(code + 1) - exponent(code);
            midpoints[code] = significand(code) + (significand(code + 1) << apart);
            midpointExponents[code] = exponent(code) - 1;
        }
    }

    /** The code of the value nearest to a binary32 number, ties to the even code. */
    int encode(int bits) {
        return encodeQuotient(bits, 0);
    }

    /** The code of the value nearest to a binary32 number over {@code 2^exponent}, a quotient that is not rounded before. */
    int encodeQuotient(int bits, int exponent) {
        return Binary32.isNaN(bits)
                ? codeOfNaN.applyAsInt(bits)
                : nearestMagnitude(bits, exponent) | sign(bits, signBit);
    }

    /** The value of a code as a binary32 pattern, which holds each of them. */
    int decode(int code) {
        int magnitude = decoded[code & signBit - 1];
        return (code & signBit) == 0 ? magnitude : magnitude | SIGN;
    }

    /** Bits of a code, its sign included. */
    int bits() {
        return Integer.numberOfTrailingZeros(signBit) + 1;
    }

    /** The largest number, as a binary32 pattern. */
    int largest() {
        return decoded[largestCode];
    }

    /** The number of midpoints: rounding goes from code i to i + 1 at midpoint i. */
    int midpointCount() {
        return midpoints.length;
    }

    /** A midpoint as the binary32 pattern nearest to it. */
    int midpoint(int code) {
        return Binary32.round(0, midpoints[code], midpointExponents[code]);
    }

    private int nearestMagnitude(int bits, int divisorExponent) {
        if (Binary32.isInfinite(bits)) {
            return midpoints.length;
        }
        long significand = Binary32.significand(bits);
        int exponent = Binary32.exponent(bits) - divisorExponent;
        int below = 0;
        int end = midpoints.length;
        while (below < end) {
            int middle = below + end >>> 1;
            int order = Dyadic.compare(significand, exponent, midpoints[middle], midpointExponents[middle]);
            if (order == 0) {
                return middle + (middle & 1);
            }
            if (order > 0) {
                below = middle + 1;
            } else {
                end = middle;
            }
        }
        return below;
    }

    private long significand(int code) {
        int mantissa = code & (1 << mantissaBits) - 1;
        return exponentField(code) == 0 ? mantissa : mantissa | 1 << mantissaBits;
    }

    private int exponent(int code) {
        return Math.max(exponentField(code), 1) - bias - mantissaBits;
    }

    private int exponentField(int code) {
        return code >>> mantissaBits;
    }

    private static int sign(int bits, int signBit) {
        return Binary32.sign(bits) == 0 ? 0 : signBit;
    }
}
