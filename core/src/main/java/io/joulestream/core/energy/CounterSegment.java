package io.joulestream.core.energy;

import java.math.BigInteger;

/** A known amount of energy spread evenly over {@code millis}: what a counter gives between two readings. */
record CounterSegment(long microjoules, long millis) implements EnergyCurve {

    /** The curve of an amount of any size. */
    static EnergyCurve of(BigInteger microjoules, long millis) {
        return microjoules.bitLength() < Long.SIZE
                ? new CounterSegment(microjoules.longValueExact(), millis)
                : new LargeCounterSegment(microjoules, millis);
    }

    @Override
    public long microjoulesBetween(long startMillis, long endMillis) {
        return cumulative(endMillis) - cumulative(startMillis);
    }

    private long cumulative(long offsetMillis) {
        return ExactMath.multiplyDivideFloor(microjoules, offsetMillis, millis);
    }

    @Override
    public long meanMilliwatts() {
        return Math.floorDiv(microjoules, millis);
    }
}
