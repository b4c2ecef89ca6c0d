package io.joulestream.app.cluster;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The rows of all ledger tables, that is, of every table with a generation and a revision. */
public final class RowVersions {
    private static final String LEDGER_TABLES = """
            select c.table_name,
                   bool_or(c.column_name = 'site_id'), bool_or(c.column_name = 'channel_id'),
                   bool_or(c.column_name = 'run_key')
            from information_schema.columns c
            join information_schema.tables t using (table_schema, table_name)
            where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
            group by c.table_name
            having bool_or(c.column_name = 'generation') and bool_or(c.column_name = 'revision')
            order by c.table_name
            """;

    private RowVersions() {}

    /** Where each row lies and which transaction wrote it: a row that was written again would differ. Closes the connection. */
    static List<String> of(Connection connection) throws SQLException {
        try (connection) {
            List<String> versions = new ArrayList<>();
            for (String table : texts(connection, LEDGER_TABLES)) {
                versions.addAll(texts(
                        connection,
                        "select '" + table + " ' || t.xmin || t.ctid from " + table + " t order by t.ctid"));
            }
            return versions;
        }
    }

    /** Every column of every row, with names instead of ids, which depend on who came first. Closes the connection. */
    public static List<String> contents(Connection connection) throws SQLException {
        try (connection;
                Statement statement = connection.createStatement();
                ResultSet tables = statement.executeQuery(LEDGER_TABLES)) {
            List<String> contents = new ArrayList<>();
            while (tables.next()) {
                String table = tables.getString(1);
                boolean site = tables.getBoolean(2);
                boolean channel = tables.getBoolean(3);
                boolean run = tables.getBoolean(4);
                contents.addAll(texts(
                        connection,
                        "select '" + table + "' || (to_jsonb(t) - 'site_id' - 'channel_id' - 'run_key')::text"
                                + (site
                                        ? " || (select s.tenant || s.site from site s where s.site_id = t.site_id)"
                                        : "")
                                + (channel
                                        ? " || (select s.site || c.entity || c.metric from channel c join site s using (site_id)"
                                                + " where c.channel_id = t.channel_id)"
                                        : "")
                                + (run ? " || (select r.run from run r where r.run_key = t.run_key)" : "")
                                + " from " + table + " t order by 1"));
            }
            return contents;
        }
    }

    private static List<String> texts(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (result.next()) {
                texts.add(result.getString(1));
            }
            return texts;
        }
    }
}
