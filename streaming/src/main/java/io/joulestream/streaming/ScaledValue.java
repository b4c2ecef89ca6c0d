package io.joulestream.streaming;

import io.joulestream.core.energy.Reading;
import io.joulestream.core.inventory.Channel;
import io.joulestream.core.inventory.Ratio;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.wire.Scale;
import java.math.BigInteger;
import java.util.OptionalLong;

/**
 * A wire value in the ledger's units: millijoules and the microjoules beyond, or milliwatts. A volume is litres and the
 * millilitres beyond, so that the ledger cuts millilitres as it cuts microjoules.
 *
 * <p>The meter's CT ratio is applied here, once, to the reading itself.
 */
record ScaledValue(long value, int microjoules) {
    private static final int MICROJOULE = 6;
    private static final int MILLILITRE = 3;
    private static final BigInteger THOUSAND = BigInteger.valueOf(1_000);

    /** Null when the ledger cannot hold it. */
    static ScaledValue of(long wire, int exp10, Channel channel) {
        if (isPower(channel.metric())) {
            return power(wire, exp10, channel);
        }
        return register(wire, exp10, channel, channel.metric().isVolume() ? MILLILITRE : MICROJOULE);
    }

    private static ScaledValue power(long wire, int exp10, Channel channel) {
        OptionalLong milliwatts = Scale.toMilli(wire, exp10);
        if (milliwatts.isEmpty()) {
            return null;
        }
        BigInteger atMeter = transformed(BigInteger.valueOf(milliwatts.getAsLong()), channel);
        return atMeter.bitLength() < Long.SIZE ? new ScaledValue(atMeter.longValueExact(), 0) : null;
    }

    /** @param places of the ledger's smallest unit: 6 for microjoules, 3 for millilitres */
    private static ScaledValue register(long wire, int exp10, Channel channel, int places) {
        OptionalLong inLong = places == MICROJOULE ? Scale.toMicro(wire, exp10) : Scale.toMilli(wire, exp10);
        if (inLong.isPresent() && inLong.getAsLong() >= 0 && channel.ctRatio().isOne()) {
            return new ScaledValue(inLong.getAsLong() / 1_000, (int) (inLong.getAsLong() % 1_000));
        }
        BigInteger whole;
        if (exp10 >= -places) {
            whole = BigInteger.valueOf(wire).multiply(BigInteger.TEN.pow(exp10 + places));
        } else if (inLong.isPresent()) {
            whole = BigInteger.valueOf(inLong.getAsLong());
        } else {
            return null;
        }
        BigInteger[] parts = transformed(whole, channel).divideAndRemainder(THOUSAND);
        boolean holds = parts[0].bitLength() < Long.SIZE - 1 && parts[0].signum() >= 0 && parts[1].signum() >= 0;
        return holds ? new ScaledValue(parts[0].longValueExact(), parts[1].intValueExact()) : null;
    }

    /**
     * A value as a frame holds it: {@code value x 10^exp10} in the metric's unit.
     *
     * @param exp10 -6 to 9
     */
    record Shown(long value, int exp10) {}

    /**
     * What the meter showed for a reading that was taken: the least value that its ratio makes into it. What takes more
     * digits than a frame holds is rounded up to the digits that it does: no further than what the meter did send.
     */
    static Shown atMeter(Reading held, Channel channel) {
        Ratio ratio = channel.ctRatio();
        boolean register = !isPower(channel.metric());
        BigInteger value = BigInteger.valueOf(held.value());
        BigInteger transformed =
                register ? value.multiply(THOUSAND).add(BigInteger.valueOf(held.microjoules())) : value;
        BigInteger shown = ceilingQuotient(
                        transformed.abs().multiply(BigInteger.valueOf(ratio.denominator())),
                        BigInteger.valueOf(ratio.numerator()))
                .multiply(BigInteger.valueOf(transformed.signum()));
        int exp10 = register && !channel.metric().isVolume() ? -MICROJOULE : -MILLILITRE;
        if (register && shown.remainder(THOUSAND).signum() == 0) {
            shown = shown.divide(THOUSAND);
            exp10 += MILLILITRE;
        }
        while (shown.bitLength() >= Long.SIZE) {
            shown = ceilingQuotient(shown, BigInteger.TEN);
            exp10++;
        }
        return new Shown(shown.longValueExact(), exp10);
    }

    /** Rounded away from zero only where that is up: a register is never below zero. */
    private static BigInteger ceilingQuotient(BigInteger dividend, BigInteger divisor) {
        BigInteger[] parts = dividend.divideAndRemainder(divisor);
        return parts[1].signum() > 0 ? parts[0].add(BigInteger.ONE) : parts[0];
    }

    private static BigInteger transformed(BigInteger value, Channel channel) {
        if (channel.ctRatio().isOne()) {
            return value;
        }
        return value.multiply(BigInteger.valueOf(channel.ctRatio().numerator()))
                .divide(BigInteger.valueOf(channel.ctRatio().denominator()));
    }

    /** A register of energy, electrical or thermal, or of a volume. */
    static boolean isRegister(Metric metric) {
        return metric.isElectricalEnergy() || metric.isThermalEnergy() || metric.isVolume();
    }

    /** A gauge of power, electrical or thermal. */
    static boolean isPower(Metric metric) {
        return metric.isElectricalPower() || metric.isThermalPower();
    }
}
