package io.joulestream.ingest.capture;

import io.joulestream.ingest.PowerReadings;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All readings of one GPU.
 *
 * @param gpu its number on the host, 0 or more
 * @param readings at least one, each later than the one before
 * @param greatestMilliwatts the greatest power that was read of it, averaged or momentary; 0 where none was
 */
public record GpuReadings(int gpu, List<GpuReading> readings, long greatestMilliwatts) {
    private static final BigDecimal TWO = BigDecimal.valueOf(2);

    public GpuReadings {
        readings = List.copyOf(readings);
        if (readings.isEmpty()) {
            throw new IllegalArgumentException("no readings of gpu " + gpu);
        }
    }

    public Instant first() {
        return Instant.ofEpochMilli(readings.get(0).atMs());
    }

    public Instant last() {
        return Instant.ofEpochMilli(readings.get(readings.size() - 1).atMs());
    }

    /** Whether the counter was read at all. */
    public boolean hasEnergy() {
        return readings.stream().anyMatch(GpuReading::hasEnergy);
    }

    /** Whether the averaged power was read at all. */
    public boolean hasPower() {
        return readings.stream().anyMatch(GpuReading::hasPower);
    }

    /** The median distance of neighbours, rounded to 100 ms; empty for one reading. */
    Optional<Duration> samplePeriod() {
        return PowerReadings.samplePeriod(
                readings.stream().mapToLong(GpuReading::atMs).toArray());
    }

    /**
     * What the averaged power adds up to by the trapezoid rule over {@code [from, to)}, in microjoules: the polygon through
     * its readings, cut at both ends. Time before the first reading and after the last adds nothing.
     */
    public BigDecimal gaugeMicrojoules(Instant from, Instant to) {
        long start = from.toEpochMilli();
        long end = to.toEpochMilli();
        BigDecimal sum = BigDecimal.ZERO;
        GpuReading before = null;
        for (GpuReading reading : readings) {
            if (!reading.hasPower()) {
                continue;
            }
            if (before != null && before.atMs() < end && reading.atMs() > start) {
                sum = sum.add(
                        trapezoid(before, reading, Math.max(start, before.atMs()), Math.min(end, reading.atMs())));
            }
            before = reading;
        }
        return sum;
    }

    /** Milliwatts in the middle of the piece times its milliseconds. */
    private static BigDecimal trapezoid(GpuReading a, GpuReading b, long start, long end) {
        BigDecimal rise = BigDecimal.valueOf(b.powerMilliwatts() - a.powerMilliwatts());
        BigDecimal twiceMiddle = BigDecimal.valueOf(start - a.atMs()).add(BigDecimal.valueOf(end - a.atMs()));
        BigDecimal power = BigDecimal.valueOf(a.powerMilliwatts())
                .add(rise.multiply(twiceMiddle)
                        .divide(TWO.multiply(BigDecimal.valueOf(b.atMs() - a.atMs())), MathContext.DECIMAL128));
        return power.multiply(BigDecimal.valueOf(end - start));
    }
}
