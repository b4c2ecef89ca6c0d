package io.joulestream.core.kpi;

import static java.util.Objects.requireNonNull;

import io.joulestream.core.ledger.EnergyBuckets;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Energy of any length of time by how it came to be known, in exact microjoules. A month of 100 MW exceeds a long.
 *
 * @param measuredMicrojoules between neighbouring readings
 * @param bridgedMicrojoules a counter's difference over a gap
 * @param estimatedMicrojoules interpolated
 */
public record EnergyTotal(
        BigInteger measuredMicrojoules, BigInteger bridgedMicrojoules, BigInteger estimatedMicrojoules) {
    public static final EnergyTotal NONE = new EnergyTotal(BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO);

    public EnergyTotal {
        requireNonNull(measuredMicrojoules, "measuredMicrojoules");
        requireNonNull(bridgedMicrojoules, "bridgedMicrojoules");
        requireNonNull(estimatedMicrojoules, "estimatedMicrojoules");
    }

    public static EnergyTotal of(EnergyBuckets buckets) {
        return new EnergyTotal(
                BigInteger.valueOf(buckets.measuredMicrojoules()),
                BigInteger.valueOf(buckets.bridgedMicrojoules()),
                BigInteger.valueOf(buckets.estimatedMicrojoules()));
    }

    public EnergyTotal plus(EnergyTotal other) {
        return new EnergyTotal(
                measuredMicrojoules.add(other.measuredMicrojoules),
                bridgedMicrojoules.add(other.bridgedMicrojoules),
                estimatedMicrojoules.add(other.estimatedMicrojoules));
    }

    public EnergyTotal plus(EnergyBuckets buckets) {
        return plus(of(buckets));
    }

    /** The best estimate: all three together. */
    public BigInteger microjoules() {
        return measuredMicrojoules.add(bridgedMicrojoules).add(estimatedMicrojoules);
    }

    /**
     * What counts as estimated.
     *
     * @param bridgedIsMeasured true for windows of an hour or longer, in which the shape of a bridged gap does not matter
     */
    public BigInteger estimatedMicrojoules(boolean bridgedIsMeasured) {
        return bridgedIsMeasured ? estimatedMicrojoules : estimatedMicrojoules.add(bridgedMicrojoules);
    }

    /** Estimated energy over all energy, 0..1; 0 for no energy. Parts of opposite sign do not cancel. */
    public BigDecimal estimatedShare(boolean bridgedIsMeasured) {
        return Numbers.share(magnitudeEstimated(bridgedIsMeasured), magnitude());
    }

    BigInteger magnitude() {
        return measuredMicrojoules.abs().add(bridgedMicrojoules.abs()).add(estimatedMicrojoules.abs());
    }

    BigInteger magnitudeEstimated(boolean bridgedIsMeasured) {
        BigInteger estimated = estimatedMicrojoules.abs();
        return bridgedIsMeasured ? estimated : estimated.add(bridgedMicrojoules.abs());
    }
}
