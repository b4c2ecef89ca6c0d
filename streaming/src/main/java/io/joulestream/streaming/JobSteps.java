package io.joulestream.streaming;

import io.joulestream.core.account.RunReport.StepReport;
import io.joulestream.core.ledger.RejectCode;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.wire.Quality;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The training steps that one job tells in one frame. The first slot is the instant from which the first amount counts;
 * each later one ends a step. Used once.
 */
final class JobSteps {
    private static final long MOST_TOKENS_PER_STEP = 1L << 53;

    private final FrameAdmission admission;
    private final TelemetryFrame frame;
    private final long[] times;
    private final Entity job;

    JobSteps(FrameAdmission admission, TelemetryFrame frame, long[] times, Entity job) {
        this.admission = admission;
        this.frame = frame;
        this.times = times;
        this.job = job;
    }

    List<Admission.RunStepReport> admit() {
        List<Admission.RunStepReport> steps = new ArrayList<>();
        long[] tokens = values(Metric.JOB_TOKENS);
        if (tokens == null) {
            return steps;
        }
        Quality[] quality = qualities(Metric.JOB_TOKENS);
        long[] samples = values(Metric.JOB_SAMPLES);
        long[] step = values(Metric.JOB_STEP);
        long[] attempt = values(Metric.JOB_ATTEMPT);
        for (int slot = 1; slot < times.length; slot++) {
            if (!quality[slot].usableForEnergy()) {
                continue;
            }
            long attemptNumber = attempt == null ? 1 : attempt[slot];
            Optional<Refusal> refusal = refusal(times[slot], tokens[slot], attemptNumber);
            if (refusal.isPresent()) {
                admission.refuse(
                        job.getEntityId(),
                        Metric.JOB_TOKENS.number(),
                        slot,
                        refusal.get().code(),
                        refusal.get().detail(),
                        admission.onlyWith(job));
                continue;
            }
            steps.add(new Admission.RunStepReport(
                    job.getRunId(),
                    new StepReport(
                            (int) attemptNumber,
                            step == null ? times[slot] : step[slot],
                            times[slot - 1],
                            times[slot],
                            tokens[slot],
                            samples == null ? 0 : samples[slot],
                            frame.getCorrection(),
                            frame.getSessionId(),
                            frame.getFrameSeq())));
        }
        return steps;
    }

    private Optional<Refusal> refusal(long at, long tokens, long attempt) {
        if (tokens < 0) {
            return Optional.of(new Refusal(RejectCode.TOKENS_REGRESSION, tokens + " tokens"));
        }
        if (tokens > MOST_TOKENS_PER_STEP) {
            return Optional.of(new Refusal(RejectCode.OUT_OF_RANGE, tokens + " tokens in one step"));
        }
        if (attempt < 1 || attempt > Integer.MAX_VALUE) {
            return Optional.of(new Refusal(RejectCode.OUT_OF_RANGE, "attempt " + attempt));
        }
        return admission.refusedForItsTime(at);
    }

    /** The values of a metric in the form it must have; null when there are none. */
    private long[] values(Metric metric) {
        for (Series series : job.getSeriesList()) {
            if (series.getMetric() != metric.number()) {
                continue;
            }
            boolean rightKind =
                    series.getKind().name().equals(metric.valueKind().name());
            if (series.getExp10() == 0 && rightKind) {
                return SeriesValues.unpack(series, times.length);
            }
            admission.refuse(
                    job.getEntityId(),
                    metric.number(),
                    FrameAdmission.WHOLE_FRAME,
                    RejectCode.UNIT_MISMATCH,
                    metric.dottedName() + " must be a " + metric.valueKind() + " of whole " + metric.unit() + ", was a "
                            + series.getKind() + " with exp10 " + series.getExp10(),
                    admission.onlyWith(job, series));
        }
        return null;
    }

    private Quality[] qualities(Metric metric) {
        for (Series series : job.getSeriesList()) {
            if (series.getMetric() == metric.number()) {
                return Quality.expand(series.getQualityRunsList(), times.length);
            }
        }
        return new Quality[0];
    }
}
