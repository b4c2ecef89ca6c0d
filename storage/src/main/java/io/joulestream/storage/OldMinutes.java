package io.joulestream.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Removes the minutes of one table that are older than what is kept, and to whose day nothing was written lately: from a
 * hypertable by chunks, else by ranges of the key. Each chunk or range is a transaction of its own, so none holds a lock for
 * long, and what was done before a failure stays done. On a connection in auto-commit. For one thread.
 */
final class OldMinutes {
    private static final int ROWS_AT_ONCE = 10_000;

    /** A chunk is dropped under the strongest lock there is; who waits for it makes others wait. */
    private static final String PATIENCE = "set local lock_timeout = '2s'";

    private static final String TOLD = """
            insert into told_hours as t (channel_id, hours)
            select channel_id, range_agg(tstzrange(hour, hour + interval '1 hour')) from (
                select distinct channel_id, date_bin('1 hour', minute, timestamptz '2000-01-01 00:00:00+00') as hour
                from channel_minute where minute >= ? and minute < ? and samples > 0) as told
            group by channel_id order by channel_id
            on conflict (channel_id) do update set hours = t.hours + excluded.hours where not t.hours @> excluded.hours
            """;

    private record Span(Instant from, Instant to) {}

    private final Connection connection;
    private final MinuteTable table;
    private final Instant before;
    private final DayNotes notes;

    /** @param before the start of a UTC day */
    OldMinutes(Connection connection, MinuteTable table, Instant before, DayNotes notes) {
        this.connection = connection;
        this.table = table;
        this.before = before;
        this.notes = notes;
    }

    /** Returns how many rows went. */
    long removeRows() throws SQLException, InterruptedException {
        long removed = 0;
        Instant from = first(Instant.EPOCH);
        while (from != null && from.isBefore(before)) {
            Instant day = from.truncatedTo(ChronoUnit.DAYS);
            Instant end = day.plus(1, ChronoUnit.DAYS);
            if (isOld(day, end)) {
                removed += removeDay(day, end);
            }
            from = first(end);
        }
        notes.forget(before);
        return removed;
    }

    private long removeDay(Instant day, Instant end) throws SQLException, InterruptedException {
        keepTold(day, end);
        long removed = 0;
        Instant from = day;
        while (from.isBefore(end)) {
            stopWhereAsked();
            Instant to = endOfRange(from, end);
            long went = removeWhereOld(new Span(from, to), this::delete);
            if (went < 0) {
                return removed;
            }
            removed += went;
            from = to;
        }
        return removed;
    }

    /** Returns how many chunks went. */
    int removeChunks() throws SQLException, InterruptedException {
        int removed = 0;
        for (Chunk chunk : Chunk.endedBy(connection, table, before)) {
            stopWhereAsked();
            if (isOld(chunk.from(), chunk.to())) {
                keepTold(chunk.from(), chunk.to());
                if (removeWhereOld(new Span(chunk.from(), chunk.to()), this::drop) >= 0) {
                    removed++;
                }
            }
        }
        notes.forget(before);
        return removed;
    }

    private boolean isOld(Instant from, Instant to) throws SQLException {
        notes.noteUnknown(from, to);
        return notes.lockWhereOld(from, to);
    }

    private interface Removal {
        long of(Span span) throws SQLException;
    }

    /** Returns how many rows went; below 0 where somebody has begun to write meanwhile. */
    private long removeWhereOld(Span span, Removal removal) throws SQLException {
        connection.setAutoCommit(false);
        try {
            long removed = notes.lockWhereOld(span.from(), span.to()) ? removal.of(span) : -1;
            connection.commit();
            return removed;
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private long delete(Span span) throws SQLException {
        String sql = "delete from " + table.sql() + " as m where minute >= ? and minute < ?"
                + table.stays().map(stays -> " and not (" + stays + ")").orElse("");
        try (PreparedStatement delete = connection.prepareStatement(sql)) {
            bind(delete, span);
            return delete.executeUpdate();
        }
    }

    private long drop(Span chunk) throws SQLException {
        try (Statement patience = connection.createStatement();
                PreparedStatement drop = connection.prepareStatement("select count(*) from drop_chunks('" + table.sql()
                        + "', newer_than => ?::timestamptz, older_than => ?::timestamptz)")) {
            patience.execute(PATIENCE);
            bind(drop, chunk);
            try (ResultSet dropped = drop.executeQuery()) {
                dropped.next();
                return dropped.getLong(1);
            }
        }
    }

    /** Of channels: imports must know which hours were told, also without their minutes. */
    private void keepTold(Instant from, Instant to) throws SQLException {
        if (table != MinuteTable.CHANNEL_MINUTE) {
            return;
        }
        try (PreparedStatement keep = connection.prepareStatement(TOLD)) {
            bind(keep, new Span(from, to));
            keep.executeUpdate();
        }
    }

    /** The first minute at or after an instant; null where there is none. */
    private Instant first(Instant from) throws SQLException {
        try (PreparedStatement ask =
                connection.prepareStatement("select min(minute) from " + table.sql() + " where minute >= ?")) {
            ask.setTimestamp(1, Timestamp.from(from));
            try (ResultSet answer = ask.executeQuery()) {
                answer.next();
                Timestamp first = answer.getTimestamp(1);
                return first == null ? null : first.toInstant();
            }
        }
    }

    /** Where about so many rows end; at least a minute on. */
    private Instant endOfRange(Instant from, Instant end) throws SQLException {
        try (PreparedStatement ask = connection.prepareStatement("select minute from " + table.sql()
                + " where minute >= ? and minute < ? order by minute offset " + ROWS_AT_ONCE + " limit 1")) {
            bind(ask, new Span(from, end));
            try (ResultSet answer = ask.executeQuery()) {
                if (!answer.next()) {
                    return end;
                }
                Instant to = answer.getTimestamp(1).toInstant();
                return to.isAfter(from) ? to : from.plus(1, ChronoUnit.MINUTES);
            }
        }
    }

    private static void bind(PreparedStatement statement, Span span) throws SQLException {
        statement.setTimestamp(1, Timestamp.from(span.from()));
        statement.setTimestamp(2, Timestamp.from(span.to()));
    }

    private static void stopWhereAsked() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("old minutes are not all removed");
        }
    }
}
