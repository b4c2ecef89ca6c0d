package io.joulestream.core.inventory;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;

/**
 * One price for every kilowatt-hour.
 *
 * @param currency ISO 4217, such as EUR
 * @param perKwh price of a kilowatt-hour, exactly as written
 */
public record FlatTariff(String currency, BigDecimal perKwh) {
    public FlatTariff {
        requireNonNull(currency, "currency");
        requireNonNull(perKwh, "perKwh");
    }
}
