package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.alert.AlertRule;
import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.storage.KeeperLock;
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
                AlertKeeper keeper = new AlertKeeper(database, "default", Clock.systemUTC())) {
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
    void everyTenantHasItsRoundAndOneThatAnotherProcessIsAtIsLeftToIt() throws Exception {
        DatabaseAddress address = LedgerServer.newEmbeddedDatabase();
        try (Database database = Database.open(address);
                AlertKeeper keeper = new AlertKeeper(database, "default", Clock.systemUTC());
                KeeperLock other = database.alerts().alone("alerts of acme").orElseThrow()) {
            execute(address, "insert into tenant values ('acme', now()), ('zeta', now())");

            assertThat(keeper.round()).hasMinutes(1);

            assertThat(other).isNotNull();
            assertThat(database.alerts().rules("default")).hasSameSizeAs(AlertRule.defaults());
            assertThat(database.alerts().rules("zeta")).hasSameSizeAs(AlertRule.defaults());
            assertThat(database.alerts().rules("acme")).isEmpty();
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
