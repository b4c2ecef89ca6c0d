package io.joulestream.core.account;

import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.JobPhase;
import io.joulestream.core.ledger.TrainingStep;
import java.util.Comparator;
import java.util.List;

/**
 * What one owner's frames since its last report, or the sharing of a power group's energy, say of one run.
 *
 * @param ledgerStepSeconds length of the site's ledger step: 900, 1,800 or 3,600
 * @param fromMillis earliest instant at which the owner was asserted to belong to the run
 * @param toMillis latest such instant, exclusive; equal to {@code fromMillis} when nothing was asserted
 * @param assertions how many frames asserted it
 */
public record RunReport(
        String tenant,
        String site,
        String run,
        int generation,
        int ledgerStepSeconds,
        long fromMillis,
        long toMillis,
        long assertions,
        List<MeterDifference> differences,
        List<StepReport> steps,
        List<PhaseReport> phases,
        List<CheckpointReport> checkpoints) {
    /** Stands for an amount of a training step that its log does not tell. */
    public static final long NOT_TOLD = TrainingStep.NOT_TOLD;

    public RunReport {
        differences = List.copyOf(differences);
        steps = List.copyOf(steps);
        phases = List.copyOf(phases);
        checkpoints = List.copyOf(checkpoints);
    }

    /** What the sharing of a power group's energy says of a run. */
    public static RunReport ofShares(GroupReport group, String run, List<MeterDifference> shares) {
        return new RunReport(
                group.tenant(),
                group.site(),
                run,
                group.generation(),
                group.ledgerStepSeconds(),
                0,
                0,
                0,
                shares,
                List.of(),
                List.of(),
                List.of());
    }

    /**
     * To be added to the sums of one meter of the run in one minute.
     *
     * @param check the meter repeats another's load: shown, never summed
     * @param changes how many frames changed it; 0 says only that the meter belongs to the run, so that a silent one
     *     counts as missing
     * @param sharedByTime 1 when the minute's share came to be shared whole by allocated time, -1 when it no longer is
     * @param flags bits of {@link io.joulestream.core.ledger.LedgerFlag}s that stay with the minute: that nothing measures
     *     the rest of a GPU's node, that who held it was told late
     */
    public record MeterDifference(
            String entity,
            int metric,
            boolean check,
            long minute,
            EnergyBuckets energy,
            long coveredMillis,
            long accountedMillis,
            long changes,
            int sharedByTime,
            int flags) {
        /** Of a meter that sees the run alone. */
        public MeterDifference(
                String entity,
                int metric,
                boolean check,
                long minute,
                EnergyBuckets energy,
                long coveredMillis,
                long accountedMillis,
                long changes) {
            this(entity, metric, check, minute, energy, coveredMillis, accountedMillis, changes, 0, 0);
        }
    }

    /**
     * Which sender's frame tells a job amount. Of two reports of one amount that of the greater holds, so that the order
     * of arrival does not matter.
     */
    public record Told(boolean correction, long session, long sequence) implements Comparable<Told> {
        private static final Comparator<Told> ORDER = Comparator.comparing(Told::correction)
                .thenComparingLong(Told::session)
                .thenComparingLong(Told::sequence);

        @Override
        public int compareTo(Told other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * What a training log said of one step, or logging interval, in {@code (from, to]}. Of two reports of one (attempt, step)
     * the greatest (correction, session, sequence, values) holds.
     *
     * @param afterStep the step count before it, so that {@code step - afterStep} steps are in it; {@link #NOT_TOLD} where
     *     the log does not say
     * @param effectiveTokens tokens without padding; {@link #NOT_TOLD} where the log does not say
     * @param reportedMicrojoules energy the log claims; {@link #NOT_TOLD} where it claims none
     */
    public record StepReport(
            int attempt,
            long step,
            long afterStep,
            long fromMillis,
            long toMillis,
            long tokens,
            long effectiveTokens,
            long samples,
            long reportedMicrojoules,
            Told told) {
        private static final Comparator<StepReport> ORDER = Comparator.comparing(StepReport::told)
                .thenComparingLong(StepReport::tokens)
                .thenComparingLong(StepReport::effectiveTokens)
                .thenComparingLong(StepReport::samples)
                .thenComparingLong(StepReport::reportedMicrojoules)
                .thenComparingLong(StepReport::toMillis)
                .thenComparingLong(StepReport::fromMillis)
                .thenComparingLong(StepReport::afterStep);

        /** Whether this report holds against another of the same step. */
        public boolean supersedes(StepReport other) {
            return ORDER.compare(this, other) > 0;
        }
    }

    /** What a run did in {@code (from, to]}. Of two reports of one (attempt, to) the greatest holds, as for steps. */
    public record PhaseReport(int attempt, JobPhase phase, long fromMillis, long toMillis, Told told) {
        private static final Comparator<PhaseReport> ORDER = Comparator.comparing(PhaseReport::told)
                .thenComparing(PhaseReport::phase)
                .thenComparingLong(PhaseReport::fromMillis);

        /** Whether this report holds against another of the same interval's end. */
        public boolean supersedes(PhaseReport other) {
            return ORDER.compare(this, other) > 0;
        }
    }

    /**
     * That a step is the last one in a kept checkpoint. A log repeats this state line by line, so of two reports of one
     * (attempt, step) a correction holds, and of two of its kind the earlier instant: the row says since when.
     */
    public record CheckpointReport(int attempt, long step, long atMillis, Told told) {
        private static final Comparator<CheckpointReport> ORDER = Comparator.comparing(
                        (CheckpointReport report) -> report.told().correction())
                .thenComparing(
                        Comparator.comparingLong(CheckpointReport::atMillis).reversed());

        /** Whether this report holds against another of the same step. */
        public boolean supersedes(CheckpointReport other) {
            return ORDER.compare(this, other) > 0;
        }
    }
}
