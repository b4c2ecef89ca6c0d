package io.joulestream.storage;

import static java.util.stream.Collectors.joining;

import io.joulestream.storage.LedgerDump.Table;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.postgresql.PGConnection;

/** Copies a dump into a database that holds no ledger yet. */
final class RestoreDump {
    private static final String ANY_TABLE =
            "select min(relname) from pg_class where relnamespace = current_schema()::regnamespace"
                    + " and relkind in ('r', 'p')";
    private static final String WRITERS =
            "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
                    + " and application_name = '" + LedgerConnection.WRITER + "'";
    private static final int BUFFER_BYTES = 1 << 16;

    private RestoreDump() {}

    static void check(LedgerDump dump, DatabaseAddress address) {
        if (!Schema.knows(address, dump.schemaVersion())) {
            throw new DumpRefusedException("the dump has schema version " + dump.schemaVersion()
                    + ", which this product (" + Schema.productVersion() + ") does not know; use a newer one");
        }
        Optional<String> present = Schema.state(address).version();
        try (Connection connection = LedgerConnection.open(address)) {
            DumpSession.prepare(connection);
            refuseWriters(connection, address);
            if (present.isEmpty()) {
                String table = DumpSession.text(connection, ANY_TABLE);
                if (table != null) {
                    throw new DumpRefusedException(
                            address + " holds something else (table " + table + "): give a new database");
                }
                return;
            }
            refuseALedger(connection, address);
            if (!present.get().equals(dump.schemaVersion())) {
                throw new DumpRefusedException(address + " has schema version " + present.get() + ", the dump "
                        + dump.schemaVersion() + ": give a new database; its schema is made and brought up to date");
            }
        } catch (SQLException e) {
            throw new StorageException(address + " does not answer: " + e.getMessage(), e);
        }
    }

    private static void refuseWriters(Connection connection, DatabaseAddress address) throws SQLException {
        String writers = DumpSession.text(connection, WRITERS);
        if (!writers.equals("0")) {
            throw new DumpRefusedException(
                    writers + " connections write the ledger of " + address + ": end the ledger job first");
        }
    }

    private static void refuseALedger(Connection connection, DatabaseAddress address) throws SQLException {
        for (LedgerCatalogue.Table table : LedgerCatalogue.tables(connection)) {
            if (DumpSession.text(connection, "select exists (select from " + table.quotedName() + ")")
                    .equals("t")) {
                throw new DumpRefusedException(address + " holds a ledger already (table " + table.name()
                        + "): a restore replaces nothing; give a new database");
            }
        }
    }

    static void into(DatabaseAddress address, LedgerDump dump, Path folder) {
        check(dump, address);
        Schema.migrateTo(address, dump.schemaVersion());
        try (Connection connection = LedgerConnection.open(address)) {
            DumpSession.prepare(connection);
            connection.setAutoCommit(false);
            refuseOtherTables(connection, dump);
            lock(connection, dump);
            refuseALedger(connection, address);
            String bindAgain = DumpSession.unbindOwner(connection);
            for (Table table : dump.tables()) {
                copy(connection, table, folder);
            }
            DumpSession.execute(connection, bindAgain);
            setSequences(connection, dump);
            connection.commit();
        } catch (SQLException | IOException e) {
            throw new StorageException("the ledger was not restored into " + address + ": " + e.getMessage(), e);
        }
        Database.open(address).close();
    }

    /** Nobody writes before all is committed. */
    private static void lock(Connection connection, LedgerDump dump) throws SQLException {
        String names = dump.tables().stream()
                .map(table -> LedgerCatalogue.quoted(table.name()))
                .collect(joining(", "));
        DumpSession.execute(connection, "lock table " + names + " in share row exclusive mode");
    }

    static void gatherStatistics(DatabaseAddress address) {
        try (Connection connection = LedgerConnection.open(address)) {
            DumpSession.prepare(connection);
            DumpSession.execute(connection, "analyze");
        } catch (SQLException e) {
            throw new StorageException("analyze failed in " + address + ": " + e.getMessage(), e);
        }
    }

    private static void refuseOtherTables(Connection connection, LedgerDump dump) throws SQLException {
        List<LedgerCatalogue.Table> dumped = dump.tables().stream()
                .map(table -> new LedgerCatalogue.Table(table.name(), table.columns()))
                .toList();
        if (!LedgerCatalogue.tables(connection).equals(dumped)) {
            throw new DumpRefusedException("the dump's tables are not those of schema version " + dump.schemaVersion()
                    + ": it was made by another product");
        }
    }

    private static void copy(Connection connection, Table table, Path folder) throws SQLException, IOException {
        LedgerCatalogue.Table target = new LedgerCatalogue.Table(table.name(), table.columns());
        String sql = "copy " + target.quotedName() + " (" + target.columnList() + ") from stdin (format binary)";
        try (InputStream in = new BufferedInputStream(
                new GZIPInputStream(Files.newInputStream(folder.resolve(table.file())), BUFFER_BYTES), BUFFER_BYTES)) {
            long rows = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql, in, BUFFER_BYTES);
            if (rows != table.rows()) {
                throw new IOException(table.file() + " holds " + rows + " rows, the dump's are " + table.rows());
            }
        }
    }

    private static void setSequences(Connection connection, LedgerDump dump) throws SQLException {
        String sql = "select setval(pg_get_serial_sequence(quote_ident(?), ?), ?, false)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (LedgerDump.Sequence sequence : dump.sequences()) {
                statement.setString(1, sequence.table());
                statement.setString(2, sequence.column());
                statement.setLong(3, sequence.next());
                statement.execute();
            }
        }
    }
}
