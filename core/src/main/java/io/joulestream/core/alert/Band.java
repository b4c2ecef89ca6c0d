package io.joulestream.core.alert;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;

/**
 * Where a figure should lie, in its own unit, ends included.
 *
 * @param low null: there is no lower end
 * @param high null: there is no upper end
 * @param clearance how far inside the band a figure must be before it counts as well again; never negative
 */
public record Band(BigDecimal low, BigDecimal high, BigDecimal clearance) {
    public Band {
        requireNonNull(clearance, "clearance");
        if (low == null && high == null) {
            throw new IllegalArgumentException("a band has a lower or an upper end");
        }
        if (clearance.signum() < 0) {
            throw new IllegalArgumentException("clearance must be >= 0, was " + clearance.toPlainString());
        }
        if (low != null && high != null && low.add(clearance).compareTo(high.subtract(clearance)) > 0) {
            throw new IllegalArgumentException("nothing lies " + clearance.toPlainString() + " inside "
                    + low.toPlainString() + ".." + high.toPlainString());
        }
    }

    public boolean contains(BigDecimal value) {
        return isWithin(value, BigDecimal.ZERO);
    }

    /** Whether the value lies inside by the clearance or more. */
    public boolean isClear(BigDecimal value) {
        return isWithin(value, clearance);
    }

    private boolean isWithin(BigDecimal value, BigDecimal margin) {
        return (low == null || value.compareTo(low.add(margin)) >= 0)
                && (high == null || value.compareTo(high.subtract(margin)) <= 0);
    }
}
