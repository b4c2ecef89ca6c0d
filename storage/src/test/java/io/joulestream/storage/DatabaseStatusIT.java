package io.joulestream.storage;

import static io.joulestream.storage.Rows.NOON;
import static io.joulestream.storage.Rows.channelMinute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.storage.DatabaseStatus.TableStatus;
import io.joulestream.storage.testing.LedgerServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DatabaseStatusIT {
    @Test
    void anEmptyDatabaseIsReadWithoutChangingIt() {
        DatabaseAddress address = LedgerServer.newDatabase();

        for (int time = 0; time < 2; time++) {
            DatabaseStatus status = DatabaseStatus.read(address);

            assertThat(status.edition()).hasToString(LedgerServer.edition());
            assertThat(status.timescaledbVersion().isPresent()).isEqualTo(status.edition() != Edition.PLAIN);
            assertThat(status.postgresVersion()).matches("\\d+\\.\\d+");
            assertThat(status.schemaVersion()).isEmpty();
            assertThat(status.migrationsPending()).isEqualTo(15);
            assertThat(status.tables()).isEmpty();
            assertThat(status.databaseBytes()).isPositive();
        }
    }

    @Test
    void eachTableTellsItsSizeAndItsTimes() throws Exception {
        DatabaseAddress address = LedgerServer.newDatabase();
        try (Database database = Database.open(address);
                LedgerWriter writer = database.openWriter()) {
            for (int i = 0; i < 4_000; i++) {
                writer.write(channelMinute("t", "node-" + i % 2, NOON.plus(Duration.ofMinutes(i)), i, 1));
            }
            writer.flush();
            database.keepMinutes(new MinuteRules(Duration.ofDays(90), Duration.ofDays(400)), Duration.ofDays(35));
        }
        analyze(address);

        DatabaseStatus status = DatabaseStatus.read(address);

        assertThat(status.schemaVersion()).contains("16");
        assertThat(status.migrationsPending()).isZero();
        assertThat(status.tables())
                .extracting(TableStatus::name)
                .contains("channel_minute", "site_hour", "dead_letter", "site")
                .doesNotContain("flyway_schema_history");
        TableStatus minutes = table(status, "channel_minute");
        assertThat(minutes.rows()).contains(4_000L);
        assertThat(minutes.newest()).contains(NOON.plus(Duration.ofMinutes(3_999)));
        assertThat(minutes.tableBytes()).isGreaterThan(4_000 * 80);
        assertThat(minutes.indexBytes()).isGreaterThan(4_000 * 20);
        assertThat(minutes.chunks()).isEqualTo(status.edition() == Edition.PLAIN ? 0 : 4);
        assertThat(minutes.compressedChunks()).isZero();
        assertThat(minutes.oldest()).contains(NOON);
        assertThat(minutes.keptFrom())
                .contains(status.readAt().minus(Duration.ofDays(90)).truncatedTo(ChronoUnit.DAYS));
        assertThat(status.chunkLength())
                .isEqualTo(status.edition() == Edition.PLAIN ? Optional.empty() : Optional.of(Duration.ofDays(1)));
        assertThat(table(status, "site_hour").keptFrom()).isEmpty();
        assertThat(table(status, "site_hour").newest()).isEmpty();
        assertThat(table(status, "site").newest()).isEmpty();
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsToldByItsAddress() {
        DatabaseAddress nobody = new DatabaseAddress("jdbc:postgresql://127.0.0.1:1/x", "u", "secret");

        assertThatThrownBy(() -> DatabaseStatus.read(nobody))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("jdbc:postgresql://127.0.0.1:1/x as u")
                .hasMessageNotContaining("secret");
    }

    private static TableStatus table(DatabaseStatus status, String name) {
        return status.tables().stream()
                .filter(table -> table.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void analyze(DatabaseAddress address) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
                Statement statement = connection.createStatement()) {
            statement.execute("analyze");
        }
    }
}
