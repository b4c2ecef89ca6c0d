package io.joulestream.core.account;

import io.joulestream.core.ledger.EnergyBuckets;

/**
 * A running sum of one row. Covered and accounted are milliseconds for a run, watts times milliseconds for a role.
 *
 * @param changes the row's revision
 */
record Sum(EnergyBuckets energy, long covered, long accounted, long tokens, int flags, long changes) {
    static final Sum ZERO = new Sum(EnergyBuckets.NONE, 0, 0, 0, 0, 0);

    Sum plus(Sum other) {
        return new Sum(
                energy.plus(other.energy),
                Math.addExact(covered, other.covered),
                Math.addExact(accounted, other.accounted),
                Math.addExact(tokens, other.tokens),
                flags | other.flags,
                Math.addExact(changes, other.changes));
    }
}
