package io.joulestream.core.energy;

/** A known amount of energy spread evenly over {@code millis}: what a counter gives between two readings. */
record CounterSegment(long microjoules, long millis) implements EnergyCurve {
    @Override
    public long cumulativeMicrojoules(long offsetMillis) {
        return ExactMath.multiplyDivideFloor(microjoules, offsetMillis, millis);
    }
}
