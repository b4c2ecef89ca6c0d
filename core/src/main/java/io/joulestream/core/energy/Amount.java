package io.joulestream.core.energy;

import io.joulestream.core.ledger.EnergyBuckets;
import java.util.Collection;

/**
 * What one or more segments bring to one minute: energy by bucket, and the time behind it.
 *
 * @param coveredMillis time between readings no further apart than the max gap
 * @param accountedMillis time to which any bucket gives an energy
 */
public record Amount(EnergyBuckets energy, long coveredMillis, long accountedMillis) {
    public static final Amount NONE = new Amount(EnergyBuckets.NONE, 0, 0);

    public Amount plus(Amount other) {
        return new Amount(
                energy.plus(other.energy),
                Math.addExact(coveredMillis, other.coveredMillis),
                Math.addExact(accountedMillis, other.accountedMillis));
    }

    public static Amount sum(Collection<Amount> amounts) {
        return amounts.stream().reduce(NONE, Amount::plus);
    }

    public Amount minus(Amount other) {
        return plus(other.negated());
    }

    public Amount negated() {
        return new Amount(energy.negated(), -coveredMillis, -accountedMillis);
    }

    public boolean isNone() {
        return equals(NONE);
    }
}
