package io.joulestream.storage;

import java.nio.file.Path;
import java.util.List;

/**
 * What was copied out of a ledger's database: all rows as of one instant, one file per table. It holds nothing of the
 * edition it was copied from, so it can be restored on any.
 *
 * <p>The files are PostgreSQL's binary COPY, compressed by gzip. That of the schema's own history is not among them: the
 * schema is made by the migrations, up to the version that the dump is of.
 *
 * @param edition of the database it was copied from
 * @param schemaVersion of the last migration that was applied there
 * @param tables those that others refer to first
 * @param sequences of generated ids
 */
public record LedgerDump(Edition edition, String schemaVersion, List<Table> tables, List<Sequence> sequences) {
    /**
     * @param columns those in the file, in its order
     * @param file its name in the dump's folder
     * @param sha256 of the file, in hexadecimal digits
     */
    public record Table(String name, List<String> columns, long rows, String file, long bytes, String sha256) {
        public Table {
            columns = List.copyOf(columns);
        }
    }

    /** @param next the next id it gives; greater than every id in the dump */
    public record Sequence(String table, String column, long next) {}

    public LedgerDump {
        tables = List.copyOf(tables);
        sequences = List.copyOf(sequences);
    }

    /**
     * Whether {@link #write} may go ahead.
     *
     * @return the names of tables that it leaves out, because they are not the ledger's
     * @throws StorageException when there is no ledger, the database is a replica or does not answer, or rows are hidden
     */
    public static List<String> checkSource(DatabaseAddress address) {
        return WriteDump.check(address);
    }

    /**
     * Copies the ledger out, in one read-only transaction. Takes memory for some rows, not for the ledger. Others may write
     * meanwhile; what removes a chunk, or changes the schema, waits.
     *
     * @param folder empty; its files are on disk when the call returns
     * @throws StorageException when there is no ledger, the database is a replica or does not answer, or a file cannot be
     *     written
     */
    public static LedgerDump write(DatabaseAddress address, Path folder) {
        return WriteDump.from(address, folder);
    }

    /**
     * Whether {@link #restore} may go ahead. Changes nothing.
     *
     * @throws DumpRefusedException with what to do, when it may not
     */
    public void checkTarget(DatabaseAddress address) {
        RestoreDump.check(this, address);
    }

    /**
     * Makes the schema of the dump's version and copies all rows in, in one transaction: all or nothing. Then brings the
     * schema up to this product's version.
     *
     * @param folder with the dump's files
     * @throws DumpRefusedException as {@link #checkTarget}
     * @throws StorageException when the database or a file does not do what it should, or a file holds another number of rows
     */
    public void restore(DatabaseAddress address, Path folder) {
        RestoreDump.into(address, this, folder);
    }

    /**
     * Lets the database's planner know the rows that were copied in just now. Without it queries are right, and slow until the
     * server does so itself.
     *
     * @throws StorageException when the database does not do it
     */
    public static void gatherStatistics(DatabaseAddress address) {
        RestoreDump.gatherStatistics(address);
    }
}
