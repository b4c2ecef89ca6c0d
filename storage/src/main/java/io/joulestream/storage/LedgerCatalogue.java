package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.SCHEMA_INFO;
import static java.util.stream.Collectors.toUnmodifiableSet;

import io.joulestream.storage.generated.DefaultSchema;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jooq.Named;

/**
 * What holds the ledger's rows, as the server's own catalogue says, of the tables that the migrations make: one that a
 * migration adds is in it by itself, because the generated classes are.
 */
final class LedgerCatalogue {
    /** What tells of the schema itself, and is made by it: Flyway's history, and which product opened it. */
    private static final Set<String> OF_THE_SCHEMA = Set.of(Schema.HISTORY_TABLE, SCHEMA_INFO.getName());

    private static final Set<String> OF_THE_LEDGER = DefaultSchema.DEFAULT_SCHEMA.getTables().stream()
            .map(Named::getName)
            .filter(name -> !OF_THE_SCHEMA.contains(name))
            .collect(toUnmodifiableSet());

    /** Chunks and partitions are read through their parents. */
    private static final String TABLES = """
            select c.relname, array(
                select a.attname::text from pg_attribute as a
                where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
                order by a.attnum)
            from pg_class as c
            where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
            order by c.relname
            """;

    private static final String REFERENCES = """
            select t.relname, r.relname
            from pg_constraint as f join pg_class as t on t.oid = f.conrelid join pg_class as r on r.oid = f.confrelid
            where f.contype = 'f' and t.oid <> r.oid and t.relnamespace = current_schema()::regnamespace
            """;

    private static final String SEQUENCES = """
            select c.relname, a.attname, pg_get_serial_sequence(quote_ident(c.relname), a.attname)
            from pg_class as c join pg_attribute as a on a.attrelid = c.oid
            where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
                and a.attnum > 0 and not a.attisdropped
                and pg_get_serial_sequence(quote_ident(c.relname), a.attname) is not null
            order by c.relname, a.attnum
            """;

    private LedgerCatalogue() {}

    record Table(String name, List<String> columns) {
        /** As SQL wants it. */
        String columnList() {
            return String.join(
                    ", ", columns.stream().map(LedgerCatalogue::quoted).toList());
        }

        String quotedName() {
            return quoted(name);
        }
    }

    /** @param name with its schema, as SQL wants it */
    record Sequence(String table, String column, String name) {}

    /** Those that others refer to first. */
    static List<Table> tables(Connection connection) throws SQLException {
        Map<String, Table> left = new TreeMap<>();
        for (Table table : all(connection)) {
            if (OF_THE_LEDGER.contains(table.name())) {
                left.put(table.name(), table);
            }
        }
        List<String> names = new ArrayList<>(left.keySet());
        Map<String, Set<String>> needs = references(connection);
        List<Table> ordered = new ArrayList<>();
        while (!names.isEmpty()) {
            String next = names.stream()
                    .filter(name -> needs.getOrDefault(name, Set.of()).stream().noneMatch(left::containsKey))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("tables refer to each other in a circle: " + names));
            names.remove(next);
            ordered.add(left.remove(next));
        }
        return ordered;
    }

    /** The names of tables that are neither the ledger's nor the schema's: an extension's, or made by hand. */
    static List<String> foreignTables(Connection connection) throws SQLException {
        return all(connection).stream()
                .map(Table::name)
                .filter(name -> !OF_THE_LEDGER.contains(name) && !OF_THE_SCHEMA.contains(name))
                .toList();
    }

    private static List<Table> all(Connection connection) throws SQLException {
        List<Table> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet table = statement.executeQuery(TABLES)) {
            while (table.next()) {
                tables.add(new Table(table.getString(1), texts(table.getArray(2))));
            }
        }
        return tables;
    }

    private static Map<String, Set<String>> references(Connection connection) throws SQLException {
        Map<String, Set<String>> needs = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet reference = statement.executeQuery(REFERENCES)) {
            while (reference.next()) {
                needs.computeIfAbsent(reference.getString(1), table -> new HashSet<>())
                        .add(reference.getString(2));
            }
        }
        return needs;
    }

    static List<Sequence> sequences(Connection connection) throws SQLException {
        List<Sequence> sequences = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet sequence = statement.executeQuery(SEQUENCES)) {
            while (sequence.next()) {
                if (OF_THE_LEDGER.contains(sequence.getString(1))) {
                    sequences.add(new Sequence(sequence.getString(1), sequence.getString(2), sequence.getString(3)));
                }
            }
        }
        return sequences;
    }

    static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    private static List<String> texts(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }
}
