package io.joulestream.ingest;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Decimal numbers as files write them: a point, ASCII digits, whatever the machine's locale. Any thread. */
public final class Decimals {
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(\\d{1,100}(\\.\\d{0,100})?|\\.\\d{1,100})([eE][+-]?\\d{1,4})?");
    private static final int LONG_DIGITS = 19;

    private Decimals() {}

    /** Empty for anything else than a finite decimal number, spaces around it apart. */
    public static Optional<BigDecimal> parse(String text) {
        String number = text.strip();
        return NUMBER.matcher(number).matches() ? Optional.of(new BigDecimal(number)) : Optional.empty();
    }

    /** {@code value} x 10^digits, rounded half-even to a whole number; empty where a long does not hold it. */
    public static OptionalLong scaled(BigDecimal value, int digits) {
        // magnitude first: setScale on 1e999999999 would build a number of that many digits
        long wholeDigits = (long) value.precision() - value.scale() + digits;
        if (value.signum() == 0 || wholeDigits < 0) {
            return OptionalLong.of(0);
        }
        if (wholeDigits > LONG_DIGITS) {
            return OptionalLong.empty();
        }
        BigDecimal whole = value.scaleByPowerOfTen(digits).setScale(0, RoundingMode.HALF_EVEN);
        return whole.toBigInteger().bitLength() < Long.SIZE ? OptionalLong.of(whole.longValue()) : OptionalLong.empty();
    }

    /** The whole number that {@code value} is, as 31 or 31.0; empty where it has a fraction or a long does not hold it. */
    public static OptionalLong whole(BigDecimal value) {
        OptionalLong rounded = scaled(value, 0);
        return rounded.isPresent() && BigDecimal.valueOf(rounded.getAsLong()).compareTo(value) == 0
                ? rounded
                : OptionalLong.empty();
    }
}
