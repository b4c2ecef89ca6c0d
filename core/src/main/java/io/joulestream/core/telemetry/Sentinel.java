package io.joulestream.core.telemetry;

/**
 * The numbers by which GPU management libraries say that there is no value: "blank", "not found", "not supported", "no
 * permission", at the top of 64-bit and 32-bit integers and as 2^47 and above in floating point.
 *
 * <p>The 64-bit ones cannot be a reading of anything. The others can be a reading of a large meter, so they are looked for
 * in gauges of GPUs only.
 */
public final class Sentinel {
    private static final long FIRST_INT64 = 9_223_372_036_854_775_792L;
    private static final long LAST_INT64 = 9_223_372_036_854_775_795L;
    private static final long FIRST_INT32 = 2_147_483_632L;
    private static final long LAST_INT32 = 2_147_483_635L;
    private static final long FLOAT = 140_737_488_355_328L;

    private static final int LAST_GPU_METRIC = 19;

    private Sentinel() {}

    /**
     * Whether a wire value stands for "no value".
     *
     * @param value as on the wire, v
     * @param exp10 such that the reading is v x 10^exp10 of the metric's unit, -9 to 9
     */
    public static boolean is(Metric metric, long value, int exp10) {
        if (value >= FIRST_INT64 && value <= LAST_INT64) {
            return true;
        }
        boolean gaugeOfGpu = metric.number() <= LAST_GPU_METRIC && metric.valueKind() == Metric.ValueKind.GAUGE;
        if (!gaugeOfGpu || value < FIRST_INT32 && exp10 <= 0) {
            return false;
        }
        long whole = inWholeUnits(value, exp10);
        return isInt32(value) || isInt32(whole) || whole >= FLOAT;
    }

    private static boolean isInt32(long value) {
        return value >= FIRST_INT32 && value <= LAST_INT32;
    }

    /** v x 10^exp10, rounded down; no further than just past 2^47. */
    private static long inWholeUnits(long value, int exp10) {
        long whole = value;
        for (int i = 0; i > exp10; i--) {
            whole /= 10;
        }
        for (int i = 0; i < exp10 && whole < FLOAT; i++) {
            whole *= 10;
        }
        return whole;
    }
}
