package io.joulestream.ingest.capture;

import io.joulestream.core.kpi.RunLineage;
import io.joulestream.core.ledger.JobPhase;
import io.joulestream.core.ledger.RunCheckpoint;
import io.joulestream.core.ledger.RunPhase;
import io.joulestream.core.ledger.TrainingStep;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.wire.Quality;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The lineage that a job's frames tell, read as the contract of job amounts says. */
final class LineageOfFrames {
    private LineageOfFrames() {}

    static RunLineage of(List<TelemetryFrame> frames) {
        List<TrainingStep> steps = new ArrayList<>();
        List<RunPhase> phases = new ArrayList<>();
        List<RunCheckpoint> checkpoints = new ArrayList<>();
        for (TelemetryFrame frame : frames) {
            long[] times = SlotTimes.of(frame);
            List<Long> tokens = values(frame, Metric.JOB_TOKENS);
            List<Long> effective = values(frame, Metric.JOB_TOKENS_EFFECTIVE);
            List<Long> step = values(frame, Metric.JOB_STEP);
            List<Long> attempt = values(frame, Metric.JOB_ATTEMPT);
            List<Long> phase = values(frame, Metric.JOB_PHASE);
            List<Long> kept = values(frame, Metric.JOB_CHECKPOINT_STEP);
            for (int slot = 1; slot < times.length; slot++) {
                Instant from = Instant.ofEpochMilli(times[slot - 1]);
                Instant to = Instant.ofEpochMilli(times[slot]);
                int number = attempt.get(slot).intValue();
                if (tokens.get(slot) != null) {
                    steps.add(new TrainingStep(
                            "t",
                            "s",
                            "r",
                            number,
                            step.get(slot),
                            step.get(slot - 1),
                            from,
                            to,
                            tokens.get(slot),
                            effective.get(slot),
                            0,
                            TrainingStep.NOT_TOLD,
                            0,
                            0));
                }
                phases.add(new RunPhase(
                        "t", "s", "r", number, JobPhase.ofCode(phase.get(slot)).orElseThrow(), from, to, 0, 0));
                if (slot == 1 || !kept.get(slot).equals(kept.get(slot - 1))) {
                    checkpoints.add(new RunCheckpoint("t", "s", "r", number, kept.get(slot), to, 0, 0));
                }
            }
        }
        return RunLineage.of(steps, phases, checkpoints);
    }

    /** One per slot, null where it is MISSING; all null where the job does not tell the metric. */
    static List<Long> values(TelemetryFrame frame, Metric metric) {
        List<Long> values = new ArrayList<>();
        for (Series series : frame.getEntities(0).getSeriesList()) {
            if (series.getMetric() == metric.number()) {
                Quality[] qualities = Quality.expand(series.getQualityRunsList(), frame.getSlots());
                long[] told = SeriesValues.unpack(series, frame.getSlots());
                for (int slot = 0; slot < told.length; slot++) {
                    values.add(qualities[slot] == Quality.MISSING ? null : (Long) told[slot]);
                }
                return values;
            }
        }
        for (int slot = 0; slot < frame.getSlots(); slot++) {
            values.add(null);
        }
        return values;
    }
}
