package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.alert.AlertRule;
import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.storage.KeeperLease;
import io.joulestream.storage.testing.LedgerServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import org.junit.jupiter.api.Test;

/** What becomes of rounds on a real database. What a round finds is the API module's to test. */
class AlertKeeperIT {
    @Test
    void aRoundThatFailsIsToldAndTriedAgain() throws Exception {
        DatabaseAddress address = LedgerServer.newEmbeddedDatabase();
        try (Database database = Database.open(address);
                KeeperLease lease = database.alertDuty();
                AlertKeeper keeper = new AlertKeeper(database, "default", lease, Clock.systemUTC())) {
            execute(address, "alter table alert rename to away");
            assertThat(keeper.round()).hasSeconds(15);
            assertThat(keeper.problem())
                    .hasValueSatisfying(problem -> assertThat(problem.reason()).contains("ALERTS_NOT_EVALUATED"));

            execute(address, "alter table away rename to alert");
            assertThat(keeper.round()).hasMinutes(1);
            assertThat(keeper.problem()).isEmpty();
        }
    }

    @Test
    void everyTenantHasItsRoundWhereTheLeaseIs() throws Exception {
        DatabaseAddress address = LedgerServer.newEmbeddedDatabase();
        try (Database database = Database.open(address);
                KeeperLease lease = database.alertDuty();
                KeeperLease anothers = database.alertDuty();
                AlertKeeper keeper = new AlertKeeper(database, "default", lease, Clock.systemUTC())) {
            execute(address, "insert into tenant values ('acme', now())");
            assertThat(anothers.isMine()).isTrue();

            assertThat(keeper.round()).hasMinutes(1);
            assertThat(keeper.problem()).as("another process does it").isEmpty();
            assertThat(database.alerts().rules("acme")).isEmpty();

            anothers.close();
            assertThat(keeper.round()).hasMinutes(1);
            assertThat(database.alerts().rules("default")).hasSameSizeAs(AlertRule.defaults());
            assertThat(database.alerts().rules("acme")).hasSameSizeAs(AlertRule.defaults());
        }
    }

    private static void execute(DatabaseAddress address, String sql) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
