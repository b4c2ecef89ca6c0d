package io.joulestream.streaming;

import io.joulestream.core.account.RunReport.CheckpointReport;
import io.joulestream.core.account.RunReport.PhaseReport;
import io.joulestream.core.account.RunReport.StepReport;
import io.joulestream.core.energy.OwnerFrame;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.wire.FrameKey;
import java.util.List;

/**
 * What came of one record: what the ledger may take of it, and what was refused.
 *
 * @param key whose frame it is; null when the whole record was refused
 * @param rules of the site; null with the key
 * @param frame null with the key
 * @param jobs what it tells of training runs
 */
record Admission(FrameKey key, SiteRules rules, OwnerFrame frame, List<JobAmounts> jobs, List<DeadLetter> refused) {
    /** What one job tells of its run. */
    record JobAmounts(
            String run, List<StepReport> steps, List<PhaseReport> phases, List<CheckpointReport> checkpoints) {}

    static Admission refused(DeadLetter letter) {
        return new Admission(null, null, null, List.of(), List.of(letter));
    }
}
