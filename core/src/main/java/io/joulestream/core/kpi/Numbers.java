package io.joulestream.core.kpi;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/** Decimals of 34 digits, in which all ratios are computed. */
final class Numbers {
    static final MathContext CONTEXT = MathContext.DECIMAL128;

    private Numbers() {}

    static BigDecimal ratio(BigInteger numerator, BigInteger denominator) {
        return new BigDecimal(numerator).divide(new BigDecimal(denominator), CONTEXT);
    }

    /** A ratio as a share in 0..1; 0 where there is nothing to have a share of. */
    static BigDecimal share(BigInteger part, BigInteger whole) {
        if (whole.signum() <= 0 || part.signum() <= 0) {
            return BigDecimal.ZERO;
        }
        return ratio(part, whole).min(BigDecimal.ONE);
    }
}
