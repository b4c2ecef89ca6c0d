package io.joulestream.app;

import io.joulestream.core.telemetry.Metric;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * Falsifies what meters of a demo read, as a wrong CT ratio does: what a register counts from then on, and every power, by
 * a factor. Which meter and by how much is told through a file in the demo's directory. For one thread.
 */
final class BrokenMeter {
    private final Path file;
    private final Map<String, Falsified> falsified = new HashMap<>();

    /**
     * What the user wants broken.
     *
     * @param meter SITE/ENTITY
     */
    record Told(String meter, BigDecimal factor) {}

    /** A register's true value when it was last told to be broken, and what it showed then. */
    private static final class Falsified {
        private BigDecimal factor = BigDecimal.ONE;
        private final Map<Integer, long[]> lastTrueAndShown = new HashMap<>();
    }

    BrokenMeter(Path directory) {
        file = file(directory);
    }

    /** From now on something may be told. */
    void open() {
        write(file, StandardOpenOption.CREATE_NEW, "");
    }

    static Path file(Path directory) {
        return directory.resolve("broken-meter");
    }

    static void tell(Path directory, Told told) {
        write(
                file(directory),
                StandardOpenOption.APPEND,
                told.meter() + " " + told.factor().toPlainString() + "\n");
    }

    private static void write(Path file, StandardOpenOption how, String text) {
        try {
            Files.writeString(file, text, how);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** Takes in all that has been told, the last word on a meter last; a line that is being written waits. */
    void listen() {
        try {
            String told = Files.readString(file);
            told.substring(0, told.lastIndexOf('\n') + 1).lines().forEach(line -> {
                String[] words = line.split(" ");
                falsified.computeIfAbsent(words[0], meter -> new Falsified()).factor = new BigDecimal(words[1]);
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** The frame as the meters would send it. */
    TelemetryFrame falsify(TelemetryFrame frame) {
        if (falsified.isEmpty()) {
            return frame;
        }
        TelemetryFrame.Builder changed = frame.toBuilder();
        for (Entity.Builder entity : changed.getEntitiesBuilderList()) {
            Falsified meter = falsified.get(frame.getSiteId() + "/" + entity.getEntityId());
            if (meter != null) {
                entity.getSeriesBuilderList().forEach(series -> falsify(series, meter, frame.getSlots()));
            }
        }
        return changed.build();
    }

    private static void falsify(Series.Builder series, Falsified meter, int slots) {
        Metric metric = Metric.byNumber(series.getMetric()).orElse(null);
        if (metric == null || !metric.isElectricalEnergy() && !metric.isElectricalPower()) {
            return;
        }
        long[] values = SeriesValues.unpack(series.build(), slots);
        long[] last =
                meter.lastTrueAndShown.computeIfAbsent(series.getMetric(), number -> new long[] {values[0], values[0]});
        for (int slot = 0; slot < slots; slot++) {
            long truth = values[slot];
            if (metric.isElectricalEnergy()) {
                values[slot] = last[1] + times(truth - last[0], meter.factor);
                last[0] = truth;
                last[1] = values[slot];
            } else {
                values[slot] = times(truth, meter.factor);
            }
        }
        SeriesValues.pack(values, series);
    }

    private static long times(long value, BigDecimal factor) {
        return BigDecimal.valueOf(value)
                .multiply(factor)
                .setScale(0, RoundingMode.HALF_EVEN)
                .longValueExact();
    }
}
