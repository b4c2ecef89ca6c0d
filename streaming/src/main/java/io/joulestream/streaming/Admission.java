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
 * @param key whose frame it is; null when nothing of the record may enter
 * @param rules of the site; null with the key
 * @param frame null with the key
 * @param jobs what it tells of training runs
 * @param waiting what of it nobody can judge before more inventory is known; null when there is nothing
 * @param place where what is refused of it stands
 * @param byReadingsAlone true when its number says nothing, because the rest of the frame has come, or it comes again
 */
record Admission(
        FrameKey key,
        SiteRules rules,
        OwnerFrame frame,
        List<JobAmounts> jobs,
        List<DeadLetter> refused,
        Waiting waiting,
        Place place,
        boolean byReadingsAlone) {
    /**
     * A record, or the part of one, that may enter when its site or its entities are known.
     *
     * @param part whether it is only some of the record's entities
     * @param letters what is written when it waited in vain
     */
    record Waiting(TelemetryRecord record, boolean part, List<DeadLetter> letters) {}

    /** Nothing of it waits. */
    Admission(FrameKey key, SiteRules rules, OwnerFrame frame, List<JobAmounts> jobs, List<DeadLetter> refused) {
        this(key, rules, frame, jobs, refused, null, null, false);
    }

    /** What one job tells of its run. */
    record JobAmounts(
            String run, List<StepReport> steps, List<PhaseReport> phases, List<CheckpointReport> checkpoints) {}

    /** Of a frame that another topic's copy is accounted for: nothing enters, nothing is refused. */
    static Admission elsewhere() {
        return new Admission(null, null, null, List.of(), List.of());
    }

    static Admission refused(DeadLetter letter) {
        return new Admission(null, null, null, List.of(), List.of(letter));
    }

    static Admission waiting(TelemetryRecord record, boolean part, DeadLetter letter) {
        return new Admission(
                null, null, null, List.of(), List.of(), new Waiting(record, part, List.of(letter)), null, false);
    }
}
