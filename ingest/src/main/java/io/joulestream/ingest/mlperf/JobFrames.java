package io.joulestream.ingest.mlperf;

import io.joulestream.ingest.Digests;
import io.joulestream.ingest.FrameHead;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameKey;
import io.joulestream.wire.Quality;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.EntityKind;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.SourceKind;
import io.joulestream.wire.v1.TelemetryFrame;
import io.joulestream.wire.v1.ValueKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A run's progress as frames of the owner {@code job/<run>}.
 *
 * <p>A delta counts from the slot before it. So that no frame needs another one, each frame's first slot repeats the
 * instant up to which the frame before it counted, with its deltas MISSING; the first frame's is the run's start. The last
 * slot of all is the run's stop; where nothing was processed after the last count, its series are MISSING and it only
 * bounds the run. A frame spans at most 60 s, or a single longer delta. Stateless; any thread.
 */
final class JobFrames {
    private static final int TOKENS = 60;
    private static final int SAMPLES = 61;
    private static final int STEP = 62;
    private static final int ATTEMPT = 67;
    private static final long FRAME_MS = 60_000;

    private final FrameKey key;
    private final String runId;
    private final ResultLog log;
    private final FrameHead head;
    private final List<TelemetryFrame> frames = new ArrayList<>();

    private JobFrames(FrameKey key, String runId, ResultLog log) {
        this.key = key;
        this.runId = runId;
        this.log = log;
        this.head = new FrameHead(
                key,
                SourceKind.TRAIN_LOG,
                Digests.producer(log.sha256(), key.owner(), "" + log.sequenceLength()),
                millis(log.start()));
    }

    static ImportedRun of(FrameKey key, String runId, ResultLog log) {
        JobFrames job = new JobFrames(key, runId, log);
        job.build();
        return new ImportedRun(key, runId, log, job.head.producerId(), job.frames);
    }

    private void build() {
        List<ResultLog.Progress> points = new ArrayList<>();
        points.add(new ResultLog.Progress(log.start(), 0, 0));
        points.addAll(log.progress());
        ResultLog.Progress last = points.get(points.size() - 1);
        if (last.at().isBefore(log.stop())) {
            points.add(new ResultLog.Progress(log.stop(), last.samples(), last.step()));
        }
        for (int from = 0; from < points.size() - 1; ) {
            int to = from + 1;
            while (to + 1 < points.size()
                    && to + 2 - from <= FrameCodec.MAX_SLOTS
                    && millis(points.get(to + 1).at()) - millis(points.get(from).at()) <= FRAME_MS) {
                to++;
            }
            add(points.subList(from, to + 1));
            from = to;
        }
    }

    private void add(List<ResultLog.Progress> slots) {
        long[] samples = new long[slots.size()];
        List<Quality> amounts = new ArrayList<>(Collections.nCopies(slots.size(), Quality.GOOD));
        amounts.set(0, Quality.MISSING);
        for (int i = 1; i < samples.length; i++) {
            samples[i] = slots.get(i).samples() - slots.get(i - 1).samples();
            if (samples[i] == 0) {
                amounts.set(i, Quality.MISSING);
                samples[i] = samples[i - 1];
            }
        }
        List<Quality> steps = new ArrayList<>(amounts);
        steps.set(0, Quality.GOOD);

        Entity.Builder entity = Entity.newBuilder()
                .setEntityId(key.owner())
                .setKind(EntityKind.JOB)
                .setRunId(runId)
                .setAllocFromMs(millis(log.start()));
        if (log.samples().isPresent()) {
            log.sequenceLength().ifPresent(length -> {
                long[] tokens = LongStream.of(samples).map(s -> s * length).toArray();
                entity.addSeries(series(TOKENS, ValueKind.DELTA, tokens, amounts));
            });
            entity.addSeries(series(SAMPLES, ValueKind.DELTA, samples, amounts));
            long[] step = slots.stream().mapToLong(ResultLog.Progress::step).toArray();
            entity.addSeries(series(STEP, ValueKind.COUNTER, step, steps));
        }
        long[] attempt = LongStream.generate(() -> 1).limit(slots.size()).toArray();
        entity.addSeries(series(ATTEMPT, ValueKind.STATE, attempt, Collections.nCopies(slots.size(), Quality.GOOD)));

        TelemetryFrame.Builder frame = head.frame(frames.size() + 1).addEntities(entity);
        SlotTimes.set(frame, slots.stream().mapToLong(s -> millis(s.at())).toArray());
        frames.add(frame.build());
    }

    private static Series series(int metric, ValueKind kind, long[] values, List<Quality> qualities) {
        Series.Builder series =
                Series.newBuilder().setMetric(metric).setKind(kind).setSourceName("samples_count");
        SeriesValues.pack(values, series);
        return series.addAllQualityRuns(Quality.compress(qualities)).build();
    }

    private static long millis(Instant instant) {
        return instant.toEpochMilli();
    }
}
