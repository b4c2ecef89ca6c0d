package io.joulestream.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** A connection that moves a whole ledger. */
final class DumpSession {
    /** As {@code pg_stat_activity} names it. */
    private static final String NAME = "joulestream backup";

    private DumpSession() {}

    /**
     * One statement may take as long as a table is large. Where row-level security would hide rows the server refuses: a
     * dump without them would not be known from a whole one.
     */
    static void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "set application_name = '" + NAME + "'; set statement_timeout = 0; set row_security = off");
        }
    }
}
