package io.joulestream.core.nvfp4.oracle;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/** A quotient of whole numbers, the denominator positive. */
record Ratio(BigInteger numerator, BigInteger denominator) implements Comparable<Ratio> {
    static Ratio of(long numerator, long denominator) {
        return new Ratio(BigInteger.valueOf(numerator), BigInteger.valueOf(denominator));
    }

    /** The double nearest to it, but for a digit beyond the 34th. */
    double toDouble() {
        return new BigDecimal(numerator)
                .divide(new BigDecimal(denominator), MathContext.DECIMAL128)
                .doubleValue();
    }

    double toDecibels() {
        return 10 * Math.log10(toDouble());
    }

    @Override
    public int compareTo(Ratio other) {
        return numerator.multiply(other.denominator).compareTo(other.numerator.multiply(denominator));
    }
}
