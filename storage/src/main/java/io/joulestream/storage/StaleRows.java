package io.joulestream.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * Takes away what a generation of a site left of those before it.
 *
 * <p>The rows looked through may be months of a fleet's minutes. They are taken by ranges of their table's first key column,
 * which has an index, each range in a transaction of its own: none is long, none holds a lock that the job waits for, and
 * what was done before a failure stays done. That all is done is noted with the generation, so that it is done once.
 *
 * <p>On a connection in auto-commit. For one thread.
 */
final class StaleRows {
    private static final Duration OF_MINUTES = Duration.ofHours(1);
    private static final Duration OF_HOURS = Duration.ofDays(1);
    private static final int RUNS = 100;

    private final Connection connection;
    private final String tenant;
    private final String site;
    private final int generation;

    StaleRows(Connection connection, String tenant, String site, int generation) {
        this.connection = connection;
        this.tenant = tenant;
        this.site = site;
        this.generation = generation;
    }

    /** Returns how many rows were taken away, or shortened. */
    long remove(List<? extends RowShape<?>> tables) throws SQLException, InterruptedException {
        OptionalInt siteId = siteToClean();
        if (siteId.isEmpty()) {
            return 0;
        }
        long removed = 0;
        for (RowShape<?> table : tables) {
            for (String sql : table.removeStale()) {
                removed += table.key().get(0).equals("run_key")
                        ? removeByRun(sql, siteId.getAsInt())
                        : removeByTime(sql, table, siteId.getAsInt());
            }
        }
        noteRemoved(siteId.getAsInt());
        return removed;
    }

    /** Empty where the generation is not in force, or has nothing to clean any more. */
    private OptionalInt siteToClean() throws SQLException {
        try (PreparedStatement ask = connection.prepareStatement("select g.site_id from generation as g"
                + " join site as s on s.site_id = g.site_id where s.tenant = ? and s.site = ? and g.generation = ?"
                + " and g.in_force and not g.stale_removed")) {
            ask.setString(1, Text.name(tenant));
            ask.setString(2, Text.name(site));
            ask.setInt(3, generation);
            try (ResultSet answer = ask.executeQuery()) {
                return answer.next() ? OptionalInt.of(answer.getInt(1)) : OptionalInt.empty();
            }
        }
    }

    private long removeByTime(String sql, RowShape<?> table, int siteId) throws SQLException, InterruptedException {
        String time = table.key().get(0);
        Duration range = time.equals("minute") ? OF_MINUTES : OF_HOURS;
        String next = "select min(" + time + ") from " + table.table() + " where " + time + " >= ?";
        try (PreparedStatement delete =
                        connection.prepareStatement(sql + " and r." + time + " >= ? and r." + time + " < ?");
                PreparedStatement first = connection.prepareStatement(next)) {
            long removed = 0;
            Timestamp from = first(first, floor(siteId));
            while (from != null) {
                Timestamp to = Timestamp.from(from.toInstant().plus(range));
                delete.setInt(1, siteId);
                delete.setInt(2, generation);
                delete.setTimestamp(3, from);
                delete.setTimestamp(4, to);
                removed += executed(delete);
                from = first(first, to);
            }
            return removed;
        }
    }

    /** The first time of a row at or after another; null where there is none. */
    private static Timestamp first(PreparedStatement ask, Timestamp from) throws SQLException {
        ask.setTimestamp(1, from);
        try (ResultSet answer = ask.executeQuery()) {
            answer.next();
            return answer.getTimestamp(1);
        }
    }

    private Timestamp floor(int siteId) throws SQLException {
        try (PreparedStatement ask =
                connection.prepareStatement("select floor from generation where site_id = ? and generation = ?")) {
            ask.setInt(1, siteId);
            ask.setInt(2, generation);
            try (ResultSet answer = ask.executeQuery()) {
                answer.next();
                return answer.getTimestamp(1);
            }
        }
    }

    private long removeByRun(String sql, int siteId) throws SQLException, InterruptedException {
        try (PreparedStatement delete = connection.prepareStatement(sql + " and r.run_key >= ? and r.run_key < ?")) {
            long removed = 0;
            int last = lastRun();
            for (int from = 0; from <= last; from = Math.addExact(from, RUNS)) {
                delete.setInt(1, siteId);
                delete.setInt(2, generation);
                delete.setInt(3, from);
                delete.setInt(4, Math.addExact(from, RUNS));
                removed += executed(delete);
            }
            return removed;
        }
    }

    private int lastRun() throws SQLException {
        try (PreparedStatement ask = connection.prepareStatement("select coalesce(max(run_key), 0) from run");
                ResultSet answer = ask.executeQuery()) {
            answer.next();
            return answer.getInt(1);
        }
    }

    private static int executed(PreparedStatement delete) throws SQLException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("rows of earlier generations are not all removed");
        }
        return delete.executeUpdate();
    }

    private void noteRemoved(int siteId) throws SQLException {
        try (PreparedStatement note = connection.prepareStatement(
                "update generation set stale_removed = true where site_id = ? and generation = ?")) {
            note.setInt(1, siteId);
            note.setInt(2, generation);
            note.executeUpdate();
        }
    }
}
