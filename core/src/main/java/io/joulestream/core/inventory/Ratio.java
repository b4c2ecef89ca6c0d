package io.joulestream.core.inventory;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * An exact positive fraction in lowest terms. A transformer of 20,000 V to 110 V has no finite decimal ratio, and a rounded
 * one would put a systematic error into every joule behind it.
 */
public record Ratio(long numerator, long denominator) {
    public static final Ratio ONE = new Ratio(1, 1);

    /** @throws IllegalArgumentException when either part is not positive */
    public Ratio {
        if (numerator <= 0 || denominator <= 0) {
            throw new IllegalArgumentException("ratio must be positive, was " + numerator + "/" + denominator);
        }
        long divisor = BigInteger.valueOf(numerator)
                .gcd(BigInteger.valueOf(denominator))
                .longValueExact();
        numerator /= divisor;
        denominator /= divisor;
    }

    /**
     * Reads {@code 80}, {@code 1.25}, {@code 400/5} or {@code 20000/110}.
     *
     * @throws IllegalArgumentException when the text is no positive ratio, or one whose parts exceed a long in lowest terms
     */
    public static Ratio parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length > 2) {
            throw new IllegalArgumentException("not a ratio: " + text);
        }
        try {
            BigDecimal top = Decimals.parse(parts[0].strip());
            BigDecimal bottom = parts.length == 1 ? BigDecimal.ONE : Decimals.parse(parts[1].strip());
            int scale = Math.max(0, Math.max(top.scale(), bottom.scale()));
            return reduced(
                    top.movePointRight(scale).toBigIntegerExact(),
                    bottom.movePointRight(scale).toBigIntegerExact());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("ratio is too large or zero: " + text, e);
        }
    }

    /** Whether the ratio is exactly one, so that nothing needs to be multiplied. */
    public boolean isOne() {
        return numerator == denominator;
    }

    private static Ratio reduced(BigInteger top, BigInteger bottom) {
        BigInteger divisor = top.gcd(bottom);
        if (divisor.signum() == 0) {
            throw new ArithmeticException("0/0");
        }
        return new Ratio(
                top.divide(divisor).longValueExact(), bottom.divide(divisor).longValueExact());
    }

    @Override
    public String toString() {
        return denominator == 1 ? Long.toString(numerator) : numerator + "/" + denominator;
    }
}
