package io.joulestream.app;

import io.joulestream.api.Health;
import io.joulestream.api.HealthSource;
import io.joulestream.api.ReconcileGap;
import io.joulestream.api.ReconcileGaps;
import io.joulestream.storage.Database;
import io.joulestream.storage.DeadLetterCount;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** How the service is: the job's state, where it is known, what was refused, and until when each site has data. */
final class ServiceHealth implements HealthSource {
    /** Whose the refused records are that could not be read far enough to tell. */
    private static final String UNATTRIBUTED = "";

    private final String tenant;
    private final Database database;
    private final Optional<JobWatch> job;
    private final ReconcileGaps gaps;
    private final Supplier<List<String>> more;

    /** @param job empty where this process was not told who runs it */
    ServiceHealth(String tenant, Database database, Optional<JobWatch> job) {
        this(tenant, database, job, List::of);
    }

    /** @param more what else needs a person, one line each */
    ServiceHealth(String tenant, Database database, Optional<JobWatch> job, Supplier<List<String>> more) {
        this.tenant = tenant;
        this.database = database;
        this.job = job;
        this.gaps = new ReconcileGaps(database.queries(), database.sites(), Clock.systemUTC(), tenant);
        this.more = more;
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
        Map<String, Instant> lastMinutes = database.queries().lastMinutes(tenant);
        lastMinutes.forEach((site, minute) -> lastData.put(site, minute.plus(Duration.ofMinutes(1))));
        List<ReconcileGap> reconcileGaps = gaps.of(lastMinutes);
        Optional<String> state = job.map(JobWatch::state);
        List<String> problems = new ArrayList<>(more.get());
        if (!deadLetters.isEmpty()) {
            long refused =
                    deadLetters.values().stream().mapToLong(Long::longValue).sum();
            problems.add(refused + " readings or frames were refused; they are in the dead-letter topic, by code here");
        }
        if (job.isPresent() && !state.get().equals("RUNNING")) {
            problems.add("the ledger job is " + state.get() + "; its log is "
                    + job.get().whereItLogs());
        }
        reconcileGaps.forEach(gap -> problems.add(gap.text()));
        Health.Status ofJob = state.map(ServiceHealth::status).orElse(Health.Status.OK);
        return new Health(
                ofJob == Health.Status.OK && !reconcileGaps.isEmpty() ? Health.Status.DEGRADED : ofJob,
                Versions.all(),
                database.edition().name(),
                job.map(watch -> new Health.Job(state.get(), watch.lastCheckpointAt())),
                deadLetters,
                lastData,
                reconcileGaps,
                database.queries().keptFrom(),
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
