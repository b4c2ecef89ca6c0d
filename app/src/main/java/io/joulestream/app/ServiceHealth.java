package io.joulestream.app;

import io.joulestream.api.Health;
import io.joulestream.api.HealthSource;
import io.joulestream.storage.Database;
import io.joulestream.storage.DeadLetterCount;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How the all-in-one is: the job's state, what was refused, and until when each site has data. */
final class ServiceHealth implements HealthSource {
    /** Whose the refused records are that could not be read far enough to tell. */
    private static final String UNATTRIBUTED = "";

    private final String tenant;
    private final Database database;
    private final EmbeddedJob job;

    ServiceHealth(String tenant, Database database, EmbeddedJob job) {
        this.tenant = tenant;
        this.database = database;
        this.job = job;
    }

    @Override
    public Health health() {
        Map<String, Long> deadLetters = new TreeMap<>();
        for (String owner : List.of(tenant, UNATTRIBUTED)) {
            for (DeadLetterCount count : database.queries().deadLetterCounts(owner)) {
                deadLetters.merge(count.code(), count.count(), Long::sum);
            }
        }
        Map<String, Instant> lastData = new TreeMap<>();
        database.queries()
                .lastMinutes(tenant)
                .forEach((site, minute) -> lastData.put(site, minute.plus(Duration.ofMinutes(1))));
        String state = job.state();
        List<String> problems = new ArrayList<>();
        if (!deadLetters.isEmpty()) {
            long refused =
                    deadLetters.values().stream().mapToLong(Long::longValue).sum();
            problems.add(refused + " readings or frames were refused; they are in the dead-letter topic, by code here");
        }
        if (!state.equals("RUNNING")) {
            problems.add("the ledger job is " + state + "; its log is in the data directory");
        }
        return new Health(
                status(state),
                Versions.all(),
                database.edition().name(),
                Optional.of(new Health.Job(state, job.lastCheckpointAt())),
                deadLetters,
                lastData,
                problems);
    }

    /** Refused records are told, and do not make the service ill: they are the senders' to mend. */
    private static Health.Status status(String jobState) {
        return switch (jobState) {
            case "RUNNING" -> Health.Status.OK;
            case "CREATED", "INITIALIZING", "RESTARTING" -> Health.Status.DEGRADED;
            default -> Health.Status.DOWN;
        };
    }
}
