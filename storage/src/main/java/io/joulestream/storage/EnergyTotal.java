package io.joulestream.storage;

import java.math.BigInteger;

/** {@link io.joulestream.core.ledger.EnergyBuckets} of many rows: a sum that may not fit a long. */
public record EnergyTotal(
        BigInteger measuredMicrojoules, BigInteger bridgedMicrojoules, BigInteger estimatedMicrojoules) {
    public static final EnergyTotal NONE = new EnergyTotal(BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO);

    public EnergyTotal plus(EnergyTotal other) {
        return new EnergyTotal(
                measuredMicrojoules.add(other.measuredMicrojoules),
                bridgedMicrojoules.add(other.bridgedMicrojoules),
                estimatedMicrojoules.add(other.estimatedMicrojoules));
    }

    public BigInteger totalMicrojoules() {
        return measuredMicrojoules.add(bridgedMicrojoules).add(estimatedMicrojoules);
    }
}
