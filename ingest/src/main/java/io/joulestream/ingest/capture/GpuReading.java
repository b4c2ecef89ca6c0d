package io.joulestream.ingest.capture;

/**
 * What NVML said of one GPU at one time.
 *
 * @param atMs UTC epoch milliseconds, by the host's clock
 * @param powerMilliwatts the driver's average of about a second, 0 or more; {@link #NOT_TOLD} where the board has none
 * @param energyMillijoules the board's own counter since the driver was loaded, 0 or more, less than before when it started
 *     again; {@link #NOT_TOLD} where the board has none
 */
public record GpuReading(long atMs, long powerMilliwatts, long energyMillijoules) {
    /** Stands for a value that the board did not give. */
    public static final long NOT_TOLD = -1;

    boolean hasPower() {
        return powerMilliwatts != NOT_TOLD;
    }

    boolean hasEnergy() {
        return energyMillijoules != NOT_TOLD;
    }
}
