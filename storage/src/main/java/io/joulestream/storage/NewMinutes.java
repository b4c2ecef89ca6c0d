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

    /** A row, and its key as the table has it: finding the id takes longer than all else here, so it is done once. */
    private record Keyed(int minute, int channel, ChannelMinute row) {
        private static final Comparator<Keyed> IN_ORDER =
                Comparator.comparingInt(Keyed::minute).thenComparingInt(Keyed::channel);
    }

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
        List<Keyed> fresh = new ArrayList<>(rows.size());
        List<ChannelMinute> others = new ArrayList<>();
        for (ChannelMinute row : rows) {
            Keyed keyed = keyed(row);
            if (keyed.minute() > lastMinute(keyed.channel())) {
                fresh.add(keyed);
            } else {
                others.add(row);
            }
        }
        if (fresh.size() < fewest) {
            return rows;
        }
        fresh.sort(Keyed.IN_ORDER);
        return !anyStored(connection, fresh) && copied(connection, fresh) ? others : rows;
    }

    private boolean anyStored(Connection connection, List<Keyed> fresh) throws SQLException {
        List<Keyed> some = spread(fresh);
        try (PreparedStatement statement = connection.prepareStatement(ANY_STORED)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "text",
                            some.stream()
                                    .map(keyed -> keyed.row().minute().toString())
                                    .toArray()));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "int4", some.stream().map(Keyed::channel).toArray()));
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getBoolean(1);
            }
        }
    }

    private static List<Keyed> spread(List<Keyed> rows) {
        LinkedHashSet<Integer> positions = new LinkedHashSet<>();
        for (long i = 0; i < LOOKED_FOR; i++) {
            positions.add(Math.toIntExact(i * (rows.size() - 1) / (LOOKED_FOR - 1)));
        }
        return positions.stream().map(rows::get).toList();
    }

    private boolean copied(Connection connection, List<Keyed> fresh) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            copy.copy(connection, fresh.stream().map(Keyed::row).toList());
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
            Keyed keyed = keyed(row);
            int channel = keyed.channel();
            if (channel >= lastMinutes.length) {
                int known = lastMinutes.length;
                lastMinutes = Arrays.copyOf(lastMinutes, Math.max(channel + 1, 2 * known));
                Arrays.fill(lastMinutes, known, lastMinutes.length, NEVER);
            }
            lastMinutes[channel] = Math.max(lastMinutes[channel], keyed.minute());
        }
    }

    /** Of a channel this writer has not met: none of its minutes is known to be the first. */
    private int lastMinute(int channel) {
        int last = channel < lastMinutes.length ? lastMinutes[channel] : NEVER;
        return last == NEVER ? Integer.MAX_VALUE : last;
    }

    private Keyed keyed(ChannelMinute row) {
        return new Keyed(
                Math.toIntExact(Math.floorDiv(row.minute().getEpochSecond(), 60)),
                names.channelId(row.tenant(), row.site(), row.entity(), row.metric()),
                row);
    }
}
