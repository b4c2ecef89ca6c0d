package io.joulestream.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;

/** A quicker way into a table for some of the rows that wait for it. For one thread. */
interface Shortcut<T> {
    /**
     * @param stored how many rows were stored that were not before
     * @param left the rows that the caller stores; all others are stored
     */
    record Outcome<T>(int stored, Collection<T> left) {}

    /** Stores what it can, inside the caller's transaction. The names of all rows are resolved. */
    Outcome<T> store(Connection connection, Collection<T> rows) throws SQLException;

    /** Told of all rows once their transaction is committed. */
    void committed(Collection<T> rows);

    static <T> Shortcut<T> none() {
        return new Shortcut<>() {
            @Override
            public Outcome<T> store(Connection connection, Collection<T> rows) {
                return new Outcome<>(0, rows);
            }

            @Override
            public void committed(Collection<T> rows) {
                // nothing to learn
            }
        };
    }
}
