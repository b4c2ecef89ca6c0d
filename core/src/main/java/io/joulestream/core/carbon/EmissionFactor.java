package io.joulestream.core.carbon;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.time.LocalDate;

/**
 * What one kilowatt-hour of a grid's electricity emitted on average in one year.
 *
 * @param zone grid zone as in the inventory, such as GB or US-CAMX
 * @param year the calendar year it is for
 * @param gasSet the set of warming potentials by which gases became CO2 equivalents, such as AR6; never mixed in one sum
 * @param kgCo2ePerKwh exactly as published
 * @param source where the value was taken from
 * @param retrieved when it was taken
 */
public record EmissionFactor(
        String zone,
        int year,
        Basis basis,
        String gasSet,
        BigDecimal kgCo2ePerKwh,
        String source,
        String licence,
        LocalDate retrieved) {
    public EmissionFactor {
        requireNonNull(zone, "zone");
        requireNonNull(basis, "basis");
        requireNonNull(gasSet, "gasSet");
        requireNonNull(source, "source");
        requireNonNull(licence, "licence");
        requireNonNull(retrieved, "retrieved");
        if (kgCo2ePerKwh.signum() < 0) {
            throw new IllegalArgumentException("kgCo2ePerKwh of " + zone + " must be >= 0, was " + kgCo2ePerKwh);
        }
    }
}
