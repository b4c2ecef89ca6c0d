package io.joulestream.app;

import java.time.Instant;
import java.util.Optional;

/** What can be seen of the ledger job from outside. Answers within seconds, from any thread. */
interface JobWatch {
    /** Flink's word for the job's state; UNKNOWN when Flink does not answer, NONE when it runs no such job. */
    String state();

    /** When the newest complete checkpoint was taken; empty before the first, and when Flink does not answer. */
    Optional<Instant> lastCheckpointAt();

    /** Why the job stopped last, be it running again; empty when it never did, and when Flink does not answer. */
    Optional<JobFailure> lastFailure();

    /** What it counts; empty when Flink does not answer, or runs no such job. */
    Optional<JobCounts> counts();

    /** For the end of a sentence. */
    String whereItLogs();
}
