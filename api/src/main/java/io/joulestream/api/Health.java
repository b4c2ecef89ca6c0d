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
 * @param reasons why the status is not OK, each by a code that is never renamed; empty when it is
 * @param edition what the database can do: PLAIN, APACHE or TIMESCALE
 * @param job the streaming job; empty where this process does not know one
 * @param ledger what the ledger tells; empty while it cannot be read
 * @param problems what a person should know, one line each
 */
public record Health(
        Status status,
        List<String> reasons,
        Map<String, String> versions,
        String edition,
        Optional<Job> job,
        Optional<Ledger> ledger,
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

    /**
     * What the ledger tells.
     *
     * @param deadLetters how many readings or frames were refused, by reason code
     * @param lastData the end of the last minute with data, by site
     * @param reconcileGaps where the meters of a site do not agree
     * @param keptFrom earlier minutes may have been removed
     */
    public record Ledger(
            Map<String, Long> deadLetters,
            Map<String, Instant> lastData,
            List<ReconcileGap> reconcileGaps,
            KeptFrom keptFrom) {
        public Ledger {
            requireNonNull(keptFrom, "keptFrom");
            deadLetters = Collections.unmodifiableMap(new TreeMap<>(deadLetters));
            lastData = Collections.unmodifiableMap(new TreeMap<>(lastData));
            reconcileGaps = List.copyOf(reconcileGaps);
        }
    }

    public Health {
        requireNonNull(status, "status");
        if (reasons.isEmpty() != (status == Status.OK)) {
            throw new IllegalArgumentException("a status other than OK has reasons, " + status + " has " + reasons);
        }
        reasons = List.copyOf(reasons);
        requireNonNull(edition, "edition");
        requireNonNull(job, "job");
        requireNonNull(ledger, "ledger");
        versions = Collections.unmodifiableMap(new TreeMap<>(versions));
        problems = List.copyOf(problems);
    }
}
