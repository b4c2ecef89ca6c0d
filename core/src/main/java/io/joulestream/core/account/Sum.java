package io.joulestream.core.account;

import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.LedgerFlag;

/**
 * A running sum of one row. Covered and accounted are milliseconds for a run, watts times milliseconds for a role.
 *
 * @param changes the row's revision
 */
record Sum(EnergyBuckets energy, long covered, long accounted, long tokens, long changes) {
    static final Sum ZERO = new Sum(EnergyBuckets.NONE, 0, 0, 0, 0);

    /** What follows from the buckets alone, so that it does not depend on the order of what was added. */
    int flags() {
        return (energy.bridgedMicrojoules() != 0 ? LedgerFlag.BRIDGED.mask() : 0)
                | (energy.estimatedMicrojoules() != 0 ? LedgerFlag.INTERPOLATED.mask() : 0);
    }

    Sum plus(Sum other) {
        return new Sum(
                energy.plus(other.energy),
                Math.addExact(covered, other.covered),
                Math.addExact(accounted, other.accounted),
                Math.addExact(tokens, other.tokens),
                Math.addExact(changes, other.changes));
    }
}
