package io.joulestream.core.account;

import io.joulestream.core.ledger.EnergyBuckets;
import java.util.List;

/**
 * What one owner's frames since its last report say of one run.
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
        List<StepReport> steps) {
    public RunReport {
        differences = List.copyOf(differences);
        steps = List.copyOf(steps);
    }

    /**
     * To be added to the sums of one meter of the run in one minute.
     *
     * @param check the meter repeats another's load: shown, never summed
     * @param changes how many frames changed it; 0 says only that the meter belongs to the run, so that a silent one
     *     counts as missing
     */
    public record MeterDifference(
            String entity,
            int metric,
            boolean check,
            long minute,
            EnergyBuckets energy,
            long coveredMillis,
            long accountedMillis,
            long changes) {}

    /**
     * What a training log said of one step in {@code (from, to]}. Of two reports of one step the greatest
     * (correction, session, sequence, tokens) holds.
     */
    public record StepReport(
            int attempt,
            long step,
            long fromMillis,
            long toMillis,
            long tokens,
            long samples,
            boolean correction,
            long session,
            long sequence) {
        /** Whether this report holds against another of the same step. */
        public boolean supersedes(StepReport other) {
            if (correction != other.correction) {
                return correction;
            }
            int order = Long.compare(session, other.session);
            order = order != 0 ? order : Long.compare(sequence, other.sequence);
            return (order != 0 ? order : Long.compare(tokens, other.tokens)) > 0;
        }
    }
}
