package io.joulestream.core.telemetry;

import java.util.Optional;

/**
 * Between which values a gauge can lie at all, whatever the device. Power has its limits from the nameplate and is not
 * here.
 *
 * @param leastMilli in thousandths of the metric's unit, inclusive
 * @param greatestMilli the same
 */
public record HardLimits(long leastMilli, long greatestMilli) {
    private static final HardLimits SHARE = new HardLimits(-1, 1_010);
    private static final HardLimits TEMPERATURE = new HardLimits(-60_000, 200_000);
    private static final HardLimits HUMIDITY = new HardLimits(0, 1_000);
    private static final HardLimits POWER_FACTOR = new HardLimits(-1_000, 1_000);
    private static final HardLimits FLOW = new HardLimits(0, Long.MAX_VALUE);

    private static final int MILLI = 3;
    private static final int LONGEST_POWER = 12;

    /** Those of a metric; empty where any value may be. */
    public static Optional<HardLimits> of(Metric metric) {
        return Optional.ofNullable(
                switch (metric) {
                    case GPU_UTIL, GPU_GR_ACTIVE, GPU_TENSOR_ACTIVE, GPU_DRAM_ACTIVE, COOL_PUMP_SPEED -> SHARE;
                    case GPU_TEMP, GPU_MEM_TEMP, COOL_TEMP_SUPPLY, COOL_TEMP_RETURN, ENV_TEMP_OUTDOOR -> TEMPERATURE;
                    case ENV_HUMIDITY -> HUMIDITY;
                    case METER_POWER_FACTOR -> POWER_FACTOR;
                    case COOL_FLOW -> FLOW;
                    default -> null;
                });
    }

    /**
     * The same limits for whole numbers of {@code 10^exp10}, so that many values of one series are judged by two
     * comparisons each.
     *
     * @param exp10 -9 to 9
     */
    public HardLimits inPowersOfTen(int exp10) {
        int shift = exp10 + MILLI;
        if (shift >= 0) {
            long step = power(shift);
            return new HardLimits(-Math.floorDiv(-leastMilli, step), Math.floorDiv(greatestMilli, step));
        }
        long factor = power(-shift);
        return new HardLimits(saturated(leastMilli, factor), saturated(greatestMilli, factor));
    }

    /** Whether a number lies inside, in the unit of these limits. */
    public boolean allow(long value) {
        return value >= leastMilli && value <= greatestMilli;
    }

    private static long saturated(long value, long factor) {
        long product = value * factor;
        if (Math.multiplyHigh(value, factor) == product >> 63) {
            return product;
        }
        return value < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }

    private static long power(int exponent) {
        if (exponent > LONGEST_POWER) {
            throw new IllegalArgumentException("exp10 must be -9 to 9");
        }
        long power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= 10;
        }
        return power;
    }
}
