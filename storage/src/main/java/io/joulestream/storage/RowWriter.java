package io.joulestream.storage;

/** Writes rows of one kind over a connection of its own. For one thread. */
public interface RowWriter<T> extends AutoCloseable {
    /** Keeps the row until {@link #flush}, or less long where many are waiting. */
    void add(T row);

    /** Stores what waits, in one transaction. Returns how many stored rows changed since the last flush. */
    int flush();

    /** Closes the connection. Rows that still wait are not stored. */
    @Override
    void close();
}
