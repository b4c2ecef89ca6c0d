package io.joulestream.storage;

import io.joulestream.storage.DatabaseStatus.TableStatus;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks a server how it and the ledger's tables are. */
final class ReadStatus {
    private static final String SERVER = """
            select current_setting('server_version'), clock_timestamp(), pg_database_size(current_database()),
                (select extversion from pg_extension where extname = 'timescaledb')
            """;

    /** A hypertable is empty itself; what it holds lies in its chunks. */
    private static final String TABLES_OF_HYPERTABLES = """
            select format('%I.%I', hypertable_schema, hypertable_name)::regclass as parent,
                format('%I.%I', chunk_schema, chunk_name)::regclass as part
            from timescaledb_information.chunks
            """;

    private static final String NO_HYPERTABLES = "select null::regclass as parent, null::regclass as part where false";

    private static final String TABLES = """
            with chunk as (%s),
            relation as (
                select c.oid as ledger_table, c.oid as part, false as is_chunk from pg_class as c
                    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relname <> '%s'
                union all
                select parent, part, true from chunk
            )
            select t.relname, count(*) filter (where is_chunk), sum(nullif(p.reltuples, -1)),
                sum(pg_table_size(p.oid)), sum(pg_indexes_size(p.oid)),
                (select a.attname from pg_attribute as a where a.attrelid = t.oid and a.attname in ('minute', 'start'))
            from relation join pg_class as t on t.oid = ledger_table join pg_class as p on p.oid = part
            where t.relnamespace = current_schema()::regnamespace
            group by t.oid, t.relname order by t.relname
            """;

    private ReadStatus() {}

    static DatabaseStatus of(Connection connection, Schema.State schema) throws SQLException {
        Edition edition = Schema.edition(connection);
        try (Statement statement = connection.createStatement();
                ResultSet server = statement.executeQuery(SERVER)) {
            server.next();
            return new DatabaseStatus(
                    edition,
                    server.getString(1).replaceAll(" .*", ""),
                    Optional.ofNullable(server.getString(4)),
                    schema.version(),
                    schema.pending(),
                    server.getTimestamp(2).toInstant(),
                    server.getLong(3),
                    schema.version().isEmpty() ? List.of() : tables(connection, edition));
        }
    }

    private static List<TableStatus> tables(Connection connection, Edition edition) throws SQLException {
        String sql = TABLES.formatted(
                edition == Edition.PLAIN ? NO_HYPERTABLES : TABLES_OF_HYPERTABLES, Schema.HISTORY_TABLE);
        List<TableStatus> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet table = statement.executeQuery(sql)) {
            while (table.next()) {
                String name = table.getString(1);
                long rows = table.getLong(3);
                Optional<Long> known = table.wasNull() ? Optional.empty() : Optional.of(rows);
                String time = table.getString(6);
                tables.add(new TableStatus(
                        name,
                        table.getInt(2),
                        known,
                        table.getLong(4),
                        table.getLong(5),
                        time == null ? Optional.empty() : newest(connection, name, time)));
            }
        }
        return tables;
    }

    /** By the key, which begins with the time. */
    private static Optional<Instant> newest(Connection connection, String table, String time) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet newest = statement.executeQuery("select max(" + time + ") from " + table)) {
            newest.next();
            return Optional.ofNullable(newest.getTimestamp(1)).map(Timestamp::toInstant);
        }
    }
}
