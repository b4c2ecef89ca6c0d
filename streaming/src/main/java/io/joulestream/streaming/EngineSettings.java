package io.joulestream.streaming;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.apache.flink.configuration.Configuration;

/**
 * How Flink runs the ledger job, the same in the all-in-one and on a cluster: where state lives, when it is saved, what
 * happens after a failure.
 *
 * <p>A job that fails is started again for ever, at last every 5 s: an outage of broker or database may last a night, and
 * frames wait in the topic meanwhile. What no restart can mend ends it (a {@code SuppressRestartsException}).
 *
 * <p>Checkpoints are aligned, because an operator publishes before the barrier, and outlive a job that is cancelled.
 *
 * @param checkpoints URI of the folder for checkpoints, writable for the job manager and every task manager
 */
public record EngineSettings(StateBackend stateBackend, String checkpoints, Duration checkpointInterval) {
    public EngineSettings {
        requireNonNull(stateBackend, "stateBackend");
        requireNonNull(checkpoints, "checkpoints");
        if (checkpointInterval.toMillis() < 50) {
            throw new IllegalArgumentException("checkpointInterval must be >= 50 ms, was " + checkpointInterval);
        }
    }

    public Configuration toFlink() {
        Configuration flink = new Configuration();
        flink.setString("execution.checkpointing.interval", checkpointInterval.toMillis() + " ms");
        // a snapshot writes the whole state: under load at least as long is spent on frames as lies between two
        flink.setString("execution.checkpointing.min-pause", checkpointInterval.toMillis() + " ms");
        flink.setString("execution.checkpointing.storage", "filesystem");
        flink.setString("execution.checkpointing.dir", checkpoints);
        flink.setString("execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
        flink.setString("execution.checkpointing.num-retained", "2");
        flink.setString("execution.checkpointing.unaligned.enabled", "false");
        flink.setString("execution.checkpointing.tolerable-failed-checkpoints", "10");
        flink.setString("execution.checkpointing.incremental", Boolean.toString(stateBackend == StateBackend.ROCKSDB));
        flink.setString("state.backend.type", stateBackend.settingName());
        flink.setString("pipeline.generic-types", "false");
        flink.setString("pipeline.object-reuse", "true");
        flink.setString("pipeline.max-parallelism", "128");
        flink.setString("restart-strategy.type", "exponential-delay");
        flink.setString("restart-strategy.exponential-delay.initial-backoff", "500 ms");
        flink.setString("restart-strategy.exponential-delay.max-backoff", "5 s");
        flink.setString("restart-strategy.exponential-delay.reset-backoff-threshold", "30 s");
        return flink;
    }
}
