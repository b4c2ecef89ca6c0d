package io.joulestream.core.kpi;

import io.joulestream.core.ledger.JobPhase;
import io.joulestream.core.ledger.RunCheckpoint;
import io.joulestream.core.ledger.RunPhase;
import io.joulestream.core.ledger.TrainingStep;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * What became of the steps of a run: which attempts there were, which steps a restart discarded, and what each stretch of time
 * went into.
 *
 * <p>An attempt that began from step s discards every step above s of the attempts before it; what is left is the lineage
 * of the run's last state. Time goes, where more than one of them holds, to the first of: idle; lost work, which is an attempt
 * from its first discarded step to its end, and start-up and restore of the attempts after it; evaluation and checkpoints;
 * start-up; steps of the lineage. A function of the rows, whatever their order. Immutable.
 *
 * @param attempts by number
 * @param toldPhases whether the log tells phases at all
 * @param restartInsideInterval whether a restart falls inside a logging interval, which is then discarded whole
 * @param reportedMicrojoules what the log claims to have used; null where it claims nothing for some step
 */
public record RunLineage(
        List<Attempt> attempts,
        Tokens tokens,
        List<Stretch> stretches,
        boolean toldPhases,
        boolean restartInsideInterval,
        BigInteger reportedMicrojoules) {
    /** What a stretch of a run's time went into; where two hold, the earlier constant does. */
    public enum Use {
        /** Reserved, and nothing done. */
        IDLE,
        LOST_WORK,
        EVALUATION,
        CHECKPOINTS,
        /** Of the first attempt, with what it restored. */
        START_UP,
        /** Steps that no restart discarded. */
        RETAINED_STEPS
    }

    /** @param toMillis exclusive */
    public record Stretch(Use use, long fromMillis, long toMillis) {}

    /**
     * Tokens by what became of them.
     *
     * @param processed pushed through forward and backward, padding included
     * @param effective the same without padding; null where the log does not say of some step
     * @param retained effective tokens of the lineage; null where the log does not say of some of its steps
     * @param redone processed tokens of the steps that restarts discarded
     */
    public record Tokens(BigInteger processed, BigInteger effective, BigInteger retained, BigInteger redone) {}

    /**
     * One start of the run.
     *
     * @param end of what it is known to have done; idling after it does not count
     * @param firstStep null while it has no step
     * @param lastStep null while it has no step
     * @param restoredFrom the step count it began from; null where nothing tells it
     * @param keptStep the last step known to be in a kept checkpoint of this attempt; null where nothing tells it
     * @param steps rows: steps, or logging intervals
     * @param discarded how many of them a later attempt discarded
     */
    public record Attempt(
            int number,
            Instant start,
            Instant end,
            Long firstStep,
            Long lastStep,
            Long restoredFrom,
            Long keptStep,
            long steps,
            long discarded) {}

    public RunLineage {
        attempts = List.copyOf(attempts);
        stretches = List.copyOf(stretches);
    }

    /** The lineage that the rows of one run tell, at all its sites. */
    public static RunLineage of(
            Collection<TrainingStep> steps, Collection<RunPhase> phases, Collection<RunCheckpoint> checkpoints) {
        NavigableMap<Integer, Rows> byAttempt = new TreeMap<>();
        steps.forEach(step -> rows(byAttempt, step.attempt()).steps.add(step));
        phases.forEach(phase -> rows(byAttempt, phase.attempt()).phases.add(phase));
        checkpoints.forEach(
                checkpoint -> rows(byAttempt, checkpoint.attempt()).checkpoints.add(checkpoint));
        byAttempt.values().forEach(Rows::order);
        discard(byAttempt);
        return new RunLineage(
                byAttempt.values().stream()
                        .flatMap(rows -> rows.attempt().stream())
                        .toList(),
                tokens(byAttempt.values()),
                stretches(byAttempt),
                !phases.isEmpty(),
                byAttempt.values().stream().anyMatch(Rows::restartInsideInterval),
                steps.isEmpty() ? null : sum(steps, TrainingStep::reportedMicrojoules));
    }

    /** Whether any step is known. */
    public boolean hasSteps() {
        return attempts.stream().anyMatch(attempt -> attempt.steps() > 0);
    }

    /** What is known of one attempt. */
    private static final class Rows {
        final int number;
        final List<TrainingStep> steps = new ArrayList<>();
        final List<RunPhase> phases = new ArrayList<>();
        final List<RunCheckpoint> checkpoints = new ArrayList<>();
        /** Steps above it are discarded. */
        long bound = Long.MAX_VALUE;

        boolean isFirst;
        boolean isLast;

        Rows(int number) {
            this.number = number;
        }

        void order() {
            steps.sort(Comparator.comparingLong(TrainingStep::step).thenComparing(TrainingStep::site));
            phases.sort(Comparator.comparing(RunPhase::to).thenComparing(RunPhase::site));
            checkpoints.sort(Comparator.comparing(RunCheckpoint::at)
                    .thenComparing(RunCheckpoint::step)
                    .thenComparing(RunCheckpoint::site));
        }

        /** The step count it began from; null where nothing tells it. */
        Long toldBeginning() {
            if (toldStart()) {
                return steps.get(0).afterStep();
            }
            return checkpoints.stream()
                    .filter(checkpoint -> steps.isEmpty()
                            || !checkpoint.at().isAfter(steps.get(0).from()))
                    .map(RunCheckpoint::step)
                    .findFirst()
                    .orElse(null);
        }

        /** The same, and where nothing tells it, the step before its first one. */
        Long restoredFrom() {
            Long told = toldBeginning();
            return told != null || steps.isEmpty() ? told : (Long) (steps.get(0).step() - 1);
        }

        boolean isRetained(TrainingStep step) {
            return step.step() <= bound;
        }

        List<TrainingStep> retained() {
            return steps.stream().filter(this::isRetained).toList();
        }

        List<TrainingStep> discarded() {
            return steps.stream().filter(step -> !isRetained(step)).toList();
        }

        boolean restartInsideInterval() {
            long before = Long.MIN_VALUE;
            for (TrainingStep step : steps) {
                if (!isRetained(step)) {
                    long after = step.afterStep() != TrainingStep.NOT_TOLD ? step.afterStep() : before;
                    return after < bound && after != Long.MIN_VALUE;
                }
                before = step.step();
            }
            return false;
        }

        /** Empty when only checkpoints and idling are known of it. */
        Optional<Long> start() {
            return times(TrainingStep::from, RunPhase::from).min(Comparator.naturalOrder());
        }

        Optional<Long> end() {
            return times(TrainingStep::to, RunPhase::to).max(Comparator.naturalOrder());
        }

        private Stream<Long> times(Function<TrainingStep, Instant> ofStep, Function<RunPhase, Instant> ofPhase) {
            return Stream.concat(
                            steps.stream().map(ofStep),
                            phases.stream()
                                    .filter(phase -> phase.phase() != JobPhase.IDLE)
                                    .map(ofPhase))
                    .map(Instant::toEpochMilli);
        }

        /** From when on what it did is lost; empty when nothing is. */
        Optional<Long> lostFrom() {
            if (isLast) {
                return Optional.empty();
            }
            List<TrainingStep> retained = retained();
            if (retained.isEmpty()) {
                return start();
            }
            Instant kept = retained.stream()
                    .map(TrainingStep::to)
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            return Stream.concat(
                            discarded().stream().map(TrainingStep::from),
                            phases.stream()
                                    .filter(phase -> phase.phase() == JobPhase.TRAIN)
                                    .map(RunPhase::from)
                                    .filter(from -> !from.isBefore(kept)))
                    .map(Instant::toEpochMilli)
                    .min(Comparator.naturalOrder());
        }

        Optional<Attempt> attempt() {
            return start().map(start -> new Attempt(
                    number,
                    Instant.ofEpochMilli(start),
                    Instant.ofEpochMilli(end().orElse(start)),
                    steps.isEmpty() ? null : (Long) firstStep(),
                    steps.isEmpty() ? null : (Long) steps.get(steps.size() - 1).step(),
                    isFirst ? toldBeginning() : restoredFrom(),
                    checkpoints.stream()
                            .map(RunCheckpoint::step)
                            .max(Comparator.naturalOrder())
                            .orElse(null),
                    steps.size(),
                    discarded().size()));
        }

        private long firstStep() {
            TrainingStep first = steps.get(0);
            return toldStart() ? first.afterStep() + 1 : first.step();
        }

        private boolean toldStart() {
            return !steps.isEmpty() && steps.get(0).afterStep() != TrainingStep.NOT_TOLD;
        }
    }

    private static Rows rows(Map<Integer, Rows> byAttempt, int attempt) {
        return byAttempt.computeIfAbsent(attempt, Rows::new);
    }

    private static void discard(NavigableMap<Integer, Rows> byAttempt) {
        long bound = Long.MAX_VALUE;
        for (Rows attempt : byAttempt.descendingMap().values()) {
            attempt.bound = bound;
            attempt.isFirst = attempt.number == byAttempt.firstKey();
            attempt.isLast = attempt.number == byAttempt.lastKey();
            Long from = attempt.restoredFrom();
            bound = from == null ? bound : Math.min(bound, from);
        }
    }

    private static Tokens tokens(Collection<Rows> attempts) {
        List<TrainingStep> all =
                attempts.stream().flatMap(a -> a.steps.stream()).toList();
        List<TrainingStep> retained =
                attempts.stream().flatMap(a -> a.retained().stream()).toList();
        List<TrainingStep> discarded =
                attempts.stream().flatMap(a -> a.discarded().stream()).toList();
        return new Tokens(
                processed(all),
                all.isEmpty() ? null : sum(all, TrainingStep::effectiveTokens),
                all.isEmpty() ? null : sum(retained, TrainingStep::effectiveTokens),
                processed(discarded));
    }

    private static BigInteger processed(List<TrainingStep> steps) {
        return steps.stream().map(step -> BigInteger.valueOf(step.tokens())).reduce(BigInteger.ZERO, BigInteger::add);
    }

    /** Null when some step does not tell. */
    private static BigInteger sum(Collection<TrainingStep> steps, ToLongFunction<TrainingStep> amount) {
        if (steps.stream().anyMatch(step -> amount.applyAsLong(step) == TrainingStep.NOT_TOLD)) {
            return null;
        }
        return steps.stream()
                .map(step -> BigInteger.valueOf(amount.applyAsLong(step)))
                .reduce(BigInteger.ZERO, BigInteger::add);
    }

    private static List<Stretch> stretches(NavigableMap<Integer, Rows> byAttempt) {
        NavigableMap<Long, int[]> changes = new TreeMap<>();
        for (Rows attempt : byAttempt.values()) {
            attempt.retained()
                    .forEach(step -> hold(changes, Use.RETAINED_STEPS, millis(step.from()), millis(step.to())));
            for (RunPhase phase : attempt.phases) {
                use(phase.phase(), attempt.isFirst)
                        .ifPresent(use -> hold(changes, use, millis(phase.from()), millis(phase.to())));
            }
            attempt.lostFrom().ifPresent(from -> {
                long end = byAttempt.tailMap(attempt.number, false).values().stream()
                        .flatMap(later -> later.start().stream())
                        .reduce(attempt.end().orElse(from), Math::min);
                hold(changes, Use.LOST_WORK, from, end);
            });
        }
        List<Stretch> stretches = new ArrayList<>();
        int[] holding = new int[Use.values().length];
        Use use = null;
        long since = 0;
        for (Map.Entry<Long, int[]> change : changes.entrySet()) {
            for (int i = 0; i < holding.length; i++) {
                holding[i] += change.getValue()[i];
            }
            Use next = first(holding);
            if (next != use) {
                if (use != null) {
                    stretches.add(new Stretch(use, since, change.getKey()));
                }
                use = next;
                since = change.getKey();
            }
        }
        return stretches;
    }

    private static Optional<Use> use(JobPhase phase, boolean ofFirstAttempt) {
        return switch (phase) {
            case IDLE -> Optional.of(Use.IDLE);
            case EVAL -> Optional.of(Use.EVALUATION);
            case CHECKPOINT -> Optional.of(Use.CHECKPOINTS);
            case START_UP, RESTORE -> Optional.of(ofFirstAttempt ? Use.START_UP : Use.LOST_WORK);
            case TRAIN -> Optional.empty();
        };
    }

    private static void hold(NavigableMap<Long, int[]> changes, Use use, long from, long to) {
        if (from < to) {
            changes.computeIfAbsent(from, at -> new int[Use.values().length])[use.ordinal()]++;
            changes.computeIfAbsent(to, at -> new int[Use.values().length])[use.ordinal()]--;
        }
    }

    private static Use first(int[] holding) {
        for (Use use : Use.values()) {
            if (holding[use.ordinal()] > 0) {
                return use;
            }
        }
        return null;
    }

    private static long millis(Instant instant) {
        return instant.toEpochMilli();
    }
}
