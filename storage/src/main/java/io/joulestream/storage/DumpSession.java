package io.joulestream.storage;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A connection that moves a whole ledger, as the login that owns its tables or a superuser. */
final class DumpSession {
    /** As {@code pg_stat_activity} names it. */
    static final String NAME = "joulestream backup";

    /** Policies that bind the login and do not let it see every row. */
    private static final String HIDDEN = """
            select c.relname from pg_class as c
            where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
                and row_security_active(c.oid)
                and (exists (select from pg_policy as p where p.polrelid = c.oid and not p.polpermissive)
                    or not exists (select from pg_policy as p
                        where p.polrelid = c.oid and p.polcmd in ('*', 'r') and pg_get_expr(p.polqual, p.polrelid) = 'true'
                            and exists (select from unnest(p.polroles) as r (role)
                                        where r.role = 0 or pg_has_role(r.role, 'usage'))))
            order by c.relname
            """;

    private static final String BOUND = """
            select c.relname from pg_class as c
            where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
                and c.relforcerowsecurity and row_security_active(c.oid)
            order by c.relname
            """;

    private DumpSession() {}

    /**
     * One statement may take as long as a table is large, and between two a file as long as it takes to be on disk; a peer that
     * is gone is found by TCP's own questions.
     */
    static void prepare(Connection connection) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, 0);
        execute(
                connection,
                "set application_name = '" + NAME + "'; set statement_timeout = 0;"
                        + " set idle_in_transaction_session_timeout = 0");
    }

    /** It has the primary's identity, and may lack rows that were committed there before a savepoint was complete. */
    static void refuseReplica(Connection connection, DatabaseAddress address) throws SQLException {
        if (texts(connection, "select pg_is_in_recovery()").equals(List.of("t"))) {
            throw new StorageException(
                    address + " is a replica, which may lack rows that the job takes for stored: dump the primary",
                    null);
        }
    }

    /** A dump without rows that a policy hides would not be known from a whole one. */
    static void refuseHiddenRows(Connection connection) throws SQLException {
        List<String> hidden = texts(connection, HIDDEN);
        if (!hidden.isEmpty()) {
            throw new StorageException(
                    "row-level security hides rows of " + String.join(", ", hidden) + " from "
                            + connection.getMetaData().getUserName()
                            + ": dump as the owner of the tables, a member of js_migrate, or as a superuser",
                    null);
        }
    }

    /**
     * Lets the owner of the tables copy into them, in the transaction that is open: COPY does not go together with
     * policies.
     *
     * @return what must be executed before it ends
     */
    static String unbindOwner(Connection connection) throws SQLException {
        StringBuilder again = new StringBuilder();
        for (String table : texts(connection, BOUND)) {
            String alter = "alter table " + LedgerCatalogue.quoted(table);
            execute(connection, alter + " no force row level security");
            again.append(alter).append(" force row level security;");
        }
        return again.toString();
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The one value of the one row of an answer. */
    static String text(Connection connection, String sql) throws SQLException {
        return texts(connection, sql).get(0);
    }

    private static List<String> texts(Connection connection, String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                texts.add(result.getString(1));
            }
        }
        return texts;
    }
}
