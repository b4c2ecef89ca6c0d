package io.joulestream.core.energy;

import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.LedgerFlag;

/** The energy between two neighbouring accepted readings. */
record Segment(long fromMillis, long toMillis, Kind kind, EnergyCurve curve) {

    /** Which bucket the energy belongs to, whether the time is covered, and what the minute is flagged with. */
    enum Kind {
        MEASURED(0),
        BRIDGED(LedgerFlag.BRIDGED.mask()),
        INTERPOLATED(LedgerFlag.INTERPOLATED.mask()),
        ACROSS_RESET(LedgerFlag.INTERPOLATED.mask() | LedgerFlag.COUNTER_RESET.mask());

        final int flags;

        Kind(int flags) {
            this.flags = flags;
        }
    }

    int flags() {
        return kind.flags | curve.flags();
    }

    /** Its part in a minute that it overlaps. */
    Span inMinute(long minute) {
        return new Span(fromMillis, toMillis).inMinute(minute);
    }

    /** The piece in {@code [start, end)}, which lies inside the segment. */
    Amount between(long startMillis, long endMillis) {
        long microjoules = curve.microjoulesBetween(startMillis - fromMillis, endMillis - fromMillis);
        long millis = endMillis - startMillis;
        return switch (kind) {
            case MEASURED -> new Amount(new EnergyBuckets(microjoules, 0, 0), millis, millis);
            case BRIDGED -> new Amount(new EnergyBuckets(0, microjoules, 0), 0, millis);
            case INTERPOLATED, ACROSS_RESET -> new Amount(new EnergyBuckets(0, 0, microjoules), 0, millis);
        };
    }
}
