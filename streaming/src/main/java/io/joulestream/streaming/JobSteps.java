package io.joulestream.streaming;

import static io.joulestream.core.account.RunReport.NOT_TOLD;

import io.joulestream.core.account.RunReport.CheckpointReport;
import io.joulestream.core.account.RunReport.PhaseReport;
import io.joulestream.core.account.RunReport.StepReport;
import io.joulestream.core.account.RunReport.Told;
import io.joulestream.core.ledger.JobPhase;
import io.joulestream.core.ledger.RejectCode;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.wire.Quality;
import io.joulestream.wire.Scale;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one job tells in one frame: training steps, phases and checkpoints. The first slot is the instant from which the first
 * amount counts, with what held until then; each later slot ends an interval, and its attempt, phase and amounts are those
 * of that interval. Used once.
 */
final class JobSteps {
    private static final long MOST_TOKENS_PER_STEP = 1L << 53;
    private static final int MAX_EXP10 = 9;

    /** One metric of the job, slot by slot. */
    private record Slots(Series series, long[] values, Quality[] qualities) {
        boolean has(int slot) {
            return qualities[slot].usableForEnergy();
        }
    }

    private final FrameAdmission admission;
    private final long[] times;
    private final Entity job;
    private final Told told;
    private final Map<Metric, Slots> slots = new EnumMap<>(Metric.class);
    private final List<StepReport> steps = new ArrayList<>();
    private final List<PhaseReport> phases = new ArrayList<>();
    private final List<CheckpointReport> checkpoints = new ArrayList<>();

    JobSteps(FrameAdmission admission, TelemetryFrame frame, long[] times, Entity job) {
        this.admission = admission;
        this.times = times;
        this.job = job;
        this.told = new Told(frame.getCorrection(), frame.getSessionId(), frame.getFrameSeq());
    }

    Admission.JobAmounts admit() {
        for (Series series : job.getSeriesList()) {
            Optional<Metric> metric = Metric.byNumber(series.getMetric());
            if (metric.isEmpty()) {
                refuseSeries(
                        series, RejectCode.UNKNOWN_METRIC, "metric " + series.getMetric() + " is not in the registry");
            } else {
                take(metric.get(), series);
            }
        }
        refuseWhatHasNoInterval();
        for (int slot = 1; slot < times.length; slot++) {
            if (times[slot] < admission.floorMillis() && admission.isAccounted()) {
                continue; // the generation before has it
            }
            if (told(Metric.JOB_TOKENS, slot)) {
                admitStep(slot);
            } else if (told(Metric.JOB_TOKENS_EFFECTIVE, slot)) {
                refuse(Metric.JOB_TOKENS_EFFECTIVE, slot, RejectCode.OUT_OF_RANGE, "effective tokens of no tokens");
            }
            if (told(Metric.JOB_PHASE, slot)) {
                admitPhase(slot);
            }
            if (told(Metric.JOB_CHECKPOINT_STEP, slot) && isNews(slot)) {
                admitCheckpoint(slot);
            }
        }
        return new Admission.JobAmounts(job.getRunId(), steps, phases, checkpoints);
    }

    private void take(Metric metric, Series series) {
        boolean energy = metric == Metric.JOB_ENERGY_REPORTED;
        switch (metric) {
            case JOB_TOKENS,
                    JOB_SAMPLES,
                    JOB_STEP,
                    JOB_ENERGY_REPORTED,
                    JOB_TOKENS_EFFECTIVE,
                    JOB_ATTEMPT,
                    JOB_PHASE,
                    JOB_CHECKPOINT_STEP -> {}
            default -> {
                if (FrameAdmission.isOfLedger(metric)) {
                    refuseSeries(series, RejectCode.UNKNOWN_METRIC, metric.dottedName() + " is no metric of a job");
                }
                return; // not part of the ledger
            }
        }
        boolean rightKind = series.getKind().name().equals(metric.valueKind().name());
        boolean rightScale = energy ? Math.abs(series.getExp10()) <= MAX_EXP10 : series.getExp10() == 0;
        if (!rightKind || !rightScale) {
            refuseSeries(
                    series,
                    RejectCode.UNIT_MISMATCH,
                    metric.dottedName() + " must be a " + metric.valueKind() + " of " + (energy ? "" : "whole ")
                            + metric.unit() + ", was a " + series.getKind() + " with exp10 " + series.getExp10());
            return;
        }
        slots.put(
                metric,
                new Slots(
                        series,
                        SeriesValues.unpack(series, times.length),
                        Quality.expand(series.getQualityRunsList(), times.length)));
    }

    /** The first slot ends no interval: an amount of it belongs to none, and of one slot alone nothing does. */
    private void refuseWhatHasNoInterval() {
        for (Metric metric : slots.keySet()) {
            boolean amount = metric.valueKind() == Metric.ValueKind.DELTA;
            boolean state = metric == Metric.JOB_PHASE || metric == Metric.JOB_CHECKPOINT_STEP;
            boolean lost = amount && value(metric, 0) != 0 || state && times.length == 1;
            if (lost && told(metric, 0)) {
                refuse(
                        metric,
                        0,
                        RejectCode.OUT_OF_RANGE,
                        metric.dottedName() + " " + value(metric, 0)
                                + " of the frame's first slot, before which no interval begins");
            }
        }
    }

    private void refuseSeries(Series series, RejectCode code, String detail) {
        admission.refuse(
                job.getEntityId(),
                series.getMetric(),
                FrameAdmission.WHOLE_FRAME,
                code,
                detail,
                admission.onlyWith(job, series));
    }

    private void admitStep(int slot) {
        long tokens = value(Metric.JOB_TOKENS, slot);
        long samples = told(Metric.JOB_SAMPLES, slot) ? value(Metric.JOB_SAMPLES, slot) : 0;
        long attempt = attempt(slot);
        long step = slots.containsKey(Metric.JOB_STEP) ? value(Metric.JOB_STEP, slot) : times[slot];
        long afterStep = afterStep(slot);
        Optional<Refusal> refusal = refusal(slot, tokens, samples, attempt);
        if (refusal.isEmpty() && slots.containsKey(Metric.JOB_STEP) && !told(Metric.JOB_STEP, slot)) {
            refusal = Optional.of(new Refusal(RejectCode.OUT_OF_RANGE, tokens + " tokens of a step without number"));
        }
        if (refusal.isEmpty() && afterStep > step) {
            refusal = Optional.of(new Refusal(
                    RejectCode.TOKENS_REGRESSION, "step " + step + " after step " + afterStep + " of one attempt"));
        }
        if (refusal.isPresent()) {
            refuse(Metric.JOB_TOKENS, slot, refusal.get().code(), refusal.get().detail());
            return;
        }
        steps.add(new StepReport(
                (int) attempt,
                step,
                afterStep,
                times[slot - 1],
                times[slot],
                tokens,
                effectiveTokens(slot, tokens),
                samples,
                reportedMicrojoules(slot),
                told));
    }

    private Optional<Refusal> refusal(int slot, long tokens, long samples, long attempt) {
        if (tokens < 0 || samples < 0) {
            return Optional.of(
                    new Refusal(RejectCode.TOKENS_REGRESSION, tokens + " tokens of " + samples + " samples"));
        }
        if (tokens > MOST_TOKENS_PER_STEP) {
            return Optional.of(new Refusal(RejectCode.OUT_OF_RANGE, tokens + " tokens in one step"));
        }
        return refusal(slot, attempt);
    }

    private Optional<Refusal> refusal(int slot, long attempt) {
        if (attempt < 1 || attempt > Integer.MAX_VALUE) {
            return Optional.of(new Refusal(RejectCode.OUT_OF_RANGE, "attempt " + attempt));
        }
        return admission.refusedForItsTime(times[slot]);
    }

    /** The step count at the slot before, where that is told and of the same attempt. */
    private long afterStep(int slot) {
        boolean known = told(Metric.JOB_STEP, slot - 1) && attempt(slot - 1) == attempt(slot);
        return known ? value(Metric.JOB_STEP, slot - 1) : NOT_TOLD;
    }

    private long effectiveTokens(int slot, long tokens) {
        if (!told(Metric.JOB_TOKENS_EFFECTIVE, slot)) {
            return NOT_TOLD;
        }
        long effective = value(Metric.JOB_TOKENS_EFFECTIVE, slot);
        if (effective >= 0 && effective <= tokens) {
            return effective;
        }
        RejectCode code = effective < 0 ? RejectCode.TOKENS_REGRESSION : RejectCode.OUT_OF_RANGE;
        refuse(Metric.JOB_TOKENS_EFFECTIVE, slot, code, effective + " effective tokens of " + tokens);
        return NOT_TOLD;
    }

    private long reportedMicrojoules(int slot) {
        if (!told(Metric.JOB_ENERGY_REPORTED, slot)) {
            return NOT_TOLD;
        }
        long value = value(Metric.JOB_ENERGY_REPORTED, slot);
        int exp10 = slots.get(Metric.JOB_ENERGY_REPORTED).series().getExp10();
        OptionalLong microjoules = Scale.toMicro(value, exp10);
        if (microjoules.isPresent() && value >= 0) {
            return microjoules.getAsLong();
        }
        refuse(Metric.JOB_ENERGY_REPORTED, slot, RejectCode.OUT_OF_RANGE, value + "e" + exp10 + " J in one step");
        return NOT_TOLD;
    }

    private void admitPhase(int slot) {
        long code = value(Metric.JOB_PHASE, slot);
        Optional<JobPhase> phase = JobPhase.ofCode(code);
        Optional<Refusal> refusal = phase.isPresent()
                ? refusal(slot, attempt(slot))
                : Optional.of(new Refusal(RejectCode.OUT_OF_RANGE, "phase " + code + " is not 1 to 6"));
        if (refusal.isPresent()) {
            refuse(Metric.JOB_PHASE, slot, refusal.get().code(), refusal.get().detail());
            return;
        }
        phases.add(new PhaseReport((int) attempt(slot), phase.get(), times[slot - 1], times[slot], told));
    }

    /** A state is repeated by every slot; what counts is since when it holds. A frame's first slot is not its own. */
    private boolean isNews(int slot) {
        return slot == 1
                || !told(Metric.JOB_CHECKPOINT_STEP, slot - 1)
                || attempt(slot - 1) != attempt(slot)
                || value(Metric.JOB_CHECKPOINT_STEP, slot - 1) != value(Metric.JOB_CHECKPOINT_STEP, slot);
    }

    private void admitCheckpoint(int slot) {
        long step = value(Metric.JOB_CHECKPOINT_STEP, slot);
        Optional<Refusal> refusal = step >= 0
                ? refusal(slot, attempt(slot))
                : Optional.of(new Refusal(RejectCode.OUT_OF_RANGE, "checkpoint of step " + step));
        if (refusal.isPresent()) {
            refuse(
                    Metric.JOB_CHECKPOINT_STEP,
                    slot,
                    refusal.get().code(),
                    refusal.get().detail());
            return;
        }
        checkpoints.add(new CheckpointReport((int) attempt(slot), step, times[slot], told));
    }

    private boolean told(Metric metric, int slot) {
        return slots.containsKey(metric) && slots.get(metric).has(slot);
    }

    private long value(Metric metric, int slot) {
        return slots.get(metric).values()[slot];
    }

    private long attempt(int slot) {
        return slots.containsKey(Metric.JOB_ATTEMPT) ? value(Metric.JOB_ATTEMPT, slot) : 1;
    }

    private void refuse(Metric metric, int slot, RejectCode code, String detail) {
        boolean alone = metric != Metric.JOB_TOKENS;
        admission.refuse(
                job.getEntityId(),
                metric.number(),
                slot,
                code,
                detail,
                alone ? admission.onlyWith(job, slots.get(metric).series()) : admission.onlyWith(job));
    }
}
