package io.joulestream.core.inventory;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/** Decimal numbers as people write them; short enough that no exponent can make them large in memory. */
final class Decimals {
    private static final Pattern DECIMAL = Pattern.compile("[+-]?[0-9]{1,24}(\\.[0-9]{1,24})?([eE][+-]?[0-9]{1,2})?");

    private Decimals() {}

    /** @throws IllegalArgumentException when the text is no such number */
    static BigDecimal parse(String text) {
        if (!DECIMAL.matcher(text).matches()) {
            throw new IllegalArgumentException("not a number: " + text);
        }
        return new BigDecimal(text);
    }
}
