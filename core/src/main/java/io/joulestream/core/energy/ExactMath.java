package io.joulestream.core.energy;

import java.math.BigInteger;

/** Integer division that rounds down, for products that may pass 64 bits. Divisors are positive. */
public final class ExactMath {
    private ExactMath() {}

    /**
     * {@code floor(a * b / divisor)}.
     *
     * @throws ArithmeticException when the result does not fit a long
     */
    public static long multiplyDivideFloor(long a, long b, long divisor) {
        long low = a * b;
        if (Math.multiplyHigh(a, b) == (low >> 63)) {
            return Math.floorDiv(low, divisor);
        }
        return floorDivide(BigInteger.valueOf(a).multiply(BigInteger.valueOf(b)), BigInteger.valueOf(divisor))
                .longValueExact();
    }

    static BigInteger floorDivide(BigInteger dividend, BigInteger divisor) {
        BigInteger[] parts = dividend.divideAndRemainder(divisor);
        return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
    }
}
