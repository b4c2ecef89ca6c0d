package io.joulestream.storage;

import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.Revised;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Asks which minutes of channels are stored as they are, or greater. A guarded upsert finds the same, but stages each row
 * first, and locks the stored one, and notes that in the log, before it leaves it alone.
 *
 * <p>Every question names the first and the last minute it is about, so that a hypertable opens only the chunks between.
 */
final class StoredMinutes {
    /** Of the pairs of a minute and a channel that are asked for, at least one in so many is a row. */
    private static final int ASKED_PER_ROW = 4;

    /** By both columns of the key: what other channels there are in these minutes need not be read. */
    private static final String STORED = """
            select minute, channel_id, generation, revision from channel_minute
            where minute between ? and ? and minute = any(?) and channel_id = any(?)
            """;

    private static final String ANY = """
            select exists (select from unnest(?, ?) as r (minute, channel_id)
                           join channel_minute as t using (minute, channel_id) where t.minute between ? and ?)
            """;

    private static final String ANY_AS_GREAT = """
            select exists (select from unnest(?, ?, ?, ?) as r (minute, channel_id, generation, revision)
                           join channel_minute as t using (minute, channel_id)
                           where t.minute between ? and ? and (t.generation, t.revision) >= (r.generation, r.revision))
            """;

    private record Key(int minute, int channel) {}

    private record Pair(int generation, long revision) implements Revised {}

    private StoredMinutes() {}

    /** Whether one of a few rows is stored, as it is or otherwise. */
    static boolean any(Connection connection, List<KeyedMinute> rows) throws SQLException {
        try (PreparedStatement question = connection.prepareStatement(ANY)) {
            setArray(question, 1, "timestamptz", rows, row -> row.row().minute());
            setArray(question, 2, "int4", rows, KeyedMinute::channel);
            setRange(question, 3, minutes(rows));
            return isTrue(question);
        }
    }

    /** Whether one of a few rows is stored as it is, or greater. */
    static boolean anyAsGreat(Connection connection, List<KeyedMinute> rows) throws SQLException {
        try (PreparedStatement question = connection.prepareStatement(ANY_AS_GREAT)) {
            setArray(question, 1, "timestamptz", rows, row -> row.row().minute());
            setArray(question, 2, "int4", rows, KeyedMinute::channel);
            setArray(question, 3, "int4", rows, row -> row.row().generation());
            setArray(question, 4, "int8", rows, row -> row.row().revision());
            setRange(question, 5, minutes(rows));
            return isTrue(question);
        }
    }

    /** The rows that would change something; all of them where they lie too far apart to be asked for. */
    static List<ChannelMinute> changed(Connection connection, List<KeyedMinute> rows) throws SQLException {
        List<Instant> minutes = minutes(rows);
        List<Integer> channels =
                rows.stream().map(KeyedMinute::channel).distinct().sorted().toList();
        boolean farApart = (long) minutes.size() * channels.size() > (long) ASKED_PER_ROW * rows.size();
        Map<Key, Pair> stored = farApart ? Map.of() : stored(connection, minutes, channels);
        return rows.stream()
                .filter(row -> {
                    Pair pair = stored.get(new Key(row.minute(), row.channel()));
                    return pair == null || row.row().supersedes(pair);
                })
                .map(KeyedMinute::row)
                .toList();
    }

    private static Map<Key, Pair> stored(Connection connection, List<Instant> minutes, List<Integer> channels)
            throws SQLException {
        Map<Key, Pair> stored = new HashMap<>();
        try (PreparedStatement question = connection.prepareStatement(STORED)) {
            setRange(question, 1, minutes);
            setArray(question, 3, "timestamptz", minutes, minute -> minute);
            setArray(question, 4, "int4", channels, channel -> channel);
            try (ResultSet row = question.executeQuery()) {
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

    private static List<Instant> minutes(Collection<KeyedMinute> rows) {
        return rows.stream().map(row -> row.row().minute()).distinct().sorted().toList();
    }

    /** @param minutes at least one, in order */
    private static void setRange(PreparedStatement question, int position, List<Instant> minutes) throws SQLException {
        question.setObject(position, minutes.get(0).atOffset(ZoneOffset.UTC));
        question.setObject(position + 1, minutes.get(minutes.size() - 1).atOffset(ZoneOffset.UTC));
    }

    private static <T> void setArray(
            PreparedStatement question, int position, String type, List<T> rows, Function<T, Object> value)
            throws SQLException {
        Object[] values = rows.stream().map(value).toArray();
        question.setArray(position, question.getConnection().createArrayOf(type, values));
    }

    private static boolean isTrue(PreparedStatement question) throws SQLException {
        try (ResultSet answer = question.executeQuery()) {
            answer.next();
            return answer.getBoolean(1);
        }
    }
}
