package io.joulestream.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;

/** A quicker way into a table for some of the rows that wait for it. For one thread. */
interface Shortcut<T> {
    /**
     * Stores what it can, inside the caller's transaction. The names of all rows are resolved.
     *
     * @return the rows that are left, which the caller stores
     */
    Collection<T> store(Connection connection, Collection<T> rows) throws SQLException;

    /** Told of all rows once their transaction is committed. */
    void committed(Collection<T> rows);

    static <T> Shortcut<T> none() {
        return new Shortcut<>() {
            @Override
            public Collection<T> store(Connection connection, Collection<T> rows) {
                return rows;
            }

            @Override
            public void committed(Collection<T> rows) {
                // nothing to learn
            }
        };
    }
}
