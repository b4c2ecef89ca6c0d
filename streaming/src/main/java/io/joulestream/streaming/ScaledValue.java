package io.joulestream.streaming;

import io.joulestream.core.inventory.Channel;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.wire.Scale;
import java.math.BigInteger;
import java.util.OptionalLong;

/**
 * A wire value in the ledger's units: millijoules and the microjoules beyond, or milliwatts.
 *
 * <p>The meter's CT ratio is applied here, once, to the reading itself.
 */
record ScaledValue(long value, int microjoules) {
    private static final BigInteger THOUSAND = BigInteger.valueOf(1_000);

    /** Null when the ledger cannot hold it. */
    static ScaledValue of(long wire, int exp10, Channel channel) {
        return isRegister(channel.metric()) ? energy(wire, exp10, channel) : power(wire, exp10, channel);
    }

    private static ScaledValue power(long wire, int exp10, Channel channel) {
        OptionalLong milliwatts = Scale.toMilli(wire, exp10);
        if (milliwatts.isEmpty()) {
            return null;
        }
        BigInteger atMeter = transformed(BigInteger.valueOf(milliwatts.getAsLong()), channel);
        return atMeter.bitLength() < Long.SIZE ? new ScaledValue(atMeter.longValueExact(), 0) : null;
    }

    private static ScaledValue energy(long wire, int exp10, Channel channel) {
        BigInteger microjoules = exp10 >= -6
                ? BigInteger.valueOf(wire).multiply(BigInteger.TEN.pow(exp10 + 6))
                : BigInteger.valueOf(Scale.toMicro(wire, exp10).orElse(0));
        BigInteger[] parts = transformed(microjoules, channel).divideAndRemainder(THOUSAND);
        boolean holds = parts[0].bitLength() < Long.SIZE - 1 && parts[0].signum() >= 0 && parts[1].signum() >= 0;
        return holds ? new ScaledValue(parts[0].longValueExact(), parts[1].intValueExact()) : null;
    }

    private static BigInteger transformed(BigInteger value, Channel channel) {
        if (channel.ctRatio().isOne()) {
            return value;
        }
        return value.multiply(BigInteger.valueOf(channel.ctRatio().numerator()))
                .divide(BigInteger.valueOf(channel.ctRatio().denominator()));
    }

    /** A register of energy, electrical or thermal. */
    static boolean isRegister(Metric metric) {
        return metric.isElectricalEnergy() || metric.isThermalEnergy();
    }

    /** A gauge of power, electrical or thermal. */
    static boolean isPower(Metric metric) {
        return metric.isElectricalPower() || metric.isThermalPower();
    }
}
