package io.joulestream.ingest.capture;

import io.joulestream.core.telemetry.Metric;
import io.joulestream.ingest.ByTime;
import io.joulestream.ingest.FrameHead;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.Quality;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.EntityKind;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import io.joulestream.wire.v1.ValueKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The readings of all GPUs as frames of their node.
 *
 * <p>GPUs are polled one after the other, so each frame has the readings of one. It lies inside one UTC minute and inside one
 * holding: the time of one run, or the time between two of them, which is no run's. Each holding but the last is closed by
 * a frame whose only slot is its end and which has no series: it tells exactly until when the run held the GPUs, wherever the
 * readings lie.
 *
 * <p>A counter that shows less than before has started again; it travels as it is, marked as the first of a new epoch. A value
 * that the board did not give is MISSING. Used once.
 */
final class GpuFrames {
    private static final long FRAME_MS = 60_000;
    private static final int EXP10 = -3;

    /** @param runId empty for the time that is no run's */
    private record Holding(String runId, long fromMs, long toMs) {}

    private final List<GpuReadings> gpus;
    private final FrameHead head;
    private final List<TelemetryFrame> frames = new ArrayList<>();

    private GpuFrames(List<GpuReadings> gpus, FrameHead head) {
        this.gpus = gpus;
        this.head = head;
    }

    static List<TelemetryFrame> of(List<GpuReadings> gpus, List<ImportedCapture.Run> runs, FrameHead head) {
        GpuFrames made = new GpuFrames(gpus, head);
        holdings(runs).forEach(made::add);
        return made.frames;
    }

    private static List<Holding> holdings(List<ImportedCapture.Run> runs) {
        List<Holding> holdings = new ArrayList<>();
        long edge = Long.MIN_VALUE;
        for (ImportedCapture.Run run : runs) {
            long start = run.phase().start().toEpochMilli();
            long end = run.phase().end().toEpochMilli();
            if (edge < start) {
                holdings.add(new Holding("", edge, start));
            }
            holdings.add(new Holding(run.runId(), start, end));
            edge = end;
        }
        holdings.add(new Holding("", edge, Long.MAX_VALUE));
        return holdings;
    }

    private void add(Holding holding) {
        List<List<GpuReading>> inside = gpus.stream()
                .map(gpu -> gpu.readings().subList(indexOf(gpu, holding.fromMs()), indexOf(gpu, holding.toMs())))
                .toList();
        long since = holding.fromMs() == Long.MIN_VALUE
                ? inside.stream()
                        .filter(readings -> !readings.isEmpty())
                        .mapToLong(readings -> readings.get(0).atMs())
                        .min()
                        .orElse(holding.toMs())
                : holding.fromMs();
        for (int gpu = 0; gpu < gpus.size(); gpu++) {
            add(gpus.get(gpu), inside.get(gpu), holding.runId(), since);
        }
        if (holding.toMs() != Long.MAX_VALUE && since < holding.toMs()) {
            TelemetryFrame.Builder close = head.frame(frames.size() + 1);
            gpus.forEach(gpu -> close.addEntities(entity(gpu, holding.runId(), since)));
            SlotTimes.set(close, new long[] {holding.toMs()});
            frames.add(close.build());
        }
    }

    private void add(GpuReadings gpu, List<GpuReading> readings, String runId, long since) {
        for (int from = 0; from < readings.size(); ) {
            int to = from + 1;
            while (to < readings.size()
                    && to - from < FrameCodec.MAX_SLOTS
                    && minute(readings.get(to)) == minute(readings.get(from))) {
                to++;
            }
            add(gpu, readings.subList(from, to), entity(gpu, runId, since));
            from = to;
        }
    }

    private void add(GpuReadings gpu, List<GpuReading> slots, Entity.Builder entity) {
        if (gpu.hasEnergy()) {
            entity.addSeries(counter(gpu, slots));
        }
        if (gpu.hasPower()) {
            entity.addSeries(series(
                    Metric.GPU_POWER,
                    ValueKind.GAUGE,
                    "mW",
                    "power_mw",
                    slots,
                    GpuReading::powerMilliwatts,
                    qualities(slots, GpuReading::powerMilliwatts)));
        }
        TelemetryFrame.Builder frame = head.frame(frames.size() + 1).addEntities(entity);
        SlotTimes.set(frame, slots.stream().mapToLong(GpuReading::atMs).toArray());
        frames.add(frame.build());
    }

    private static Series counter(GpuReadings gpu, List<GpuReading> slots) {
        Quality[] qualities = qualities(slots, GpuReading::energyMillijoules);
        long before = lastEnergyBefore(gpu, slots.get(0).atMs());
        for (int i = 0; i < qualities.length; i++) {
            long energy = slots.get(i).energyMillijoules();
            if (slots.get(i).hasEnergy()) {
                qualities[i] = energy < before ? Quality.RESET : Quality.GOOD;
                before = energy;
            }
        }
        return series(
                Metric.GPU_ENERGY,
                ValueKind.COUNTER,
                "mJ",
                "energy_mj",
                slots,
                GpuReading::energyMillijoules,
                qualities);
    }

    /** {@link GpuReading#NOT_TOLD}, less than any counter, where there is none. */
    private static long lastEnergyBefore(GpuReadings gpu, long atMs) {
        for (int i = indexOf(gpu, atMs) - 1; i >= 0; i--) {
            if (gpu.readings().get(i).hasEnergy()) {
                return gpu.readings().get(i).energyMillijoules();
            }
        }
        return GpuReading.NOT_TOLD;
    }

    private static Quality[] qualities(List<GpuReading> slots, ToLongFunction<GpuReading> value) {
        return slots.stream()
                .map(slot -> value.applyAsLong(slot) == GpuReading.NOT_TOLD ? Quality.MISSING : Quality.GOOD)
                .toArray(Quality[]::new);
    }

    private static Series series(
            Metric metric,
            ValueKind kind,
            String unit,
            String name,
            List<GpuReading> slots,
            ToLongFunction<GpuReading> value,
            Quality[] qualities) {
        long[] values = new long[slots.size()];
        long before = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = qualities[i] == Quality.MISSING ? before : value.applyAsLong(slots.get(i));
            before = values[i];
        }
        Series.Builder series = Series.newBuilder()
                .setMetric(metric.number())
                .setKind(kind)
                .setExp10(EXP10)
                .setSourceUnit(unit)
                .setSourceName(name);
        SeriesValues.pack(values, series);
        return series.addAllQualityRuns(Quality.compress(Arrays.asList(qualities)))
                .build();
    }

    private static Entity.Builder entity(GpuReadings gpu, String runId, long since) {
        return Entity.newBuilder()
                .setEntityId(ImportedCapture.entity(gpu))
                .setKind(EntityKind.GPU)
                .setRunId(runId)
                .setAllocFromMs(since);
    }

    private static long minute(GpuReading reading) {
        return reading.atMs() / FRAME_MS;
    }

    private static int indexOf(GpuReadings gpu, long atMs) {
        return ByTime.indexOf(gpu.readings(), GpuReading::atMs, atMs);
    }
}
