package io.joulestream.storage;

import java.util.List;

/**
 * How one kind of row lies in its table.
 *
 * @param <T> the row
 */
interface RowShape<T> {
    String table();

    /** Columns of the primary key. */
    List<String> key();

    /** The other columns. {@link #encode} writes the key and then these, in this order. */
    List<String> values();

    /** Equal for two rows exactly when they have one primary key. */
    Object identity(T row);

    /** Which of two rows of one identity is kept; {@code later} came later. */
    T keep(T earlier, T later);

    /** Asks for the ids that {@link #encode} needs. */
    void want(T row, NameIds names);

    void encode(T row, NameIds names, BinaryRows out);

    /** What becomes of a column when a greater row meets a stored one: SQL over {@code t} and {@code excluded}. */
    default String replacement(String column) {
        return "excluded." + column;
    }

    /** Whether a greater row replaces a stored one at all. */
    default boolean replaces() {
        return true;
    }
}
