package io.joulestream.core.energy;

/** Minutes of UTC as whole numbers since the epoch. */
final class Minutes {
    static final long MILLIS = 60_000;

    private Minutes() {}

    static long of(long millis) {
        return Math.floorDiv(millis, MILLIS);
    }

    /** The minute that holds the last millisecond before {@code endMillis}. */
    static long lastBefore(long endMillis) {
        return of(endMillis - 1);
    }

    static long startMillis(long minute) {
        return minute * MILLIS;
    }
}
