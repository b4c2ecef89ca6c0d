package io.joulestream.storage;

import io.joulestream.storage.DatabaseStatus.TableStatus;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
                format('%I.%I', chunk_schema, chunk_name)::regclass as part, is_compressed
            from timescaledb_information.chunks
            """;

    private static final String NO_HYPERTABLES =
            "select null::regclass as parent, null::regclass as part," + " null::boolean as is_compressed where false";

    private static final String TABLES = """
            with chunk as (%s),
            relation as (
                select c.oid as ledger_table, c.oid as part, false as is_chunk, false as is_compressed from pg_class as c
                    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relname <> '%s'
                union all
                select parent, part, true, is_compressed from chunk
            )
            select t.relname, count(*) filter (where is_chunk), count(*) filter (where is_compressed),
                sum(nullif(p.reltuples, -1)), sum(pg_table_size(p.oid)), sum(pg_indexes_size(p.oid)),
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
                    edition == Edition.PLAIN ? Optional.empty() : ChunkLength.of(connection),
                    schema.version().isEmpty() ? List.of() : tables(connection, edition));
        }
    }

    private static List<TableStatus> tables(Connection connection, Edition edition) throws SQLException {
        String sql = TABLES.formatted(
                edition == Edition.PLAIN ? NO_HYPERTABLES : TABLES_OF_HYPERTABLES, Schema.HISTORY_TABLE);
        Map<String, Instant> keptFrom = keptFrom(connection);
        List<TableStatus> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet table = statement.executeQuery(sql)) {
            while (table.next()) {
                String name = table.getString(1);
                int compressedChunks = table.getInt(3);
                long rows = table.getLong(4);
                Optional<Long> known = table.wasNull() ? Optional.empty() : Optional.of(rows);
                Size size = compressedChunks == 0
                        ? new Size(known, table.getLong(5), table.getLong(6))
                        : withColumnstore(connection, name);
                Optional<String> time = Optional.ofNullable(table.getString(7));
                tables.add(new TableStatus(
                        name,
                        table.getInt(2),
                        compressedChunks,
                        size.rows(),
                        size.tableBytes(),
                        size.indexBytes(),
                        Optional.ofNullable(keptFrom.get(name)),
                        time.isEmpty() ? Optional.empty() : edge(connection, name, "min(" + time.get() + ")"),
                        time.isEmpty() ? Optional.empty() : edge(connection, name, "max(" + time.get() + ")")));
            }
        }
        return tables;
    }

    private record Size(Optional<Long> rows, long tableBytes, long indexBytes) {}

    /** What lies in the columnstore lies beside its chunk. */
    private static Size withColumnstore(Connection connection, String table) throws SQLException {
        String sql = "select approximate_row_count('%1$s'), sum(table_bytes + toast_bytes), sum(index_bytes)"
                + " from hypertable_detailed_size('%1$s')";
        try (Statement statement = connection.createStatement();
                ResultSet size = statement.executeQuery(sql.formatted(table))) {
            size.next();
            return new Size(Optional.of(size.getLong(1)), size.getLong(2), size.getLong(3));
        }
    }

    /** By table; a schema that waits for its migration knows of none. */
    private static Map<String, Instant> keptFrom(Connection connection) throws SQLException {
        Map<String, Instant> keptFrom = new HashMap<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet known = statement.executeQuery("select to_regclass('minute_keeping') is not null")) {
                known.next();
                if (!known.getBoolean(1)) {
                    return keptFrom;
                }
            }
            try (ResultSet kept = statement.executeQuery("select minute_table, kept_from from minute_keeping")) {
                while (kept.next()) {
                    keptFrom.put(kept.getString(1), kept.getTimestamp(2).toInstant());
                }
            }
        }
        return keptFrom;
    }

    /** By the key, which begins with the time. */
    private static Optional<Instant> edge(Connection connection, String table, String time) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet edge = statement.executeQuery("select " + time + " from " + table)) {
            edge.next();
            return Optional.ofNullable(edge.getTimestamp(1)).map(Timestamp::toInstant);
        }
    }
}
