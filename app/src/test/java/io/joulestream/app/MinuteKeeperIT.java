package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.storage.MinuteRules;
import io.joulestream.storage.testing.LedgerServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of rounds on a real database. What a round does is the storage module's to test. */
class MinuteKeeperIT {
    private static final MinuteRules RULES = new MinuteRules(Duration.ofDays(90), Duration.ofDays(400));

    @Test
    void aRoundThatFailsIsToldAndTriedAgainAfterLongerAndLonger() throws Exception {
        DatabaseAddress address = LedgerServer.newEmbeddedDatabase();
        try (Database database = Database.open(address);
                MinuteKeeper keeper = new MinuteKeeper(database, RULES)) {
            List<Long> seconds = new ArrayList<>();
            execute(address, "alter table minute_keeping rename to away");
            for (int round = 0; round < 8; round++) {
                seconds.add(keeper.round().toSeconds());
            }
            assertThat(seconds).containsExactly(15L, 30L, 60L, 120L, 240L, 480L, 600L, 600L);
            assertThat(keeper.problem())
                    .hasValueSatisfying(problem -> assertThat(problem.text())
                            .startsWith("DATABASE_FAILED: minutes beyond what is to be kept are not removed: ERROR: ")
                            .contains("minute_keeping"));

            execute(address, "alter table away rename to minute_keeping");
            assertThat(keeper.round()).hasMinutes(10);
            assertThat(keeper.problem()).isEmpty();

            execute(address, "alter table minute_keeping rename to away");
            assertThat(keeper.round()).hasSeconds(15);
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
