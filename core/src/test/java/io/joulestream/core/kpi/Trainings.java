package io.joulestream.core.kpi;

import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.JobPhase;
import io.joulestream.core.ledger.RunCheckpoint;
import io.joulestream.core.ledger.RunExtent;
import io.joulestream.core.ledger.RunPhase;
import io.joulestream.core.ledger.RunStep;
import io.joulestream.core.ledger.TrainingStep;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The rows of one run, for tests; times in minutes from its start. */
final class Trainings {
    static final Instant START = Instant.parse("2026-03-10T10:00:00Z");
    static final long WATT_HOUR = 3_600_000_000L;

    final List<TrainingStep> steps = new ArrayList<>();
    final List<RunPhase> phases = new ArrayList<>();
    final List<RunCheckpoint> checkpoints = new ArrayList<>();
    final List<RunStep> minutes = new ArrayList<>();

    /** Steps of one minute each. */
    Trainings train(int attempt, long firstStep, long lastStep, double fromMinute, long tokensPerStep) {
        for (long step = firstStep; step <= lastStep; step++) {
            double from = fromMinute + (step - firstStep);
            step(attempt, step, step - 1, from, from + 1, tokensPerStep, tokensPerStep);
        }
        return this;
    }

    Trainings step(
            int attempt, long step, long afterStep, double fromMinute, double toMinute, long tokens, long effective) {
        steps.add(new TrainingStep(
                "t",
                "s",
                "r",
                attempt,
                step,
                afterStep,
                at(fromMinute),
                at(toMinute),
                tokens,
                effective,
                1,
                TrainingStep.NOT_TOLD,
                0,
                1));
        return this;
    }

    Trainings phase(int attempt, JobPhase phase, double fromMinute, double toMinute) {
        phases.add(new RunPhase("t", "s", "r", attempt, phase, at(fromMinute), at(toMinute), 0, 1));
        return this;
    }

    Trainings checkpoint(int attempt, long step, double atMinute) {
        checkpoints.add(new RunCheckpoint("t", "s", "r", attempt, step, at(atMinute), 0, 1));
        return this;
    }

    /** Minutes of constant power. */
    Trainings power(int fromMinute, int toMinute, long microjoulesPerMinute) {
        for (int minute = fromMinute; minute < toMinute; minute++) {
            minutes.add(row(minute, 60, microjoulesPerMinute));
        }
        return this;
    }

    RunLineage lineage() {
        return RunLineage.of(steps, phases, checkpoints);
    }

    /** From the minutes alone, each as its own ledger step. */
    RunCurve curve() {
        return RunCurve.of(minutes, minutes, List.of());
    }

    TrainingFigures figures(BigInteger sharedMicrojoules, Figure pue, Instant asOf) {
        Instant end = START.plusSeconds(60L * minutes.size());
        RunFigures run = RunFigures.of(RunFigures.Totals.of("r", START, end, 1, minutes), asOf);
        return TrainingFigures.of(run, lineage(), curve(), sharedMicrojoules, pue, asOf);
    }

    /** Fully covered by one meter; the tokens of all steps that end in it. */
    private RunStep row(int minute, int seconds, long microjoules) {
        Instant start = at(minute);
        long tokens = steps.stream()
                .filter(step -> step.to().isAfter(start) && !step.to().isAfter(start.plusSeconds(seconds)))
                .mapToLong(TrainingStep::tokens)
                .sum();
        return new RunStep(
                "t",
                "s",
                "r",
                start,
                seconds,
                new EnergyBuckets(microjoules, 0, 0),
                seconds * 1000L,
                seconds * 1000L,
                tokens,
                0,
                0,
                1);
    }

    static RunExtent extent(Instant from, Instant to) {
        return new RunExtent("t", "s", "r", from, to, 0, 1);
    }

    static Instant at(double minute) {
        return START.plusMillis(Math.round(minute * 60_000));
    }
}
