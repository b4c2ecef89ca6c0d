package io.joulestream.storage;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How one kind of row lies in its table.
 *
 * @param <T> the row
 */
interface RowShape<T> {
    /** The generation {@code g} that two parameters name, and rows {@code r} of those before it: the begin of a condition. */
    String STALE = "generation as g where g.site_id = ? and g.generation = ? and g.in_force"
            + " and r.generation < g.generation";

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

    /**
     * The column whose instant says which of a site's generations a row belongs to: when it starts, or, for what is told
     * at its end, when it ends. Empty for a row that belongs to none, which is then written whatever its time.
     */
    default Optional<String> period() {
        return Stream.concat(key().stream(), values().stream())
                .filter(Set.of("minute", "start", "ended_at", "kept_at")::contains)
                .findFirst();
    }

    /** The row's site, as SQL over a row {@code r} of the table. */
    default String siteId() {
        return key().contains("channel_id")
                ? "(select c.site_id from channel as c where c.channel_id = r.channel_id)"
                : "r.site_id";
    }

    /**
     * What takes away the rows that a generation should have written again and did not, as SQL. Such a row tells of something
     * that, as is known now, was not so. Its two parameters are the site's id and the generation; {@link StaleRows} adds the
     * condition of a range of the table's first column of the key.
     */
    default List<String> removeStale() {
        return period().stream()
                .map(period -> "delete from " + table() + " as r using " + STALE + " and r." + period
                        + " >= g.floor and " + ofSite())
                .toList();
    }

    private String ofSite() {
        return key().contains("channel_id")
                ? "exists (select from channel as c where c.channel_id = r.channel_id and c.site_id = g.site_id)"
                : "r.site_id = g.site_id";
    }

    /** Whether a greater row replaces a stored one at all. */
    default boolean replaces() {
        return true;
    }
}
