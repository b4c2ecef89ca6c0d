package io.joulestream.storage;

import static java.util.stream.Collectors.joining;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * The rows that wait for one table, and the way they are stored: a binary COPY into a temporary table of this connection,
 * then one INSERT from it in the order of the key, which takes row locks in the same order in every writer and touches
 * neighbouring pages one after the other. A stored row is replaced only by one with a greater (generation, revision); an
 * equal one would cost a dead row at every replay.
 *
 * <p>PostgreSQL refuses two rows of one key in one statement, so the waiting rows are kept by key.
 */
final class StagedUpsert<T> {
    private static final int COPY_CHUNK_BYTES = 1 << 16;

    private final RowShape<T> shape;
    private final NameIds names;
    private final Map<Object, T> waiting = new HashMap<>();
    private final String create;
    private final String copy;
    private final String upsert;
    private boolean prepared;

    StagedUpsert(RowShape<T> shape, NameIds names) {
        this.shape = shape;
        this.names = names;
        List<String> columns = new ArrayList<>(shape.key());
        columns.addAll(shape.values());
        String all = String.join(", ", columns);
        String key = String.join(", ", shape.key());
        String staging = "staged_" + shape.table();
        create = "create temporary table " + staging + " (like " + shape.table() + ") on commit delete rows";
        copy = "copy pg_temp." + staging + " (" + all + ") from stdin (format binary)";
        upsert = "insert into " + shape.table() + " as t (" + all + ") select " + all + " from pg_temp." + staging
                + " as r" + ofItsGeneration() + " order by " + key + " on conflict (" + key + ") " + whenStored();
    }

    /**
     * A generation writes from its floor up to the floor of the next: a job that reads an old topic again does not bring
     * back what the next one found to be otherwise, and a new one leaves alone what lies before it. Where no site was ever
     * rebuilt that is asked once per statement, not once per row, which took a fifth of the time.
     */
    private String ofItsGeneration() {
        return shape.period()
                .map(period -> " where not exists (select from generation)"
                        + " or not exists (select from generation as g where g.site_id = " + shape.siteId()
                        + " and (g.in_force and g.generation > r.generation and g.floor <= r." + period
                        + " or g.generation = r.generation and g.floor > r." + period + "))")
                .orElse("");
    }

    private String whenStored() {
        if (!shape.replaces()) {
            return "do nothing";
        }
        String assignments = shape.values().stream()
                .map(column -> column + " = " + shape.replacement(column))
                .collect(joining(", "));
        return "do update set " + assignments
                + " where (t.generation, t.revision) < (excluded.generation, excluded.revision)";
    }

    RowShape<T> shape() {
        return shape;
    }

    void add(T row) {
        shape.want(row, names);
        waiting.merge(shape.identity(row), row, shape::keep);
    }

    void clear() {
        waiting.clear();
    }

    /** On a connection in auto-commit: a rollback would take the temporary table away. */
    void prepare(Connection connection) throws SQLException {
        if (prepared || waiting.isEmpty()) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(create);
        }
        prepared = true;
    }

    /** Inside the caller's transaction. Returns how many stored rows changed. */
    int store(Connection connection) throws SQLException {
        if (waiting.isEmpty()) {
            return 0;
        }
        try (Statement statement = connection.createStatement()) {
            copyIn(connection.unwrap(PGConnection.class));
            return statement.executeUpdate(upsert);
        }
    }

    private void copyIn(PGConnection connection) throws SQLException {
        CopyIn copying = connection.getCopyAPI().copyIn(copy);
        try {
            BinaryRows out = new BinaryRows(shape.key().size() + shape.values().size());
            for (T row : waiting.values()) {
                out.beginRow();
                shape.encode(row, names, out);
                if (out.size() >= COPY_CHUNK_BYTES) {
                    out.drainTo(copying);
                }
            }
            out.end();
            out.drainTo(copying);
            copying.endCopy();
        } finally {
            if (copying.isActive()) {
                copying.cancelCopy();
            }
        }
    }
}
