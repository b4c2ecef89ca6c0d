package io.joulestream.core.energy;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.util.List;

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
 * @param registerChanges all there ever were of the channel, oldest first
 */
public record ChannelRule(
        Kind kind,
        long holeAfterMillis,
        long maxGapMillis,
        long interpolateUpToMillis,
        long nameplateMilliwatts,
        long jitterMillis,
        long resolutionMicrojoules,
        BigInteger modulusMicrojoules,
        List<RegisterChange> registerChanges) {

    /** How a channel's values become energy. */
    public enum Kind {
        COUNTER,
        INSTANT_POWER,
        AVERAGED_POWER,
        /** What a store holds: the difference of two readings, of either sign, is the energy that flowed in. */
        LEVEL
    }

    public ChannelRule {
        requireNonNull(kind, "kind");
        requireNonNull(modulusMicrojoules, "modulusMicrojoules");
        registerChanges = List.copyOf(registerChanges);
    }

    /** A channel whose register never changed. */
    public ChannelRule(
            Kind kind,
            long holeAfterMillis,
            long maxGapMillis,
            long interpolateUpToMillis,
            long nameplateMilliwatts,
            long jitterMillis,
            long resolutionMicrojoules,
            BigInteger modulusMicrojoules) {
        this(
                kind,
                holeAfterMillis,
                maxGapMillis,
                interpolateUpToMillis,
                nameplateMilliwatts,
                jitterMillis,
                resolutionMicrojoules,
                modulusMicrojoules,
                List.of());
    }

    /** The changes of the register after one reading and up to another. */
    List<RegisterChange> changesIn(long afterMillis, long toMillis) {
        if (registerChanges.isEmpty()) {
            return registerChanges;
        }
        return registerChanges.stream()
                .filter(change -> change.atMillis() > afterMillis && change.atMillis() <= toMillis)
                .toList();
    }

    /** Whether a reading shows an amount of energy, so that power lies between two of them; else it shows a power. */
    boolean isCounter() {
        return kind == Kind.COUNTER || kind == Kind.LEVEL;
    }

    /**
     * Whether a counter may advance by so much in a time: at most 1.05 nameplates times (time + jitter) plus two
     * resolutions.
     */
    boolean mayAdvanceBy(long microjoules, long millis) {
        long time = Math.addExact(millis, jitterMillis);
        long atNameplate = nameplateMilliwatts * (105 * time);
        boolean fits = Math.multiplyHigh(nameplateMilliwatts, 105 * time) == 0 && atNameplate >= 0;
        if (fits && microjoules <= Long.MAX_VALUE / 100 && resolutionMicrojoules <= Long.MAX_VALUE / 400) {
            // the subtraction cannot overflow: both sides are not negative
            return nameplateMilliwatts == 0 || microjoules * 100 - atNameplate <= resolutionMicrojoules * 200;
        }
        return mayAdvanceBy(BigInteger.valueOf(microjoules), millis);
    }

    /** The same for an advance of any size. */
    boolean mayAdvanceBy(BigInteger microjoules, long millis) {
        if (nameplateMilliwatts == 0) {
            return true;
        }
        BigInteger hundredfold = BigInteger.valueOf(nameplateMilliwatts)
                .multiply(BigInteger.valueOf(105))
                .multiply(BigInteger.valueOf(Math.addExact(millis, jitterMillis)))
                .add(BigInteger.valueOf(resolutionMicrojoules).multiply(BigInteger.valueOf(200)));
        return microjoules.multiply(BigInteger.valueOf(100)).compareTo(hundredfold) <= 0;
    }
}
