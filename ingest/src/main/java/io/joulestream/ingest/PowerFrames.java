package io.joulestream.ingest;

import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.Quality;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import io.joulestream.wire.v1.ValueKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The readings of one file as the frames of one owner.
 *
 * <p>A frame lies inside one UTC minute, has at most {@value FrameCodec#MAX_SLOTS} slots, no instant twice, and is cut at
 * the run's start and stop. The readings before the run say that no run holds the entity, those inside assert the run
 * since its start, those after assert none since its stop. Between the last two stands one frame without readings whose
 * only slot is the stop: it closes the run's allocation exactly there, wherever the readings happen to lie, and also for
 * a part of a file that has none inside the run.
 *
 * <p>Everything in the frames follows from the file's bytes, the channel and the run. Stateless; any thread.
 */
public final class PowerFrames {
    private static final long FRAME_MS = 60_000;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long NANOS_PER_MICRO = 1_000;

    private PowerFrames() {}

    /**
     * @param samplePeriod instead of the readings' own; needed where they have but one time
     * @throws IllegalArgumentException if the period is neither given nor in the readings
     */
    public static ImportedPower of(
            PowerReadings readings, PowerChannel channel, Optional<RunWindow> run, Optional<Duration> samplePeriod) {
        Duration period = samplePeriod
                .or(readings::samplePeriod)
                .orElseThrow(() -> new IllegalArgumentException("sample period unknown: " + readings.file()));
        String producer = Digests.producer(
                readings.sha256(),
                channel.key().owner(),
                "" + channel.metric(),
                run.map(r -> r.runId() + "\0" + r.start().toEpochMilli() + "\0"
                                + r.stop().toEpochMilli())
                        .orElse(""));
        List<TelemetryFrame> frames = new Builder(readings, channel, producer).frames(run);
        boolean covers =
                run.isPresent() && readings.covers(run.get().start(), run.get().stop());
        return new ImportedPower(channel, readings, period, covers, producer, frames);
    }

    private static final class Builder {
        private final PowerReadings readings;
        private final PowerChannel channel;
        private final FrameHead head;
        private final int exp10;
        private final List<TelemetryFrame> frames = new ArrayList<>();

        Builder(PowerReadings readings, PowerChannel channel, String producer) {
            this.readings = readings;
            this.channel = channel;
            this.head = new FrameHead(
                    channel.key(), channel.source(), producer, readings.first().toEpochMilli());
            this.exp10 = exponentOf(readings.readings());
        }

        List<TelemetryFrame> frames(Optional<RunWindow> run) {
            List<PowerReading> all = readings.readings();
            if (run.isEmpty()) {
                add(all, "", 0);
                return frames;
            }
            String runId = run.get().runId();
            long start = run.get().start().toEpochMilli();
            long stop = run.get().stop().toEpochMilli();
            int inside = ByTime.indexOf(all, PowerReading::measuredAtMs, start);
            int after = ByTime.indexOf(all, PowerReading::measuredAtMs, stop);
            add(all.subList(0, inside), "", 0);
            add(all.subList(inside, after), runId, start);
            add(new long[] {stop}, entity(runId, start));
            add(all.subList(after, all.size()), "", stop);
            return frames;
        }

        private void add(List<PowerReading> part, String runId, long allocFromMs) {
            for (int from = 0; from < part.size(); ) {
                int to = from + 1;
                while (to < part.size() && to - from < FrameCodec.MAX_SLOTS && fit(part, from, to)) {
                    to++;
                }
                List<PowerReading> slots = part.subList(from, to);
                long[] times =
                        slots.stream().mapToLong(PowerReading::measuredAtMs).toArray();
                add(times, entity(runId, allocFromMs).addSeries(series(slots)));
                from = to;
            }
        }

        private static boolean fit(List<PowerReading> part, int from, int next) {
            long time = part.get(next).measuredAtMs();
            return time / FRAME_MS == part.get(from).measuredAtMs() / FRAME_MS
                    && time != part.get(next - 1).measuredAtMs();
        }

        private void add(long[] times, Entity.Builder entity) {
            TelemetryFrame.Builder frame = head.frame(frames.size() + 1).addEntities(entity);
            SlotTimes.set(frame, times);
            frames.add(frame.build());
        }

        private Entity.Builder entity(String runId, long allocFromMs) {
            return Entity.newBuilder()
                    .setEntityId(channel.key().owner())
                    .setKind(channel.kind())
                    .setRunId(runId)
                    .setAllocFromMs(allocFromMs);
        }

        private Series series(List<PowerReading> slots) {
            long unit = exp10 == -3 ? NANOS_PER_MILLI : exp10 == -6 ? NANOS_PER_MICRO : 1;
            Series.Builder series = Series.newBuilder()
                    .setMetric(channel.metric())
                    .setKind(ValueKind.GAUGE)
                    .setExp10(exp10)
                    .setSourceUnit("W")
                    .setSourceName(channel.sourceName());
            SeriesValues.pack(
                    slots.stream().mapToLong(r -> r.nanowatts() / unit).toArray(), series);
            List<Quality> qualities = slots.stream()
                    .map(r -> r.clockSuspect() ? Quality.CLOCK_SUSPECT : Quality.GOOD)
                    .toList();
            return series.addAllQualityRuns(Quality.compress(qualities)).build();
        }
    }

    /** Milliwatts where they hold every reading of the file exactly, else a finer unit. */
    private static int exponentOf(List<PowerReading> readings) {
        if (readings.stream().allMatch(r -> r.nanowatts() % NANOS_PER_MILLI == 0)) {
            return -3;
        }
        return readings.stream().allMatch(r -> r.nanowatts() % NANOS_PER_MICRO == 0) ? -6 : -9;
    }
}
