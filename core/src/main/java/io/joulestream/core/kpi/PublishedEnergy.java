package io.joulestream.core.kpi;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;

/**
 * One energy as it is published: exact millijoules, and a figure in kWh made of them.
 *
 * @param millijoules null exactly when the figure has no value
 * @param kwh in kilowatt-hours
 */
public record PublishedEnergy(BigInteger millijoules, Figure kwh) {
    /** @throws IllegalArgumentException when only one of the two is there */
    public PublishedEnergy {
        requireNonNull(kwh, "kwh");
        if ((millijoules == null) != kwh.isMissing()) {
            throw new IllegalArgumentException(
                    "energy and figure must both be known, were " + millijoules + " and " + kwh);
        }
    }

    static PublishedEnergy missing(Figure kwh) {
        return new PublishedEnergy(null, kwh);
    }

    /** Millijoules as a decimal string, for {@code energy_mj}; null when unknown. */
    public String energyMj() {
        return MilliJoules.text(millijoules);
    }
}
