package io.joulestream.core.energy;

import java.math.BigInteger;

/** Integer arithmetic whose intermediate product may pass 64 bits while its result does not. */
final class ExactMath {
    private ExactMath() {}

    /** {@code floor(a * b / divisor)}; the divisor is positive. */
    static long multiplyDivideFloor(long a, long b, long divisor) {
        long low = a * b;
        if (Math.multiplyHigh(a, b) == (low >> 63)) {
            return Math.floorDiv(low, divisor);
        }
        return floorDivide(BigInteger.valueOf(a).multiply(BigInteger.valueOf(b)), BigInteger.valueOf(divisor));
    }

    /** {@code floor(dividend / divisor)}; the divisor is positive. */
    static long floorDivide(BigInteger dividend, BigInteger divisor) {
        BigInteger[] parts = dividend.divideAndRemainder(divisor);
        BigInteger floor = parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
        return floor.longValueExact();
    }
}
