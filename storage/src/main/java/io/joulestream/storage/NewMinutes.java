package io.joulestream.storage;

import io.joulestream.core.ledger.ChannelMinute;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import org.postgresql.util.PSQLState;

/**
 * Copies minutes of channels that are not stored yet straight into their table, and leaves out those that are stored as they
 * are. A guarded upsert looks for a stored row of each key before it writes one, and marks the row it writes twice in the
 * log; where history comes in, nearly every row is new, and that is more than half of the work. Where a topic is read again
 * nearly every row is stored, and the upsert locks each to find that nothing is to be done.
 *
 * <p>A row is believed to be new when its minute is after the last that this writer has stored of the channel. Before such
 * rows are copied a few of them are looked for: a job that has read its topic from the beginning meets all of them. The
 * table's key has the last word: where one row is there after all, nothing of the copy stays. Where a site was ever rebuilt
 * none is copied, because a generation may no longer write at its minute.
 *
 * <p>Where none was copied and one of a few rows is stored as it is, all are looked for ({@link StoredMinutes}), and only
 * those that change something go the guarded way.
 */
final class NewMinutes implements Shortcut<ChannelMinute> {
    private static final int LOOKED_FOR = 16;
    private static final int NEVER = Integer.MIN_VALUE;

    private static final String ANY_GENERATION = "select exists (select from generation)";

    private final NameIds names;
    private final BinaryCopy<ChannelMinute> copy;
    private final int fewest;
    /** By channel id, which the database counts from 1: the last minute stored, in minutes since 1970. */
    private int[] lastMinutes = new int[0];

    /** @param fewest rows that are worth the questions asked about them */
    NewMinutes(ChannelMinuteRow shape, NameIds names, int fewest) {
        this.names = names;
        this.fewest = fewest;
        copy = new BinaryCopy<>(shape, names, shape.table());
    }

    @Override
    public Outcome<ChannelMinute> store(Connection connection, Collection<ChannelMinute> rows) throws SQLException {
        if (rows.size() < fewest) {
            return new Outcome<>(0, rows);
        }
        List<KeyedMinute> keyed = new ArrayList<>(rows.size());
        List<KeyedMinute> fresh = new ArrayList<>(rows.size());
        List<ChannelMinute> others = new ArrayList<>();
        for (ChannelMinute row : rows) {
            KeyedMinute minute = KeyedMinute.of(row, names);
            keyed.add(minute);
            if (minute.minute() > lastMinute(minute.channel())) {
                fresh.add(minute);
            } else {
                others.add(row);
            }
        }
        if (fresh.size() >= fewest) {
            fresh.sort(KeyedMinute.IN_ORDER);
            if (!anyRebuilt(connection) && !StoredMinutes.any(connection, spread(fresh)) && copied(connection, fresh)) {
                return new Outcome<>(fresh.size(), others);
            }
        }
        boolean isReplay = StoredMinutes.anyAsGreat(connection, spread(keyed));
        return new Outcome<>(0, isReplay ? StoredMinutes.changed(connection, keyed) : rows);
    }

    private static boolean anyRebuilt(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(ANY_GENERATION)) {
            answer.next();
            return answer.getBoolean(1);
        }
    }

    private static List<KeyedMinute> spread(List<KeyedMinute> rows) {
        LinkedHashSet<Integer> positions = new LinkedHashSet<>();
        for (long i = 0; i < LOOKED_FOR; i++) {
            positions.add(Math.toIntExact(i * (rows.size() - 1) / (LOOKED_FOR - 1)));
        }
        return positions.stream().map(rows::get).toList();
    }

    private boolean copied(Connection connection, List<KeyedMinute> fresh) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            copy.copy(connection, fresh.stream().map(KeyedMinute::row).toList());
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
            KeyedMinute keyed = KeyedMinute.of(row, names);
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
}
