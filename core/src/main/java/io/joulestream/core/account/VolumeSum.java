package io.joulestream.core.account;

import io.joulestream.core.ledger.LedgerFlag;
import io.joulestream.core.ledger.VolumeBuckets;

/**
 * A running sum of one row of volume.
 *
 * @param changes the row's revision
 */
record VolumeSum(VolumeBuckets volume, long coveredMillis, long accountedMillis, long changes) {
    static final VolumeSum ZERO = new VolumeSum(VolumeBuckets.NONE, 0, 0, 0);

    /** What follows from the buckets alone, so that it does not depend on the order of what was added. */
    int flags() {
        return (volume.bridgedMillilitres() != 0 ? LedgerFlag.BRIDGED.mask() : 0)
                | (volume.estimatedMillilitres() != 0 ? LedgerFlag.INTERPOLATED.mask() : 0);
    }

    VolumeSum plus(VolumeSum other) {
        return new VolumeSum(
                volume.plus(other.volume),
                Math.addExact(coveredMillis, other.coveredMillis),
                Math.addExact(accountedMillis, other.accountedMillis),
                Math.addExact(changes, other.changes));
    }
}
