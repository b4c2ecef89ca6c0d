package io.joulestream.app;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The ledger job on a Flink session cluster. */
final class ClusterJobWatch implements JobWatch {
    /** Health asks six times in a row at most: what is frozen must not hold it up. */
    private static final Duration ANSWER = Duration.ofSeconds(2);

    private final FlinkRest cluster;

    ClusterJobWatch(FlinkRest cluster) {
        this.cluster = cluster.answeringWithin(ANSWER);
    }

    @Override
    public String state() {
        try {
            return newest().map(FlinkRest.Job::state).orElse("NONE");
        } catch (UserError doesNotAnswer) {
            return "UNKNOWN";
        }
    }

    @Override
    public Optional<Instant> lastCheckpointAt() {
        try {
            return newest().flatMap(job -> cluster.lastCheckpointAt(job.id()));
        } catch (UserError doesNotAnswer) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<JobFailure> lastFailure() {
        try {
            return newest().flatMap(job -> cluster.lastFailure(job.id()));
        } catch (UserError doesNotAnswer) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<JobCounts> counts() {
        try {
            return newest().map(job -> cluster.counts(job.id()));
        } catch (UserError doesNotAnswer) {
            return Optional.empty();
        }
    }

    @Override
    public String whereItLogs() {
        return "with the task managers of " + cluster;
    }

    private Optional<FlinkRest.Job> newest() {
        List<FlinkRest.Job> running = cluster.ledgerJobs();
        return running.stream().findFirst();
    }
}
