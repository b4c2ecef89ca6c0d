package io.joulestream.core.energy;

/**
 * What the inventory says about a channel, as far as its energy is concerned.
 *
 * @param kind counter, or gauge of instantaneous or averaged power
 * @param holeAfterMillis neighbours further apart may still have readings between them: 1.5 times the sample period
 * @param maxGapMillis neighbours further apart are a gap: not covered
 * @param interpolateUpToMillis the longest gap of a gauge that is interpolated; a longer one has no energy
 * @param nameplateMilliwatts greatest power the channel can carry; 0 when unknown, then no rate is implausible
 * @param jitterMillis how far apart a device's timestamps may be from its readings
 * @param resolutionMicrojoules the counter's step
 * @param modulusMicrojoules value at which the register returns to zero; 0 when unknown
 */
public record ChannelRule(
        Kind kind,
        long holeAfterMillis,
        long maxGapMillis,
        long interpolateUpToMillis,
        long nameplateMilliwatts,
        long jitterMillis,
        long resolutionMicrojoules,
        long modulusMicrojoules) {

    /** How a channel's values become energy. */
    public enum Kind {
        COUNTER,
        INSTANT_POWER,
        AVERAGED_POWER
    }

    boolean isCounter() {
        return kind == Kind.COUNTER;
    }

    /** The most a counter may advance in a time: 1.05 nameplates times (time + jitter) plus two resolutions. */
    long greatestAdvanceMicrojoules(long millis) {
        if (nameplateMilliwatts == 0) {
            return Long.MAX_VALUE;
        }
        long atNameplate = ExactMath.multiplyDivideFloor(
                Math.multiplyExact(nameplateMilliwatts, 105L), Math.addExact(millis, jitterMillis), 100);
        return Math.addExact(atNameplate, 2 * resolutionMicrojoules);
    }
}
