package io.joulestream.ingest.world;

import java.time.Instant;

/**
 * The world's units. Time is whole ticks of 100 ms since the world's start, power whole centiwatts (10 mW), so that the
 * energy of one centiwatt over one tick is one millijoule and every energy is a whole number of them.
 */
final class Ticks {
    static final int MILLIS = 100;
    static final int SECOND = 10;
    static final int MINUTE = 600;
    static final int HOUR = 36_000;
    static final long CENTIWATTS_PER_WATT = 100;
    static final long MICROJOULES_PER_MILLIJOULE = 1_000;

    private Ticks() {}

    /** @throws IllegalArgumentException if the instant lies between two ticks */
    static long since(Instant start, Instant at) {
        long millis = at.toEpochMilli() - start.toEpochMilli();
        if (millis % MILLIS != 0 || at.getNano() % 1_000_000 != 0) {
            throw new IllegalArgumentException("the world's time is in steps of 100 ms; between two of them: " + at);
        }
        return millis / MILLIS;
    }
}
