package io.joulestream.storage;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.stream.Collectors.joining;

import io.joulestream.core.digest.Sha256;
import io.joulestream.storage.LedgerDump.Sequence;
import io.joulestream.storage.LedgerDump.Table;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.postgresql.PGConnection;

/**
 * Copies all tables out as of one instant. They are locked before the instant is chosen, because removing a chunk is not
 * undone for those who look at an earlier instant; as for any reader, writers do not wait.
 */
final class WriteDump {
    private static final String SCHEMA_VERSION =
            "select version from " + Schema.HISTORY_TABLE + " where success order by installed_rank desc limit 1";
    private static final int BUFFER_BYTES = 1 << 16;

    private WriteDump() {}

    /** The names of tables that are left out. */
    static List<String> check(DatabaseAddress address) {
        try (Connection connection = LedgerConnection.open(address)) {
            DumpSession.refuseReplica(connection, address);
            if (Schema.state(address).version().isEmpty()) {
                throw new StorageException(address + " holds no ledger: there is nothing to dump", null);
            }
            DumpSession.refuseHiddenRows(connection);
            return LedgerCatalogue.foreignTables(connection);
        } catch (SQLException e) {
            throw new StorageException(address + " does not answer: " + e.getMessage(), e);
        }
    }

    static LedgerDump from(DatabaseAddress address, Path folder) {
        check(address);
        try (Connection connection = LedgerConnection.open(address)) {
            DumpSession.prepare(connection);
            List<LedgerCatalogue.Table> tables = LedgerCatalogue.tables(connection);
            Edition edition = Schema.edition(connection);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            lock(connection, tables);
            if (!LedgerCatalogue.tables(connection).equals(tables)) {
                throw new StorageException("the schema of " + address + " was changed meanwhile; try again", null);
            }
            DumpSession.refuseHiddenRows(connection);
            List<Table> dumped = new ArrayList<>();
            for (LedgerCatalogue.Table table : tables) {
                dumped.add(copy(connection, table, folder));
            }
            // after the rows: numbers given meanwhile are then passed, too
            return new LedgerDump(edition, DumpSession.text(connection, SCHEMA_VERSION), dumped, sequences(connection));
        } catch (SQLException | IOException e) {
            throw new StorageException("the ledger of " + address + " was not dumped: " + e.getMessage(), e);
        }
    }

    private static void lock(Connection connection, List<LedgerCatalogue.Table> tables) throws SQLException {
        String names = tables.stream().map(LedgerCatalogue.Table::quotedName).collect(joining(", "));
        DumpSession.execute(connection, "lock table " + names + " in access share mode");
    }

    private static Table copy(Connection connection, LedgerCatalogue.Table table, Path folder)
            throws SQLException, IOException {
        // by a query, because a hypertable itself is empty
        String sql =
                "copy (select " + table.columnList() + " from " + table.quotedName() + ") to stdout (format binary)";
        Path file = folder.resolve(table.name() + ".copy.gz");
        MessageDigest sha256 = Sha256.begin();
        long rows;
        try (FileChannel channel = FileChannel.open(file, CREATE_NEW, WRITE);
                GZIPOutputStream out =
                        new FastGzip(new DigestOutputStream(Channels.newOutputStream(channel), sha256))) {
            rows = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql, out);
            out.finish();
            channel.force(true);
        }
        return new Table(
                table.name(),
                table.columns(),
                rows,
                file.getFileName().toString(),
                Files.size(file),
                Sha256.hex(sha256));
    }

    private static List<Sequence> sequences(Connection connection) throws SQLException {
        List<Sequence> sequences = new ArrayList<>();
        for (LedgerCatalogue.Sequence sequence : LedgerCatalogue.sequences(connection)) {
            String next = DumpSession.text(
                    connection,
                    "select case when is_called then last_value + 1 else last_value end from " + sequence.name());
            sequences.add(new Sequence(sequence.table(), sequence.column(), Long.parseLong(next)));
        }
        return sequences;
    }

    /** The database's snapshot is held open for as long as this takes. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, BUFFER_BYTES);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
