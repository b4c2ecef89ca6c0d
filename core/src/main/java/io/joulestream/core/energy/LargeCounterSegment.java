package io.joulestream.core.energy;

import java.math.BigInteger;

/**
 * A {@link CounterSegment} of more than 2^63 - 1 microjoules (2.5 GWh): a site's meter that was silent for days. Its
 * minutes still fit a long.
 */
record LargeCounterSegment(BigInteger microjoules, long millis) implements EnergyCurve {
    @Override
    public long microjoulesBetween(long startMillis, long endMillis) {
        return cumulative(endMillis).subtract(cumulative(startMillis)).longValueExact();
    }

    private BigInteger cumulative(long offsetMillis) {
        return ExactMath.floorDivide(
                microjoules.multiply(BigInteger.valueOf(offsetMillis)), BigInteger.valueOf(millis));
    }

    @Override
    public long meanMilliwatts() {
        return ExactMath.floorDivide(microjoules, BigInteger.valueOf(millis)).longValueExact();
    }
}
