package io.joulestream.ingest.capture;

import io.joulestream.core.telemetry.JobPrecision;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.ingest.FrameHead;
import io.joulestream.ingest.capture.Phase.Interval;
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
 * A phase as frames of the owner {@code job/<run>}.
 *
 * <p>A frame's first slot is the instant from which its first interval counts; each later slot ends an interval. Only a slot
 * that ends a step has tokens. A frame spans at most 60 s, or a single longer interval, and has intervals of one attempt:
 * the first slot of an attempt says from which step it goes on. Tokens are told as effective too, for a capture's sequences
 * have no padding.
 *
 * <p>The precision travels as the word that the log has, in a label, and as a code where the registry has one. Used once.
 */
final class PhaseFrames {
    private static final long FRAME_MS = 60_000;

    private final Phase phase;
    private final String runId;
    private final FrameHead head;
    private final List<TelemetryFrame> frames = new ArrayList<>();

    private PhaseFrames(Phase phase, String runId, FrameHead head) {
        this.phase = phase;
        this.runId = runId;
        this.head = head;
    }

    static List<TelemetryFrame> of(Phase phase, String runId, FrameHead head) {
        PhaseFrames made = new PhaseFrames(phase, runId, head);
        List<Interval> all = phase.intervals();
        for (int from = 0; from < all.size(); ) {
            int to = from + 1;
            while (to < all.size() && to - from + 1 < FrameCodec.MAX_SLOTS && fits(all.get(from), all.get(to))) {
                to++;
            }
            made.add(all.subList(from, to));
            from = to;
        }
        return made.frames;
    }

    private static boolean fits(Interval first, Interval next) {
        return next.attempt() == first.attempt() && next.toMs() - first.fromMs() <= FRAME_MS;
    }

    private void add(List<Interval> intervals) {
        Interval first = intervals.get(0);
        Entity.Builder job = Entity.newBuilder()
                .setEntityId(head.key().owner())
                .setKind(EntityKind.JOB)
                .setRunId(runId)
                .setAllocFromMs(phase.start().toEpochMilli())
                .putLabels("precision", phase.precision());
        if (intervals.stream().anyMatch(Interval::isStep)) {
            job.addSeries(tokens(Metric.JOB_TOKENS, intervals));
            job.addSeries(tokens(Metric.JOB_TOKENS_EFFECTIVE, intervals));
        }
        job.addSeries(states(Metric.JOB_STEP, ValueKind.COUNTER, first.stepBefore(), intervals, Interval::step));
        job.addSeries(states(Metric.JOB_ATTEMPT, ValueKind.STATE, first.attempt(), intervals, Interval::attempt));
        job.addSeries(states(
                Metric.JOB_PHASE,
                ValueKind.STATE,
                first.doing().code(),
                intervals,
                interval -> interval.doing().code()));
        job.addSeries(
                states(Metric.JOB_CHECKPOINT_STEP, ValueKind.STATE, first.keptStep(), intervals, Interval::keptStep));
        JobPrecision.ofWord(phase.precision())
                .ifPresent(precision -> job.addSeries(states(
                        Metric.JOB_PRECISION,
                        ValueKind.STATE,
                        precision.code(),
                        intervals,
                        interval -> precision.code())));
        TelemetryFrame.Builder frame = head.frame(frames.size() + 1).addEntities(job);
        long[] times = new long[intervals.size() + 1];
        times[0] = first.fromMs();
        for (int i = 0; i < intervals.size(); i++) {
            times[i + 1] = intervals.get(i).toMs();
        }
        SlotTimes.set(frame, times);
        frames.add(frame.build());
    }

    private static Series tokens(Metric metric, List<Interval> intervals) {
        long[] values = new long[intervals.size() + 1];
        Quality[] qualities = new Quality[values.length];
        Arrays.fill(qualities, Quality.MISSING);
        for (int i = 0; i < intervals.size(); i++) {
            boolean step = intervals.get(i).isStep();
            values[i + 1] = step ? intervals.get(i).tokens() : values[i];
            qualities[i + 1] = step ? Quality.GOOD : Quality.MISSING;
        }
        Series.Builder series = Series.newBuilder()
                .setMetric(metric.number())
                .setKind(ValueKind.DELTA)
                .setSourceName("tokens");
        SeriesValues.pack(values, series);
        return series.addAllQualityRuns(Quality.compress(Arrays.asList(qualities)))
                .build();
    }

    private static Series states(
            Metric metric, ValueKind kind, long atStart, List<Interval> intervals, ToLongFunction<Interval> state) {
        long[] values = new long[intervals.size() + 1];
        values[0] = atStart;
        for (int i = 0; i < intervals.size(); i++) {
            values[i + 1] = state.applyAsLong(intervals.get(i));
        }
        Series.Builder series = Series.newBuilder().setMetric(metric.number()).setKind(kind);
        SeriesValues.pack(values, series);
        return series.build();
    }
}
