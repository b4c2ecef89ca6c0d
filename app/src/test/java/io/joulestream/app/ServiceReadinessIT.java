package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.api.Readiness.Obstacle;
import io.joulestream.app.embedded.DatabaseOutage;
import io.joulestream.storage.Database;
import io.joulestream.storage.testing.LedgerServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a process says that it can answer, on a real database. */
class ServiceReadinessIT {
    private final AtomicLong nanos = new AtomicLong();
    private final ServiceReadiness readiness = new ServiceReadiness(nanos::get);
    private Optional<DatabaseOutage> outage = Optional.empty();
    private Database database;

    @BeforeEach
    void open() {
        database = Database.open(LedgerServer.newEmbeddedDatabase());
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void itIsReadyOnlyBetweenItsStartAndItsStop() {
        Optional<Obstacle> before = readiness.obstacle();
        readiness.serve(database, () -> outage);
        Optional<Obstacle> meanwhile = readiness.obstacle();
        readiness.stop();

        assertThat(before).map(Obstacle::reason).contains("STARTING");
        assertThat(meanwhile).isEmpty();
        assertThat(readiness.obstacle()).map(Obstacle::reason).contains("STOPPING");
    }

    @Test
    void aSchemaThatSomebodyHasMigratedMeanwhileIsAnotherOne() throws SQLException {
        readiness.serve(database, () -> outage);
        execute("insert into flyway_schema_history select installed_rank + 1, '999', 'later', type, 'V999__later.sql',"
                + " 1, installed_by, now(), 1, true from flyway_schema_history order by installed_rank desc limit 1");

        assertThat(readiness.obstacle())
                .contains(new Obstacle(
                        "SCHEMA_CHANGED",
                        "the schema has version 999 since this process was started: start the release that knows it"));
    }

    @Test
    void aDatabaseThatCannotBeAskedIsInTheWayBySomeCodeOfIts() {
        readiness.serve(database, () -> outage);
        database.close();

        assertThat(readiness.obstacle())
                .hasValueSatisfying(obstacle -> assertThat(obstacle.reason()).startsWith("DATABASE_"));
    }

    @Test
    void aServerThatIsKnownToBeAwayIsNotAsked() {
        outage = Optional.of(new DatabaseOutage(false, "PostgreSQL has ended"));
        readiness.serve(database, () -> outage);
        database.close();

        assertThat(readiness.obstacle()).contains(new Obstacle("DATABASE_UNREACHABLE", "PostgreSQL has ended"));
    }

    @Test
    void whatWasSeenHoldsForASecond() {
        readiness.serve(database, () -> outage);

        Optional<Obstacle> first = readiness.obstacle();
        outage = Optional.of(new DatabaseOutage(true, "full"));
        Optional<Obstacle> again = readiness.obstacle();
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());

        assertThat(first).isEmpty();
        assertThat(again).isEmpty();
        assertThat(readiness.obstacle()).map(Obstacle::reason).contains("DATABASE_FULL");
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
