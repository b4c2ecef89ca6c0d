package io.joulestream.core.inventory;

import static java.util.Objects.requireNonNull;

import io.joulestream.core.telemetry.Metric;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;

/**
 * One series of an entity, and what is known about it before the first reading arrives. Members of a range share one
 * instance.
 *
 * <p>Resolution and modulus describe the register as it is delivered, before {@code ctRatio} is applied. Both are in
 * microjoules for metrics in J, and in thousandths of the canonical unit for all others: milliwatts, millilitres.
 *
 * @param samplePeriod the nominal time between readings; whole milliseconds, positive; never inferred from data
 * @param sampleKind what a gauge's value stands for; {@link SampleKind#INSTANT} for everything else
 * @param resolution the smallest step of the reading; 0 when unknown
 * @param jitter by how much the time of a reading may be wrong; whole milliseconds
 * @param modulus at which the register starts again from zero; 0 when unknown. A 32-bit register of watt-hours already
 *     exceeds a long of microjoules
 * @param ctRatio by which every reading is multiplied
 * @param gapCap the role's cap in the rule of {@link #maxGap()}
 * @param exchanges of the meter behind this counter, oldest first; one holds when the version in force at its instant has
 *     it
 */
public record Channel(
        Metric metric,
        Duration samplePeriod,
        SampleKind sampleKind,
        long resolution,
        Duration jitter,
        BigInteger modulus,
        Ratio ctRatio,
        Duration gapCap,
        List<MeterExchange> exchanges) {
    static final Duration DEFAULT_JITTER = Duration.ofMillis(100);

    public Channel {
        exchanges = List.copyOf(exchanges);
        requireNonNull(metric, "metric");
        requireNonNull(sampleKind, "sampleKind");
        requireNonNull(ctRatio, "ctRatio");
        if (samplePeriod.isNegative() || samplePeriod.isZero()) {
            throw new IllegalArgumentException("samplePeriod must be > 0, was " + samplePeriod);
        }
        if (resolution < 0 || jitter.isNegative() || modulus.signum() < 0 || gapCap.isNegative()) {
            throw new IllegalArgumentException("resolution, jitter, modulus and gapCap of " + metric.dottedName()
                    + " must be >= 0, were " + resolution + ", " + jitter + ", " + modulus + ", " + gapCap);
        }
    }

    /** A channel whose meter was never exchanged. */
    public Channel(
            Metric metric,
            Duration samplePeriod,
            SampleKind sampleKind,
            long resolution,
            Duration jitter,
            BigInteger modulus,
            Ratio ctRatio,
            Duration gapCap) {
        this(metric, samplePeriod, sampleKind, resolution, jitter, modulus, ctRatio, gapCap, List.of());
    }

    /** The longest time between two readings that still counts as covered: {@code max(1.5 p, min(3 p, gapCap))}. */
    public Duration maxGap() {
        Duration threePeriods = samplePeriod.multipliedBy(3);
        Duration capped = threePeriods.compareTo(gapCap) < 0 ? threePeriods : gapCap;
        return capped.compareTo(holeAfter()) > 0 ? capped : holeAfter();
    }

    /** Neighbours further apart than this leave a hole that a late reading may fill: one and a half sample periods. */
    public Duration holeAfter() {
        return samplePeriod.multipliedBy(3).dividedBy(2);
    }

    /** Whether {@link #modulus} is known. */
    public boolean hasModulus() {
        return modulus.signum() > 0;
    }
}
