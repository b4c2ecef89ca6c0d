package io.joulestream.api;

import static java.util.Objects.requireNonNull;

import io.joulestream.storage.KeptFrom;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How the system is.
 *
 * @param versions of what it is made of, by name: {@code joulestream}, {@code postgresql}, {@code flink} ...
 * @param edition what the database can do: PLAIN, APACHE or TIMESCALE
 * @param job the streaming job; empty where this process does not know one
 * @param deadLetters how many readings or frames were refused, by reason code
 * @param lastData the end of the last minute with data, by site
 * @param reconcileGaps where the meters of a site do not agree
 * @param keptFrom earlier minutes may have been removed
 */
public record Health(
        Status status,
        Map<String, String> versions,
        String edition,
        Optional<Job> job,
        Map<String, Long> deadLetters,
        Map<String, Instant> lastData,
        List<ReconcileGap> reconcileGaps,
        KeptFrom keptFrom,
        List<String> problems) {
    /** In order of severity. */
    public enum Status {
        OK,
        /** Answers, but something needs a person; {@link Health#problems} says what. */
        DEGRADED,
        /** The ledger does not move or cannot be read. */
        DOWN
    }

    /**
     * The streaming job.
     *
     * @param state in the words of the engine: RUNNING, RESTARTING, FAILED ...
     * @param lastCheckpointAt when the newest complete checkpoint was taken; empty before the first
     */
    public record Job(String state, Optional<Instant> lastCheckpointAt) {
        public Job {
            requireNonNull(state, "state");
            requireNonNull(lastCheckpointAt, "lastCheckpointAt");
        }
    }

    public Health {
        requireNonNull(status, "status");
        requireNonNull(edition, "edition");
        requireNonNull(job, "job");
        versions = Collections.unmodifiableMap(new TreeMap<>(versions));
        deadLetters = Collections.unmodifiableMap(new TreeMap<>(deadLetters));
        lastData = Collections.unmodifiableMap(new TreeMap<>(lastData));
        reconcileGaps = List.copyOf(reconcileGaps);
        requireNonNull(keptFrom, "keptFrom");
        problems = List.copyOf(problems);
    }

    /** Where no site's meters disagree, and no minutes were ever removed. */
    public Health(
            Status status,
            Map<String, String> versions,
            String edition,
            Optional<Job> job,
            Map<String, Long> deadLetters,
            Map<String, Instant> lastData,
            List<String> problems) {
        this(status, versions, edition, job, deadLetters, lastData, List.of(), KeptFrom.ALL, problems);
    }
}
