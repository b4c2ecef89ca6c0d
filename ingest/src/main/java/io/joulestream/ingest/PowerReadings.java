package io.joulestream.ingest;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The readings of one file, by time.
 *
 * @param file as the user named it
 * @param sha256 of the file's bytes, in hexadecimal
 * @param readings at least one; of equal times with equal values one is kept, different values all stay, as the file has
 *     them, for the ledger's own rule to decide
 */
public record PowerReadings(String file, String sha256, List<PowerReading> readings) {
    /** What one file may hold, so that an import's memory is bounded; larger files are imported in parts. */
    public static final int MAX_READINGS = 4_000_000;

    private static final int MAX_VALUES_PER_INSTANT = 8;
    private static final long PERIOD_STEP_MS = 100;

    public PowerReadings {
        readings = List.copyOf(readings);
        if (readings.isEmpty()) {
            throw new IllegalArgumentException("no readings in " + file);
        }
    }

    /** @param inFileOrder at least one */
    public static PowerOutcome of(String file, String sha256, List<PowerReading> inFileOrder) {
        List<PowerReading> sorted = new ArrayList<>(inFileOrder);
        sorted.sort(Comparator.comparingLong(PowerReading::measuredAtMs));
        List<PowerReading> kept = new ArrayList<>(sorted.size());
        for (PowerReading reading : sorted) {
            int same = kept.size();
            while (same > 0 && kept.get(same - 1).measuredAtMs() == reading.measuredAtMs()) {
                same--;
            }
            List<PowerReading> atThisInstant = kept.subList(same, kept.size());
            if (atThisInstant.stream().anyMatch(r -> r.nanowatts() == reading.nanowatts())) {
                continue;
            }
            if (atThisInstant.size() == MAX_VALUES_PER_INSTANT) {
                return PowerOutcome.Refused.of(new Problem(
                        file,
                        "more than " + MAX_VALUES_PER_INSTANT + " different values at "
                                + Instant.ofEpochMilli(reading.measuredAtMs()),
                        "write the times with the precision they were taken, and one meter per file"));
            }
            kept.add(reading);
        }
        return new PowerOutcome.Read(new PowerReadings(file, sha256, kept));
    }

    public Instant first() {
        return Instant.ofEpochMilli(readings.get(0).measuredAtMs());
    }

    public Instant last() {
        return Instant.ofEpochMilli(readings.get(readings.size() - 1).measuredAtMs());
    }

    /** Whether the readings reach over all of [start, stop], gaps inside apart. */
    public boolean covers(Instant start, Instant stop) {
        return !first().isAfter(start) && !last().isBefore(stop);
    }

    /** The median distance of neighbours, rounded to 100 ms; empty where all readings have one time. */
    public Optional<Duration> samplePeriod() {
        return samplePeriod(readings.stream()
                .mapToLong(PowerReading::measuredAtMs)
                .distinct()
                .toArray());
    }

    /**
     * The median distance of neighbours, rounded to 100 ms; empty for fewer than two times.
     *
     * @param times epoch milliseconds, each greater than the one before
     */
    public static Optional<Duration> samplePeriod(long[] times) {
        if (times.length < 2) {
            return Optional.empty();
        }
        long[] spacings = new long[times.length - 1];
        for (int i = 0; i < spacings.length; i++) {
            spacings[i] = times[i + 1] - times[i];
        }
        Arrays.sort(spacings);
        int middle = spacings.length / 2;
        long twiceMedian = spacings[middle] + spacings[(spacings.length - 1) / 2];
        long steps = (twiceMedian + PERIOD_STEP_MS) / (2 * PERIOD_STEP_MS);
        return Optional.of(Duration.ofMillis(Math.max(1, steps) * PERIOD_STEP_MS));
    }
}
