package io.joulestream.core.telemetry;

import static java.math.BigInteger.valueOf;

import java.math.BigInteger;

/** What readings of one device at one instant say of each other. All exact. */
public final class Consistency {
    private static final long MOST_PERCENT_OF_APPARENT = 102;
    private static final long MOST_HEAT_DIFFERENCE_PERCENT = 15;
    private static final BigInteger SECONDS_PER_HOUR_BY_MILLI = valueOf(3_600_000);

    /** Water, in kg per cubic metre. */
    public static final long WATER_DENSITY = 998;

    /** Water, in J per kg and K. */
    public static final long WATER_HEAT_CAPACITY = 4_186;

    private Consistency() {}

    /** Whether active power is more than 1.02 of the apparent power, which it cannot be. */
    public static boolean powerExceedsApparent(long milliwatts, long milliVoltAmperes) {
        BigInteger active = valueOf(milliwatts).abs().multiply(valueOf(100));
        BigInteger apparent = valueOf(milliVoltAmperes).abs().multiply(valueOf(MOST_PERCENT_OF_APPARENT));
        return active.compareTo(apparent) > 0;
    }

    /**
     * Whether the heat that flow and temperatures of water carry differs from the reported heat by more than 15 % of the
     * latter.
     *
     * @param flowMilli thousandths of a cubic metre per hour
     * @param supplyMilli thousandths of a degree Celsius, to the load
     * @param returnMilli the same, from the load
     * @param heatMilliwatts as the device reports it
     */
    public static boolean heatDiffers(long flowMilli, long supplyMilli, long returnMilli, long heatMilliwatts) {
        // m3/h / 3600 x kg/m3 x J/(kg K) x K, with thousandths of each factor and of the result
        BigInteger carried = valueOf(flowMilli)
                .multiply(valueOf(returnMilli).subtract(valueOf(supplyMilli)))
                .multiply(valueOf(WATER_DENSITY * WATER_HEAT_CAPACITY));
        BigInteger reported = valueOf(heatMilliwatts).multiply(SECONDS_PER_HOUR_BY_MILLI);
        BigInteger difference = carried.subtract(reported).abs().multiply(valueOf(100));
        return difference.compareTo(reported.abs().multiply(valueOf(MOST_HEAT_DIFFERENCE_PERCENT))) > 0;
    }
}
