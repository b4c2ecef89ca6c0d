package io.joulestream.storage;

import io.joulestream.core.ledger.ChannelMinute;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import org.postgresql.util.PSQLState;

/**
 * Copies minutes of channels that are not stored yet straight into their table. A guarded upsert looks for a stored row of
 * each key before it writes one, and marks the row it writes twice in the log; where history comes in, nearly every row is
 * new, and that is more than half of the work.
 *
 * <p>A row is believed to be new when its minute is after the last that this writer has stored of the channel. Before such
 * rows are copied a few of them are looked for: a job that has read its topic from the beginning meets all of them. The
 * table's key has the last word: where one row is there after all, nothing of the copy stays, and all rows go the guarded
 * way. Where a site was ever rebuilt every row does, because a generation may no longer write at its minute.
 */
final class NewMinutes implements Shortcut<ChannelMinute> {
    private static final int LOOKED_FOR = 16;
    private static final int NEVER = Integer.MIN_VALUE;

    private static final String ANY_STORED = """
            select exists (select from generation)
                or exists (select from unnest(?::timestamptz[], ?::int4[]) as r (minute, channel_id)
                           join channel_minute as t using (minute, channel_id))
            """;

    private final NameIds names;
    private final BinaryCopy<ChannelMinute> copy;
    private final int fewest;
    /** By channel id, which the database counts from 1: the last minute stored, in minutes since 1970. */
    private int[] lastMinutes = new int[0];

    /** @param fewest rows that are worth the questions asked before a copy */
    NewMinutes(ChannelMinuteRow shape, NameIds names, int fewest) {
        this.names = names;
        this.fewest = fewest;
        copy = new BinaryCopy<>(shape, names, shape.table());
    }

    @Override
    public Collection<ChannelMinute> store(Connection connection, Collection<ChannelMinute> rows) throws SQLException {
        List<ChannelMinute> fresh = new ArrayList<>(rows.size());
        List<ChannelMinute> others = new ArrayList<>();
        for (ChannelMinute row : rows) {
            (minuteOf(row) > lastMinute(channelId(row)) ? fresh : others).add(row);
        }
        if (fresh.size() < fewest) {
            return rows;
        }
        fresh.sort(Comparator.comparing(ChannelMinute::minute).thenComparingInt(this::channelId));
        return !anyStored(connection, fresh) && copied(connection, fresh) ? others : rows;
    }

    private boolean anyStored(Connection connection, List<ChannelMinute> fresh) throws SQLException {
        List<ChannelMinute> some = spread(fresh);
        try (PreparedStatement statement = connection.prepareStatement(ANY_STORED)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "text",
                            some.stream().map(row -> row.minute().toString()).toArray()));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "int4", some.stream().map(this::channelId).toArray()));
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getBoolean(1);
            }
        }
    }

    private static List<ChannelMinute> spread(List<ChannelMinute> rows) {
        LinkedHashSet<Integer> positions = new LinkedHashSet<>();
        for (long i = 0; i < LOOKED_FOR; i++) {
            positions.add(Math.toIntExact(i * (rows.size() - 1) / (LOOKED_FOR - 1)));
        }
        return positions.stream().map(rows::get).toList();
    }

    private boolean copied(Connection connection, List<ChannelMinute> fresh) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            copy.copy(connection, fresh);
            return true;
        } catch (SQLException e) {
            if (!PSQLState.UNIQUE_VIOLATION.getState().equals(e.getSQLState())) {
                throw e;
            }
            connection.rollback(before);
            return false;
        }
    }

    @Override
    public void committed(Collection<ChannelMinute> rows) {
        for (ChannelMinute row : rows) {
            int channel = channelId(row);
            if (channel >= lastMinutes.length) {
                int known = lastMinutes.length;
                lastMinutes = Arrays.copyOf(lastMinutes, Math.max(channel + 1, 2 * known));
                Arrays.fill(lastMinutes, known, lastMinutes.length, NEVER);
            }
            lastMinutes[channel] = Math.max(lastMinutes[channel], minuteOf(row));
        }
    }

    /** Of a channel this writer has not met: none of its minutes is known to be the first. */
    private int lastMinute(int channel) {
        int last = channel < lastMinutes.length ? lastMinutes[channel] : NEVER;
        return last == NEVER ? Integer.MAX_VALUE : last;
    }

    private int channelId(ChannelMinute row) {
        return names.channelId(row.tenant(), row.site(), row.entity(), row.metric());
    }

    private static int minuteOf(ChannelMinute row) {
        return Math.toIntExact(Math.floorDiv(row.minute().getEpochSecond(), 60));
    }
}
