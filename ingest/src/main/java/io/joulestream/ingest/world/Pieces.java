package io.joulestream.ingest.world;

import io.joulestream.wire.Quality;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;

/** Takes frames apart and changes what they say. Stateless; any thread. */
final class Pieces {
    private static final Set<Integer> OF_THE_LEDGER = Set.of(1, 2, 20, 21, 22, 30, 31, 43, 44);
    private static final long EARLIEST_MILLIS =
            Instant.parse("2015-01-01T00:00:00Z").toEpochMilli();

    private Pieces() {}

    /** Changes the readings of one series in place. */
    interface Edit {
        void edit(long[] times, long[] values, Quality[] qualities);
    }

    /** The frame cut after each of the instants, in order; one frame where none lies inside. */
    static List<TelemetryFrame> cut(TelemetryFrame frame, long... afterMillis) {
        long[] times = SlotTimes.of(frame);
        List<TelemetryFrame> pieces = new ArrayList<>();
        int from = 0;
        for (long after : afterMillis) {
            int to = from;
            while (to < times.length && times[to] <= after) {
                to++;
            }
            addSlots(frame, times, from, to, pieces);
            from = to;
        }
        addSlots(frame, times, from, times.length, pieces);
        return pieces;
    }

    private static void addSlots(TelemetryFrame frame, long[] times, int from, int to, List<TelemetryFrame> pieces) {
        if (from == 0 && to == times.length) {
            pieces.add(frame);
        } else if (from < to) {
            TelemetryFrame.Builder piece = frame.toBuilder().clearEntities();
            SlotTimes.set(piece, Arrays.copyOfRange(times, from, to));
            for (Entity entity : frame.getEntitiesList()) {
                Entity.Builder part = entity.toBuilder().clearSeries();
                for (Series series : entity.getSeriesList()) {
                    long[] values = SeriesValues.unpack(series, times.length);
                    Quality[] qualities = Quality.expand(series.getQualityRunsList(), times.length);
                    part.addSeries(packed(
                            series, Arrays.copyOfRange(values, from, to), Arrays.copyOfRange(qualities, from, to)));
                }
                piece.addEntities(part);
            }
            pieces.add(piece.build());
        }
    }

    /** The frame with the readings of some series changed. */
    static TelemetryFrame edited(TelemetryFrame frame, BiPredicate<Entity, Series> which, Edit edit) {
        long[] times = SlotTimes.of(frame);
        TelemetryFrame.Builder changed = frame.toBuilder();
        for (Entity.Builder entity : changed.getEntitiesBuilderList()) {
            for (int i = 0; i < entity.getSeriesCount(); i++) {
                Series series = entity.getSeries(i);
                if (which.test(entity.build(), series)) {
                    long[] values = SeriesValues.unpack(series, times.length);
                    Quality[] qualities = Quality.expand(series.getQualityRunsList(), times.length);
                    edit.edit(times, values, qualities);
                    entity.setSeries(i, packed(series, values, qualities));
                }
            }
        }
        return changed.build();
    }

    private static Series packed(Series like, long[] values, Quality[] qualities) {
        Series.Builder series = like.toBuilder().clearV().clearQualityRuns();
        SeriesValues.pack(values, series);
        return series.addAllQualityRuns(Quality.compress(Arrays.asList(qualities)))
                .build();
    }

    /** Whether a series is one of power or energy; the ledger does not look at others. */
    static boolean isOfTheLedger(Series series) {
        return OF_THE_LEDGER.contains(series.getMetric());
    }

    /** Whether there is a reading in it that enters the ledger, good or not. */
    static boolean hasReadings(TelemetryFrame frame) {
        return frame.getT0Ms() >= EARLIEST_MILLIS
                && frame.getEntitiesList().stream()
                        .flatMap(entity -> entity.getSeriesList().stream())
                        .filter(Pieces::isOfTheLedger)
                        .anyMatch(series -> hasReadings(series, frame.getSlots()));
    }

    private static boolean hasReadings(Series series, int slots) {
        long[] values = SeriesValues.unpack(series, slots);
        Quality[] qualities = Quality.expand(series.getQualityRunsList(), slots);
        for (int slot = 0; slot < slots; slot++) {
            if (qualities[slot].usableForEnergy() && values[slot] < SentinelValue.NOT_AVAILABLE) {
                return true;
            }
        }
        return false;
    }

    /** Of the last slot, UTC epoch milliseconds. */
    static long lastMillis(TelemetryFrame frame) {
        long at = frame.getT0Ms();
        if (frame.getStepMs() > 0) {
            return at + (frame.getSlots() - 1L) * Integer.toUnsignedLong(frame.getStepMs());
        }
        for (int delta : frame.getTDeltaMsList()) {
            at += Integer.toUnsignedLong(delta);
        }
        return at;
    }
}
