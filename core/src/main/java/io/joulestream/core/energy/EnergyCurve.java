package io.joulestream.core.energy;

/**
 * The energy of one segment as it accumulates from the segment's start, so that it can be cut anywhere without losing a
 * microjoule: a piece is the difference of two floors of the cumulative energy, hence pieces add up to the whole.
 */
sealed interface EnergyCurve permits PowerSegment, CounterSegment {
    /** Length of the segment, more than 0. */
    long millis();

    /** Microjoules from the start of the segment to {@code offsetMillis} (0 to {@link #millis()}), rounded down. */
    long cumulativeMicrojoules(long offsetMillis);

    default long microjoulesBetween(long startMillis, long endMillis) {
        return Math.subtractExact(cumulativeMicrojoules(endMillis), cumulativeMicrojoules(startMillis));
    }

    default long totalMicrojoules() {
        return cumulativeMicrojoules(millis());
    }
}
