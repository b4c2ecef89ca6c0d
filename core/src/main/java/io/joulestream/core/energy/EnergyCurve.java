package io.joulestream.core.energy;

/**
 * The energy of one segment as it accumulates from the segment's start, so that it can be cut anywhere without losing a
 * microjoule: a piece is the difference of two floors of the cumulative energy, hence pieces add up to the whole.
 */
sealed interface EnergyCurve permits PowerSegment, CounterSegment, LargeCounterSegment, JoinedSegment {
    /** Length of the segment, more than 0. */
    long millis();

    /**
     * Microjoules between two offsets from the segment's start, {@code 0 <= start <= end <= millis()}.
     *
     * @throws ArithmeticException when the piece, not the segment, passes 2^63 - 1 (2.5 GWh)
     */
    long microjoulesBetween(long startMillis, long endMillis);

    /** Mean power over the whole segment, rounded down. */
    long meanMilliwatts();

    /** What a reader of its minutes should know, bits of {@link io.joulestream.core.ledger.LedgerFlag}. */
    default int flags() {
        return 0;
    }
}
