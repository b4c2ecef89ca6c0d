package io.joulestream.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;

/** What {@link WrittenDays} noted, as whoever removes minutes of one table reads it. For one thread. */
final class DayNotes {
    private static final String DAYS = "generate_series(date_trunc('day', ?::timestamptz, 'UTC'),"
            + " ?::timestamptz - interval '1 microsecond', interval '1 day')";

    private final Connection connection;
    private final MinuteTable table;
    private final Instant writtenBefore;

    /** @param writtenBefore the time of a note that is old */
    DayNotes(Connection connection, MinuteTable table, Instant writtenBefore) {
        this.connection = connection;
        this.table = table;
        this.writtenBefore = writtenBefore;
    }

    /** Takes days in {@code [from, to)} of which nothing is known as written just now. */
    void noteUnknown(Instant from, Instant to) throws SQLException {
        try (PreparedStatement note = connection.prepareStatement(
                "insert into minute_day (minute_table, day, written_at) select ?, (day at time zone 'UTC')::date,"
                        + " clock_timestamp() from " + DAYS + " as day on conflict do nothing")) {
            note.setString(1, table.sql());
            bind(note, from, to);
            note.executeUpdate();
        }
    }

    /** Whether nothing was written to the days in {@code [from, to)} lately. Until the transaction's end nobody begins to. */
    boolean lockWhereOld(Instant from, Instant to) throws SQLException {
        String sql = "with noted as materialized (select written_at from minute_day where minute_table = ? and day in"
                + " (select (day at time zone 'UTC')::date from " + DAYS + " as day) order by day for update)"
                + " select coalesce(max(written_at) < ?, false) from noted";
        try (PreparedStatement ask = connection.prepareStatement(sql)) {
            ask.setString(1, table.sql());
            bind(ask, from, to);
            ask.setTimestamp(4, Timestamp.from(writtenBefore));
            try (ResultSet answer = ask.executeQuery()) {
                answer.next();
                return answer.getBoolean(1);
            }
        }
    }

    private static void bind(PreparedStatement statement, Instant from, Instant to) throws SQLException {
        statement.setTimestamp(2, Timestamp.from(from));
        statement.setTimestamp(3, Timestamp.from(to));
    }

    /** Forgets old notes of days before an instant that have no row. */
    void forget(Instant before) throws SQLException {
        String sql =
                "delete from minute_day as d where minute_table = ? and day < (?::timestamptz at time zone 'UTC')::date"
                        + " and written_at < ? and not exists (select from " + table.sql() + " as m"
                        + " where m.minute >= d.day::timestamp at time zone 'UTC'"
                        + " and m.minute < (d.day + 1)::timestamp at time zone 'UTC')";
        try (PreparedStatement forget = connection.prepareStatement(sql)) {
            forget.setString(1, table.sql());
            forget.setTimestamp(2, Timestamp.from(before));
            forget.setTimestamp(3, Timestamp.from(writtenBefore));
            forget.executeUpdate();
        }
    }
}
