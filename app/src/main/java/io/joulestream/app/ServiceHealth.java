package io.joulestream.app;

import io.joulestream.api.Health;
import io.joulestream.api.HealthSource;
import io.joulestream.api.ReconcileGap;
import io.joulestream.api.ReconcileGaps;
import io.joulestream.app.embedded.DatabaseOutage;
import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseTrouble;
import io.joulestream.storage.DeadLetterCount;
import io.joulestream.storage.LedgerQueries;
import io.joulestream.storage.LockHolder;
import io.joulestream.storage.StorageException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the service is: the database, the job, where it is known, what was refused, and until when each site has data.
 *
 * <p>What the job failed of is told until a checkpoint is complete again, not only while it is down: it is started again
 * every few seconds, and would seem well in between.
 */
final class ServiceHealth implements HealthSource {
    static final String JOB_FAILING = "JOB_FAILING";
    static final String JOB_NOT_RUNNING = "JOB_NOT_RUNNING";
    private static final String RECONCILE_GAP = "RECONCILE_GAP";

    private static final Logger LOG = LoggerFactory.getLogger(ServiceHealth.class);

    private final String tenant;
    private final Database database;
    private final Optional<JobWatch> job;
    private final Map<String, ReconcileGaps> gaps = new ConcurrentHashMap<>();
    private final Supplier<List<Concern>> more;
    private final Supplier<Optional<DatabaseOutage>> server;

    /**
     * @param tenant who runs the service, and is told of all that is wrong with it
     * @param job empty where this process was not told who runs it
     * @param more what else needs a person
     * @param server what is known of the database's server without asking it; empty while nothing is wrong
     */
    ServiceHealth(
            String tenant,
            Database database,
            Optional<JobWatch> job,
            Supplier<List<Concern>> more,
            Supplier<Optional<DatabaseOutage>> server) {
        this.tenant = tenant;
        this.database = database;
        this.job = job;
        this.more = more;
        this.server = server;
    }

    /** How the service is, for whoever runs it. */
    Health health() {
        return health(tenant);
    }

    /** Of the service another tenant is told the reasons by their codes: words may name what is not that tenant's. */
    @Override
    public Health health(String asking) {
        Findings findings = new Findings(asking.equals(tenant));
        Optional<Health.Ledger> ledger = readLedger(asking, findings);
        Optional<Health.Job> seen = job.map(watch -> look(watch, findings));
        more.get().forEach(findings::add);
        ledger.ifPresent(read -> judge(read, findings));
        return new Health(
                findings.status,
                List.copyOf(findings.reasons),
                Versions.all(),
                database.edition().name(),
                seen,
                ledger,
                findings.problems);
    }

    /** What is wrong, worst status last; for one look. */
    private static final class Findings {
        private final boolean inWords;
        private Health.Status status = Health.Status.OK;
        private final Set<String> reasons = new LinkedHashSet<>();
        private final List<String> problems = new ArrayList<>();

        Findings(boolean inWords) {
            this.inWords = inWords;
        }

        /** Does not make the service ill. */
        void note(String problem) {
            problems.add(problem);
        }

        void add(Concern concern) {
            concern.reason().ifPresentOrElse(reason -> add(Health.Status.DEGRADED, reason, concern.text()), () -> {
                if (inWords) {
                    note(concern.text());
                }
            });
        }

        void add(Health.Status atLeast, String reason, String problem) {
            addAsTold(atLeast, reason, inWords ? reason + ": " + problem : reason);
        }

        /** @param problem with its reason in it */
        void addAsTold(Health.Status atLeast, String reason, String problem) {
            status = atLeast.compareTo(status) > 0 ? atLeast : status;
            reasons.add(reason);
            problems.add(problem);
        }
    }

    /** Empty when it cannot be read; then the findings say why. */
    private Optional<Health.Ledger> readLedger(String asking, Findings findings) {
        Optional<DatabaseOutage> known = server.get();
        if (known.isPresent()) {
            findings.add(
                    Health.Status.DOWN,
                    known.get().trouble().name(),
                    known.get().text());
            return Optional.empty();
        }
        try {
            lookForLocks(findings); // first: what is locked may be what is read next
            Map<String, Long> deadLetters = new TreeMap<>();
            LedgerQueries queries = database.queries();
            List<DeadLetterCount> nobodys =
                    asking.equals(tenant) ? queries.unattributedDeadLetterCounts(asking) : List.of();
            for (List<DeadLetterCount> counts : List.of(queries.deadLetterCounts(asking), nobodys)) {
                counts.forEach(count -> deadLetters.merge(count.code(), count.count(), Long::sum));
            }
            Map<String, Instant> lastData = new TreeMap<>();
            Map<String, Instant> lastMinutes = database.queries().lastMinutes(asking);
            lastMinutes.forEach((site, minute) -> lastData.put(site, minute.plus(Duration.ofMinutes(1))));
            List<ReconcileGap> reconcileGaps = gaps.computeIfAbsent(
                            asking,
                            of -> new ReconcileGaps(database.queries(), database.sites(), Clock.systemUTC(), of))
                    .of(lastMinutes);
            return Optional.of(new Health.Ledger(
                    deadLetters, lastData, reconcileGaps, database.queries().keptFrom(asking)));
        } catch (StorageException e) {
            LOG.warn("the ledger cannot be read: {}", e.getMessage());
            findings.add(
                    Health.Status.DOWN,
                    e.trouble().name(),
                    "the ledger cannot be read: " + e.trouble().text() + "; the log of this process tells more");
            return Optional.empty();
        }
    }

    private void lookForLocks(Findings findings) {
        for (LockHolder holder : database.lockHolders()) {
            findings.add(
                    Health.Status.DEGRADED,
                    DatabaseTrouble.DATABASE_LOCKED.name(),
                    "the ledger's writer waits for a lock that " + holder.text() + " holds");
        }
    }

    private static Health.Job look(JobWatch watch, Findings findings) {
        String state = watch.state();
        Optional<Instant> lastCheckpointAt = watch.lastCheckpointAt();
        Optional<JobFailure> failure = watch.lastFailure()
                .filter(last -> lastCheckpointAt.map(last.at()::isAfter).orElse(true));
        if (!isAlive(state)) {
            findings.add(
                    Health.Status.DOWN,
                    JOB_NOT_RUNNING,
                    "the ledger job is " + state + "; its log is " + watch.whereItLogs());
        } else if (failure.isPresent()) {
            String since = lastCheckpointAt
                    .map(at -> "since " + at.truncatedTo(ChronoUnit.SECONDS))
                    .orElse("yet");
            findings.add(
                    Health.Status.DEGRADED,
                    failure.get().trouble().map(Enum::name).orElse(JOB_FAILING),
                    "nothing was stored " + since + ": "
                            + failure.get()
                                    .trouble()
                                    .map(DatabaseTrouble::text)
                                    .orElse(failure.get().reason())
                            + "; the ledger job is " + state + " and tries again, its log is " + watch.whereItLogs());
        } else if (!state.equals("RUNNING")) {
            findings.add(
                    Health.Status.DEGRADED,
                    JOB_NOT_RUNNING,
                    "the ledger job is " + state + "; its log is " + watch.whereItLogs());
        }
        return new Health.Job(state, lastCheckpointAt);
    }

    /** Whether it runs, or will by itself. */
    private static boolean isAlive(String jobState) {
        return switch (jobState) {
            case "RUNNING", "CREATED", "INITIALIZING", "RESTARTING" -> true;
            default -> false;
        };
    }

    /** Refused records are told, and do not make the service ill: they are the senders' to mend. */
    private static void judge(Health.Ledger ledger, Findings findings) {
        long refused = ledger.deadLetters().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        if (refused > 0) {
            findings.note(
                    refused + " readings or frames were refused; they are in the dead-letter topic, by code here");
        }
        for (ReconcileGap gap : ledger.reconcileGaps()) {
            findings.addAsTold(Health.Status.DEGRADED, RECONCILE_GAP, gap.text());
        }
    }
}
