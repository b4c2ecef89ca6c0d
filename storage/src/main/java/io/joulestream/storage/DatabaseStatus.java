package io.joulestream.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a ledger's database is. Read without changing it, also where its schema is older than the product or missing.
 *
 * @param edition what the server can do beyond PostgreSQL in this database
 * @param postgresVersion such as "17.12"
 * @param timescaledbVersion empty on plain PostgreSQL
 * @param schemaVersion of the last migration that was applied; empty where none was
 * @param migrationsPending how many migrations this product would apply
 * @param readAt by the database's clock
 * @param databaseBytes all of the database on disk
 * @param chunkLength how much time a new chunk of {@code channel_minute} holds; empty where it is no hypertable
 * @param tables of the ledger, by name; empty where there is no schema
 */
public record DatabaseStatus(
        Edition edition,
        String postgresVersion,
        Optional<String> timescaledbVersion,
        Optional<String> schemaVersion,
        int migrationsPending,
        Instant readAt,
        long databaseBytes,
        Optional<Duration> chunkLength,
        List<TableStatus> tables) {
    /**
     * One table.
     *
     * @param chunks of a hypertable; 0 of an ordinary table
     * @param compressedChunks those of them that lie in the columnstore
     * @param rows about how many, as the server's statistics say; empty before it has gathered any
     * @param tableBytes heap and toasted values, on disk
     * @param indexBytes on disk
     * @param keptFrom of minutes: earlier ones may have been removed; empty before anybody looked for old
     *     ones, and for other tables
     * @param oldest the first period that a row begins; empty for tables that are not by time, and for empty ones
     * @param newest the latest of them
     */
    public record TableStatus(
            String name,
            int chunks,
            int compressedChunks,
            Optional<Long> rows,
            long tableBytes,
            long indexBytes,
            Optional<Instant> keptFrom,
            Optional<Instant> oldest,
            Optional<Instant> newest) {}

    public DatabaseStatus {
        tables = List.copyOf(tables);
    }

    /** @throws StorageException when the database does not answer */
    public static DatabaseStatus read(DatabaseAddress address) {
        try (Connection connection = LedgerConnection.open(address)) {
            return ReadStatus.of(connection, Schema.state(address));
        } catch (SQLException e) {
            throw new StorageException(address + " does not answer: " + e.getMessage(), e);
        }
    }
}
