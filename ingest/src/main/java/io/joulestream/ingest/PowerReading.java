package io.joulestream.ingest;

import java.math.BigDecimal;
import java.util.OptionalLong;

/**
 * One power reading of a file, not yet a sample of the ledger.
 *
 * @param measuredAtMs UTC epoch milliseconds, by the device's own clock
 * @param nanowatts as many digits as a frame can carry; may be negative
 * @param clockSuspect the file's time allowed for more than one instant
 */
public record PowerReading(long measuredAtMs, long nanowatts, boolean clockSuspect) {
    private static final long YEAR_10000_MS = 253_402_300_800_000L;

    /** A reading's watts in the unit kept here; empty beyond 9.2 GW. */
    public static OptionalLong nanowatts(BigDecimal watts) {
        return Decimals.scaled(watts, 9);
    }

    /** Whether it lies between 1970 and the year 9999, so that arithmetic on it cannot overflow. */
    public static boolean isTime(long measuredAtMs) {
        return measuredAtMs >= 0 && measuredAtMs < YEAR_10000_MS;
    }
}
