package io.joulestream.app;

import io.joulestream.ingest.PowerReading;
import io.joulestream.ingest.PowerReadings;

/**
 * The nameplate of a node that nobody has described: 20 kW, or the next of 1, 2, 5, 10, ... kW that holds the readings.
 * It only bounds what counts as a plausible reading.
 */
final class Nameplate {
    private static final long NANOWATTS_PER_KILOWATT = 1_000_000_000_000L;
    private static final long MILLIWATTS_PER_KILOWATT = 1_000_000L;
    private static final long LEAST_KILOWATTS = 20;
    private static final long MOST_NANOWATTS = 2_000_000 * NANOWATTS_PER_KILOWATT;

    private Nameplate() {}

    /** Milliwatts. */
    static long holding(PowerReadings readings) {
        long greatest = readings.readings().stream()
                .mapToLong(PowerReading::nanowatts)
                .max()
                .orElse(0);
        if (greatest > MOST_NANOWATTS) {
            throw new UserError(readings.file() + ": a reading of more than 2 GW; are these watts?");
        }
        long kilowatts = LEAST_KILOWATTS;
        for (int step = 0; kilowatts < -Math.floorDiv(-greatest, NANOWATTS_PER_KILOWATT); step++) {
            kilowatts = step % 3 == 0 ? kilowatts / 2 * 5 : kilowatts * 2;
        }
        return Math.multiplyExact(kilowatts, MILLIWATTS_PER_KILOWATT);
    }
}
