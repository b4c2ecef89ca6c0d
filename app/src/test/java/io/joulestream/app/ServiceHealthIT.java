package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.api.Health;
import io.joulestream.app.embedded.DatabaseOutage;
import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseTrouble;
import io.joulestream.storage.testing.LedgerServer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What health says of a real database, of what is seen of a job, and of what is known of the database's server. */
class ServiceHealthIT {
    private static final Instant NOON = Instant.parse("2026-04-01T12:00:00.123Z");

    private static Database database;

    private Seen job = new Seen("RUNNING", Optional.of(NOON), Optional.empty());
    private Optional<DatabaseOutage> outage = Optional.empty();
    private List<Concern> more = List.of();

    /** A job as it is seen in one look. */
    private record Seen(String state, Optional<Instant> lastCheckpointAt, Optional<JobFailure> lastFailure)
            implements JobWatch {
        @Override
        public Optional<JobCounts> counts() {
            return Optional.empty();
        }

        @Override
        public String whereItLogs() {
            return "here";
        }
    }

    @BeforeAll
    static void open() {
        database = Database.open(LedgerServer.newEmbeddedDatabase());
    }

    @AfterAll
    static void close() {
        database.close();
    }

    private Health health() {
        return healthOf(database);
    }

    private Health healthOf(Database database) {
        return new ServiceHealth("default", database, Optional.of(job), () -> more, () -> outage).health();
    }

    private static Optional<JobFailure> failed(Instant at, DatabaseTrouble trouble) {
        return Optional.of(new JobFailure(at, Optional.ofNullable(trouble), "java.io.IOException: torn"));
    }

    @Test
    void aRunningJobOverALedgerThatCanBeReadIsWell() {
        Health health = health();

        assertThat(health.status()).isEqualTo(Health.Status.OK);
        assertThat(health.reasons()).isEmpty();
        assertThat(health.ledger()).isPresent();
        assertThat(health.problems()).isEmpty();
    }

    @Test
    void whatTheJobFailedOfIsToldUntilACheckpointIsCompleteAgainAlsoWhileItRuns() {
        job = new Seen("RUNNING", Optional.of(NOON), failed(NOON.plusSeconds(1), DatabaseTrouble.DATABASE_FULL));
        Health failing = health();
        job = new Seen("RUNNING", Optional.of(NOON.plusSeconds(2)), job.lastFailure());
        Health recovered = health();

        assertThat(failing.status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(failing.reasons()).containsExactly("DATABASE_FULL");
        assertThat(failing.problems())
                .containsExactly(
                        "DATABASE_FULL: nothing was stored since 2026-04-01T12:00:00Z: the database's disk is full;"
                                + " the ledger job is RUNNING and tries again, its log is here");
        assertThat(failing.ledger()).isPresent();
        assertThat(recovered.status()).isEqualTo(Health.Status.OK);
    }

    @Test
    void aFailureThatIsNotTheDatabasesIsToldByItsRootCause() {
        job = new Seen("RESTARTING", Optional.empty(), failed(NOON, null));

        Health health = health();

        assertThat(health.status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(health.reasons()).containsExactly("JOB_FAILING");
        assertThat(health.problems())
                .containsExactly("JOB_FAILING: nothing was stored yet: java.io.IOException: torn;"
                        + " the ledger job is RESTARTING and tries again, its log is here");
    }

    @ParameterizedTest
    @CsvSource({"INITIALIZING, DEGRADED", "RESTARTING, DEGRADED", "FAILED, DOWN", "UNKNOWN, DOWN", "NONE, DOWN"})
    void aJobThatDoesNotRunIsToldByItsState(String state, Health.Status status) {
        job = new Seen(state, Optional.of(NOON), Optional.empty());

        Health health = health();

        assertThat(health.status()).isEqualTo(status);
        assertThat(health.reasons()).containsExactly("JOB_NOT_RUNNING");
        assertThat(health.problems())
                .containsExactly("JOB_NOT_RUNNING: the ledger job is " + state + "; its log is here");
    }

    @Test
    void aLedgerThatCannotBeReadIsDownAndTheJobIsToldAllTheSame() {
        Health health = healthOf(closed());

        assertThat(health.status()).isEqualTo(Health.Status.DOWN);
        assertThat(health.reasons()).hasSize(1).first().asString().startsWith("DATABASE_");
        assertThat(health.ledger()).isEmpty();
        assertThat(health.job()).contains(new Health.Job("RUNNING", Optional.of(NOON)));
    }

    @Test
    void whatElseNeedsAPersonMakesTheServiceIllOnlyWhereItHasACode() {
        more = List.of(Concern.note("a topic is gone"));
        Health noted = health();
        more = List.of(new Concern(Optional.of("MINUTES_NOT_REMOVED"), "minutes are not removed: why"));
        Health ill = health();

        assertThat(noted.status()).isEqualTo(Health.Status.OK);
        assertThat(noted.problems()).containsExactly("a topic is gone");
        assertThat(ill.status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(ill.reasons()).containsExactly("MINUTES_NOT_REMOVED");
        assertThat(ill.problems()).containsExactly("MINUTES_NOT_REMOVED: minutes are not removed: why");
    }

    @Test
    void aServerThatIsKnownToBeAwayIsNotAsked() {
        outage = Optional.of(new DatabaseOutage(true, "PostgreSQL did not start: No space left on device"));
        Health full = healthOf(closed());
        outage = Optional.of(new DatabaseOutage(false, "PostgreSQL has ended"));
        Health ended = healthOf(closed());

        assertThat(full.status()).isEqualTo(Health.Status.DOWN);
        assertThat(full.problems()).containsExactly("DATABASE_FULL: PostgreSQL did not start: No space left on device");
        assertThat(ended.reasons()).containsExactly("DATABASE_UNREACHABLE");
    }

    private static Database closed() {
        Database closed = Database.open(database.address());
        closed.close();
        return closed;
    }
}
