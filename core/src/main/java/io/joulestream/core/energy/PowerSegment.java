package io.joulestream.core.energy;

import static java.math.BigInteger.valueOf;

import java.math.BigInteger;

/**
 * The energy between two readings of power, by the trapezoid rule.
 *
 * <p>Power changes linearly from {@code fromMilliwatts} to {@code toMilliwatts} over {@code millis}. Milliwatts times
 * milliseconds are microjoules. Power may be negative: it flows out.
 */
record PowerSegment(long fromMilliwatts, long toMilliwatts, long millis) implements EnergyCurve {
    /** Up to here {@code 2 p t T} and {@code (q - p) t t} stay below 2^62, and so does their sum below 2^63. */
    private static final int SAFE_BITS = 60;

    @Override
    public long microjoulesBetween(long startMillis, long endMillis) {
        return Math.subtractExact(cumulativeMicrojoules(endMillis), cumulativeMicrojoules(startMillis));
    }

    @Override
    public long meanMilliwatts() {
        return Math.floorDiv(cumulativeMicrojoules(millis), millis);
    }

    /** Microjoules from the start of the segment to an offset, rounded down. */
    long cumulativeMicrojoules(long offsetMillis) {
        if (bits(fromMilliwatts) + bits(millis) * 2 < SAFE_BITS && bits(toMilliwatts) + bits(millis) * 2 < SAFE_BITS) {
            long rise = (toMilliwatts - fromMilliwatts) * offsetMillis * offsetMillis;
            return Math.floorDiv(2 * fromMilliwatts * offsetMillis * millis + rise, 2 * millis);
        }
        BigInteger offset = valueOf(offsetMillis);
        BigInteger rise = valueOf(toMilliwatts)
                .subtract(valueOf(fromMilliwatts))
                .multiply(offset)
                .multiply(offset);
        BigInteger level = valueOf(fromMilliwatts).shiftLeft(1).multiply(offset).multiply(valueOf(millis));
        return ExactMath.floorDivide(level.add(rise), valueOf(millis).shiftLeft(1))
                .longValueExact();
    }

    private static int bits(long value) {
        return 64 - Long.numberOfLeadingZeros(Math.abs(value));
    }
}
