package io.joulestream.storage;

import static java.util.stream.Collectors.joining;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The rows that wait for one table, and the way they are stored: a binary COPY into a temporary table of this connection,
 * then one INSERT from it in the order of the key, which takes row locks in the same order in every writer and touches
 * neighbouring pages one after the other. A stored row is replaced only by one with a greater (generation, revision); an
 * equal one would cost a dead row at every replay.
 *
 * <p>PostgreSQL refuses two rows of one key in one statement, so the waiting rows are kept by key.
 */
final class StagedUpsert<T> {
    private final RowShape<T> shape;
    private final NameIds names;
    private final Shortcut<T> shortcut;
    /** In the order in which they came, which is nearly that of the key: sorting takes no time then. */
    private final Map<Object, T> waiting = new LinkedHashMap<>();

    private final String create;
    private final BinaryCopy<T> staging;
    private final String upsert;
    private boolean prepared;

    StagedUpsert(RowShape<T> shape, NameIds names) {
        this(shape, names, Shortcut.none());
    }

    StagedUpsert(RowShape<T> shape, NameIds names, Shortcut<T> shortcut) {
        this.shape = shape;
        this.names = names;
        this.shortcut = shortcut;
        String all = String.join(", ", BinaryCopy.columns(shape));
        String key = String.join(", ", shape.key());
        String staged = "staged_" + shape.table();
        create = "create temporary table " + staged + " (like " + shape.table() + ") on commit delete rows";
        staging = new BinaryCopy<>(shape, names, "pg_temp." + staged);
        upsert = "insert into " + shape.table() + " as t (" + all + ") select " + all + " from pg_temp." + staged
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

    /** What waited is stored for good. */
    void committed() {
        shortcut.committed(waiting.values());
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
        Shortcut.Outcome<T> outcome = shortcut.store(connection, waiting.values());
        if (outcome.left().isEmpty()) {
            return outcome.stored();
        }
        try (Statement statement = connection.createStatement()) {
            staging.copy(connection, outcome.left());
            return outcome.stored() + statement.executeUpdate(upsert);
        }
    }
}
