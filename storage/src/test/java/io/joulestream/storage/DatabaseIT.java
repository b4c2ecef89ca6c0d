package io.joulestream.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.storage.testing.LedgerServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseIT {
    @Test
    void anEmptyDatabaseIsMigratedAndItsEditionFound() throws SQLException {
        DatabaseAddress address = LedgerServer.newDatabase();

        try (Database database = Database.open(address)) {
            assertThat(database.edition()).hasToString(LedgerServer.edition());
            assertThat(schemaInfo(address)).startsWith(Schema.productVersion() + " " + LedgerServer.edition() + " ");
            assertThat(Schema.productVersion()).matches("\\d+\\.\\d+\\.\\d+.*");
        }
    }

    @Test
    void openingAgainWritesNothing() throws SQLException {
        DatabaseAddress address = LedgerServer.newDatabase();
        Database.open(address).close();
        String before = schemaInfo(address);

        Database.open(address).close();

        assertThat(schemaInfo(address)).isEqualTo(before);
    }

    @Test
    void twoMayOpenAtOnce() throws Exception {
        DatabaseAddress address = LedgerServer.newDatabase();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        Callable<Edition> open = () -> {
            try (Database database = Database.open(address)) {
                return database.edition();
            }
        };

        List<Future<Edition>> opened = threads.invokeAll(List.of(open, open));
        threads.shutdown();

        for (Future<Edition> edition : opened) {
            assertThat(edition.get()).hasToString(LedgerServer.edition());
        }
    }

    @Test
    void aNewerSchemaIsRefused() throws SQLException {
        DatabaseAddress address = LedgerServer.newDatabase();
        Database.open(address).close();
        execute(
                address,
                "insert into flyway_schema_history select 99, '99', 'future', type, 'V99__future.sql', 1, installed_by,"
                        + " now(), 1, true from flyway_schema_history limit 1");

        assertThatThrownBy(() -> Database.open(address))
                .isInstanceOf(SchemaRefusedException.class)
                .hasMessageContaining("has version 99, which this product (")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "update flyway_schema_history set checksum = checksum + 1 where version = '3'"
                        + " | checksum mismatch for migration version 3",
                "update flyway_schema_history set success = false where version = '3'"
                        + " | failed migration to version 3",
                "delete from flyway_schema_history where version = '3' | migration not applied to database: 3"
            })
    void aSchemaThatIsNotWhatItsMigrationsMadeIsRefused(String change, String reason) throws SQLException {
        DatabaseAddress address = LedgerServer.newDatabase();
        Database.open(address).close();
        execute(address, change);

        assertThatThrownBy(() -> Database.open(address))
                .isInstanceOf(SchemaRefusedException.class)
                .hasMessageStartingWith("the schema of " + address + " is not usable: ")
                .hasMessageContaining(reason)
                .hasMessageNotContaining("\n");
    }

    @Test
    void someoneElsesTablesAreRefused() throws SQLException {
        DatabaseAddress address = LedgerServer.newDatabase();
        execute(address, "create table somebody (id int4)");

        assertThatThrownBy(() -> Database.open(address))
                .isInstanceOf(SchemaRefusedException.class)
                .hasMessageContaining("non-empty schema")
                .hasMessageNotContaining("\n");
    }

    @Test
    void aServerThatIsNotThereIsNamedWithoutThePassword() {
        DatabaseAddress nowhere = new DatabaseAddress("jdbc:postgresql://localhost:1/x", "me", "secret");

        assertThatThrownBy(() -> Database.open(nowhere))
                .isInstanceOf(StorageException.class)
                .isNotInstanceOf(SchemaRefusedException.class)
                .hasMessageContaining("jdbc:postgresql://localhost:1/x as me")
                .hasMessageNotContaining("secret");
    }

    private static String schemaInfo(DatabaseAddress address) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(
                        "select product_version || ' ' || edition || ' ' || migrated_at || ' ' || xmin"
                                + " from schema_info")) {
            result.next();
            return result.getString(1);
        }
    }

    private static void execute(DatabaseAddress address, String sql) throws SQLException {
        try (Connection connection = LedgerConnection.open(address);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
