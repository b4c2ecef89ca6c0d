package io.joulestream.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.storage.testing.LedgerServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class KeeperLeaseIT {
    private static final String WORK = "a test";

    private static Database database;

    @BeforeAll
    static void open() {
        database = Database.open(LedgerServer.newDatabase());
    }

    @AfterAll
    static void close() {
        database.close();
    }

    /** Whoever has it is gone when its session is, and the lock is what that frees. */
    @Test
    void oneProcessOfManyHasItUntilItsSessionEnds() throws SQLException {
        try (KeeperLease one = lease();
                KeeperLease other = lease()) {
            assertThat(one.isMine()).isTrue();
            assertThat(one.isMine()).as("still").isTrue();
            assertThat(other.isMine()).isFalse();

            endWhatHolds(1);
            assertThat(other.isMine()).isTrue();
            assertThat(one.isMine()).isFalse();

            other.close();
            assertThat(one.isMine()).isTrue();
        }
    }

    @Test
    void whoeverAsksHoldsOneLockHoweverOftenItAsked() throws SQLException {
        KeeperLease lease = lease();
        for (int i = 0; i < 3; i++) {
            assertThat(lease.isMine()).isTrue();
        }
        lease.close();
        lease.close();

        endWhatHolds(0);
    }

    /** As when its process is killed; returns when the server has ended the session. */
    private static void endWhatHolds(int expected) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet ended = statement.executeQuery(
                        "select count(pg_terminate_backend(pid, 10000)) from pg_locks where locktype = 'advisory' and granted"
                                + " and database = (select oid from pg_database where datname = current_database())")) {
            ended.next();
            assertThat(ended.getInt(1)).isEqualTo(expected);
        }
    }

    /** A process that froze holds its session, and would hold the lease for ever. */
    @Test
    void aSessionThatSaysNothingForTooLongIsEndedByTheServerAndItsLockGoesToWhoWaits() throws SQLException {
        try (Connection frozen = LedgerConnection.openLease(database.address());
                Connection waiting = database.dataSource().getConnection();
                Statement says = frozen.createStatement();
                Statement asks = waiting.createStatement()) {
            try (ResultSet limit = says.executeQuery("show idle_session_timeout")) {
                limit.next();
                assertThat(limit.getString(1)).isEqualTo("2min");
            }
            assertThat(KeeperLock.isTaken(frozen, "a frozen test")).isTrue();
            says.execute("set idle_session_timeout = '300ms'");

            asks.execute("set lock_timeout = '60s'");
            asks.execute("select pg_advisory_lock(hashtext('a frozen test'))");

            assertThatThrownBy(() -> says.execute("select 1")).hasMessageContaining("idle-session timeout");
            asks.execute("select pg_advisory_unlock_all()");
        }
    }

    @Test
    void aServerThatIsNotThereIsToldAndAskedAnew() {
        DatabaseAddress nowhere = new DatabaseAddress("jdbc:postgresql://127.0.0.1:1/ledger", "x", "x");
        try (KeeperLease lease = new KeeperLease(nowhere, WORK)) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(lease::isMine)
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining("this process cannot be at a test");
            }
        }
    }

    private static KeeperLease lease() {
        return new KeeperLease(database.address(), WORK);
    }
}
