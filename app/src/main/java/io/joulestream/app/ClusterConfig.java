package io.joulestream.app;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.Optional;

/**
 * The job on a Flink cluster.
 *
 * @param jobManager its REST address; empty: to be given on the command line
 * @param checkpoints URI of the folder for checkpoints; empty: not set
 */
record ClusterConfig(Optional<String> jobManager, Duration checkpointInterval, Optional<String> checkpoints) {
    ClusterConfig {
        if (checkpointInterval.toMillis() < 50) {
            throw new UserError(
                    "joulestream.job.cluster.checkpoint-interval must be >= 50ms, was " + checkpointInterval);
        }
    }

    /** @param config the part {@code joulestream.job.cluster} */
    static ClusterConfig from(Config config) {
        return new ClusterConfig(
                AppConfig.given(config.getString("jobmanager")),
                config.getDuration("checkpoint-interval"),
                AppConfig.given(config.getString("checkpoint-dir")));
    }

    /** Where the job of one consumer group has its checkpoints, so that it never goes on from those of another job. */
    String checkpointsOrRefuse(String group) {
        String folder =
                checkpoints.orElseThrow(() -> new UserError("joulestream.job.cluster.checkpoint-dir is not set: name a "
                        + "folder (file:///..., s3://...) that the job manager and every task manager can write to"));
        if (!group.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*")) {
            throw new UserError(
                    "joulestream.job.group names the folder of checkpoints, so it must be of letters, digits, "
                            + "'.', '_' and '-', was " + group);
        }
        return folder + (folder.endsWith("/") ? "" : "/") + group;
    }
}
