package io.joulestream.storage;

import io.joulestream.core.ledger.ChannelMinute;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Asks which minutes of channels are stored as they are, or greater. A guarded upsert finds the same, but stages each row
 * first, and locks the stored one, and notes that in the log, before it leaves it alone.
 */
final class StoredMinutes {
    /** Of the pairs of a minute and a channel that are asked for, at least one in so many is a row. */
    private static final int ASKED_PER_ROW = 4;

    /** By both columns of the key, so that it takes an index lookup per pair whatever else lies in these minutes. */
    private static final String STORED = """
            select minute, channel_id, generation, revision from channel_minute
            where minute = any(?::timestamptz[]) and channel_id = any(?::int4[])
                and minute between ?::timestamptz and ?::timestamptz
            """;

    private static final String ANY_STORED = """
            select exists (select from unnest(?::timestamptz[], ?::int4[], ?::int4[], ?::int8[])
                               as r (minute, channel_id, generation, revision)
                           join channel_minute as t using (minute, channel_id)
                           where (t.generation, t.revision) >= (r.generation, r.revision))
            """;

    private record Key(int minute, int channel) {}

    private record Pair(int generation, long revision) {
        boolean isAtLeast(ChannelMinute row) {
            return generation > row.generation() || generation == row.generation() && revision >= row.revision();
        }
    }

    private StoredMinutes() {}

    /** Whether one of a few rows is stored as it is, or greater. */
    static boolean any(Connection connection, List<KeyedMinute> rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ANY_STORED)) {
            setArray(statement, 1, "text", rows, row -> row.row().minute().toString());
            setArray(statement, 2, "int4", rows, KeyedMinute::channel);
            setArray(statement, 3, "int4", rows, row -> row.row().generation());
            setArray(statement, 4, "int8", rows, row -> row.row().revision());
            try (ResultSet answer = statement.executeQuery()) {
                answer.next();
                return answer.getBoolean(1);
            }
        }
    }

    /** The rows that would change something; all of them where they lie too far apart to be asked for. */
    static List<ChannelMinute> changed(Connection connection, List<KeyedMinute> rows) throws SQLException {
        List<Instant> minutes =
                rows.stream().map(row -> row.row().minute()).distinct().sorted().toList();
        List<Integer> channels =
                rows.stream().map(KeyedMinute::channel).distinct().sorted().toList();
        boolean farApart = (long) minutes.size() * channels.size() > (long) ASKED_PER_ROW * rows.size();
        Map<Key, Pair> stored = farApart ? Map.of() : stored(connection, minutes, channels);
        return rows.stream()
                .filter(row -> {
                    Pair pair = stored.get(new Key(row.minute(), row.channel()));
                    return pair == null || !pair.isAtLeast(row.row());
                })
                .map(KeyedMinute::row)
                .toList();
    }

    private static Map<Key, Pair> stored(Connection connection, List<Instant> minutes, List<Integer> channels)
            throws SQLException {
        Map<Key, Pair> stored = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(STORED)) {
            setArray(statement, 1, "text", minutes, Instant::toString);
            setArray(statement, 2, "int4", channels, channel -> channel);
            statement.setString(3, minutes.get(0).toString());
            statement.setString(4, minutes.get(minutes.size() - 1).toString());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    long second = row.getObject(1, OffsetDateTime.class).toEpochSecond();
                    stored.put(
                            new Key(Math.toIntExact(Math.floorDiv(second, 60)), row.getInt(2)),
                            new Pair(row.getInt(3), row.getLong(4)));
                }
            }
        }
        return stored;
    }

    static <T> void setArray(
            PreparedStatement statement, int position, String type, List<T> rows, Function<T, Object> value)
            throws SQLException {
        statement.setArray(
                position,
                statement
                        .getConnection()
                        .createArrayOf(type, rows.stream().map(value).toArray()));
    }
}
