package io.joulestream.storage;

import static io.joulestream.storage.Rows.NOON;
import static io.joulestream.storage.Rows.channelMinute;
import static io.joulestream.storage.Rows.deadLetter;
import static io.joulestream.storage.Rows.demandInterval;
import static io.joulestream.storage.Rows.quantityStep;
import static io.joulestream.storage.Rows.runCheckpoint;
import static io.joulestream.storage.Rows.runExtent;
import static io.joulestream.storage.Rows.runMeterStep;
import static io.joulestream.storage.Rows.runPhase;
import static io.joulestream.storage.Rows.runStep;
import static io.joulestream.storage.Rows.sitePart;
import static io.joulestream.storage.Rows.siteStep;
import static io.joulestream.storage.Rows.trainingStep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.JobPhase;
import io.joulestream.core.ledger.SiteStep;
import io.joulestream.storage.testing.LedgerServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a writer says of a server that does not do what is asked, and what the ledger then holds. */
class DatabaseTroubleIT {
    private static Database database;

    @BeforeAll
    static void open() {
        database = Database.open(LedgerServer.newDatabase());
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2001-06-01T00:00:00Z", "2028-11-26T00:00:00Z"})
    void aRowFarFromAllOthersHasAPlaceToo(Instant minute) {
        String tenant = "at " + minute;
        ChannelMinute row = channelMinute(tenant, "n", minute, 1, 1);
        SiteStep hour = siteStep(tenant, "fra1", "IT_IN", minute, 3_600, 7);
        try (LedgerWriter writer = database.openWriter()) {
            writer.write(channelMinute(tenant, "n", NOON, 1, 1));
            writer.write(row);
            writer.write(hour);

            assertThat(writer.flush()).isEqualTo(3);
        }

        Instant end = minute.plusSeconds(60);
        assertThat(database.queries().channelMinutes(tenant, "fra1", "n", minute, end))
                .containsExactly(row);
        assertThat(database.queries().siteHours(tenant, "fra1", minute, end)).containsExactly(hour);
    }

    @Test
    void everyKindOfRowTwiceInOneBatchIsStoredOnce() {
        try (LedgerWriter writer = database.openWriter()) {
            writeOneOfEach(writer, "once", 98);
            int once = writer.flush();

            writeOneOfEach(writer, "twice", 99);
            writeOneOfEach(writer, "twice", 99);

            assertThat(once).isEqualTo(14);
            assertThat(writer.flush()).isEqualTo(once);
        }
    }

    @Test
    void aConnectionThatTheServerEndsIsUnreachableAndTheNextOneGoesOn() throws SQLException {
        ChannelMinute row = channelMinute("ended", "n", NOON, 1, 1);
        try (Connection connection = LedgerConnection.open(database.address());
                LedgerWriter writer = new LedgerWriter(connection)) {
            writer.write(row);
            ask("select pg_terminate_backend(" + ask(connection, "select pg_backend_pid()") + ", 10000)");

            assertThat(troubleOf(writer::flush)).isEqualTo(DatabaseTrouble.DATABASE_UNREACHABLE);
        }
        try (LedgerWriter next = database.openWriter()) {
            next.write(row);
            assertThat(next.flush()).isEqualTo(1);
        }
    }

    @Test
    void whoHoldsTheLockThatAWriterWaitsForIsNamed() throws Exception {
        try (Connection connection = LedgerConnection.open(database.address());
                LedgerWriter writer = new LedgerWriter(connection);
                Connection holder = database.dataSource().getConnection();
                Statement statement = holder.createStatement()) {
            String pid = ask(holder, "select pg_backend_pid()");
            ask(connection, "select set_config('lock_timeout', '4s', false)");
            holder.setAutoCommit(false);
            statement.execute("set local application_name = 'a report'");
            statement.execute("lock table site_minute in access exclusive mode");
            writer.write(siteStep("held", "fra1", "IT_IN", NOON, 60, 1));
            CompletableFuture<DatabaseTrouble> trouble = CompletableFuture.supplyAsync(() -> troubleOf(writer::flush));

            List<LockHolder> holders = Stream.generate(database::lockHolders)
                    .filter(found -> !found.isEmpty() || trouble.isDone())
                    .findFirst()
                    .orElseThrow();

            assertThat(holders).singleElement().satisfies(held -> {
                assertThat(held.text()).startsWith("process " + pid + " of the database (a report, user ");
                assertThat(held.waited()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(4));
            });
            assertThat(trouble.get()).isEqualTo(DatabaseTrouble.DATABASE_LOCKED);
            assertThat(database.lockHolders()).isEmpty();
            holder.rollback();
            assertThat(writer.flush()).isEqualTo(1);
        }
    }

    @Test
    void aStatementThatTakesTooLongIsSlow() throws SQLException {
        try (Connection connection = LedgerConnection.open(database.address());
                LedgerWriter writer = new LedgerWriter(connection);
                Connection holder = database.dataSource().getConnection();
                Statement statement = holder.createStatement()) {
            ask(connection, "select set_config('statement_timeout', '50ms', false)");
            holder.setAutoCommit(false);
            statement.execute("lock table site_hour in access exclusive mode");
            writer.write(siteStep("slow", "fra1", "IT_IN", NOON, 3_600, 1));

            assertThat(troubleOf(writer::flush)).isEqualTo(DatabaseTrouble.DATABASE_SLOW);
            holder.rollback();
            assertThat(writer.flush()).isEqualTo(1);
        }
    }

    @Test
    void aServerWithoutConnectionsLeftAndOneThatOnlyReadsAreNamed() throws SQLException {
        DatabaseAddress address = LedgerServer.newDatabase();
        Database.open(address).close();
        String name = address.jdbcUrl().replaceFirst(".*/", "");
        String role = "crowd_" + name;
        DatabaseAddress crowd = new DatabaseAddress(address.jdbcUrl(), role, "crowd");
        ask("create role " + role + " login password 'crowd' connection limit 0");
        try {
            assertThat(troubleOf(() -> LedgerWriter.open(crowd))).isEqualTo(DatabaseTrouble.DATABASE_CONNECTIONS_TAKEN);

            ask("alter role " + role + " connection limit 1");
            assertThat(troubleOf(() -> LedgerWriter.open(crowd))).isEqualTo(DatabaseTrouble.DATABASE_DENIED);
        } finally {
            ask("drop role " + role);
        }

        ask("alter database " + name + " set default_transaction_read_only = on");
        try (LedgerWriter writer = LedgerWriter.open(address)) {
            writer.write(deadLetter("standby", "TOO_OLD", 1));
            assertThat(troubleOf(writer::flush)).isEqualTo(DatabaseTrouble.DATABASE_READ_ONLY);
        }
    }

    private static DatabaseTrouble troubleOf(ThrowingCallable action) {
        StorageException refused = catchThrowableOfType(StorageException.class, action);
        assertThat(refused).hasMessageStartingWith(refused.trouble() + ": ");
        return refused.trouble();
    }

    private static void writeOneOfEach(LedgerWriter writer, String tenant, long letter) {
        writer.write(channelMinute(tenant, "n", NOON, 1, 1));
        writer.write(siteStep(tenant, "fra1", "IT_IN", NOON, 60, 1));
        writer.write(siteStep(tenant, "fra1", "IT_IN", NOON, 3_600, 1));
        writer.write(sitePart(tenant, "fra1", "GPUS", NOON, 1, 1));
        writer.write(runStep(tenant, "fra1", "r", NOON, 60, 1));
        writer.write(runStep(tenant, "fra1", "r", NOON, 3_600, 1));
        writer.write(runMeterStep(tenant, "r", "n", true, NOON, 1));
        writer.write(runExtent(tenant, "fra1", "r", NOON, NOON.plusSeconds(1), 1));
        writer.write(trainingStep(tenant, "r", 1, 1, 100, 1));
        writer.write(runPhase(tenant, "r", 1, JobPhase.RESTORE, 9, 1));
        writer.write(runCheckpoint(tenant, "r", 1, 1, 9, 1));
        writer.write(demandInterval(tenant, "n", NOON, 1, 1));
        writer.write(quantityStep(tenant, "n", NOON, 1, 1));
        writer.write(deadLetter(tenant, "TOO_OLD", letter));
    }

    private static void ask(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            ask(connection, sql);
        }
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            try (ResultSet result = statement.getResultSet()) {
                result.next();
                return result.getString(1);
            }
        }
    }
}
