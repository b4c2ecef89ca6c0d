package io.joulestream.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

/**
 * How much time a new chunk of {@code channel_minute} holds. The newest chunk and its index should stay in about a quarter of
 * the server's memory, so it follows from the number of channels. It is only ever shortened: channels are never forgotten, and
 * a shorter one that somebody has set stays.
 */
final class ChunkLength {
    private static final int MANY = 20_000;
    private static final int VERY_MANY = 100_000;

    private ChunkLength() {}

    static Duration forChannels(long channels) {
        if (channels <= MANY) {
            return Duration.ofDays(1);
        }
        return channels <= VERY_MANY ? Duration.ofHours(6) : Duration.ofHours(1);
    }

    /** Shortens new chunks where the fleet has grown. Returns their new length; empty where nothing changed. */
    static Optional<Duration> follow(Connection connection) throws SQLException {
        Duration wanted = forChannels(channels(connection));
        if (of(connection).orElseThrow().compareTo(wanted) <= 0) {
            return Optional.empty();
        }
        try (PreparedStatement set = connection.prepareStatement(
                "select set_chunk_time_interval('channel_minute', make_interval(secs => ?))")) {
            set.setLong(1, wanted.toSeconds());
            set.execute();
            return Optional.of(wanted);
        }
    }

    private static long channels(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("select count(*) from channel")) {
            count.next();
            return count.getLong(1);
        }
    }

    /** Of new chunks; empty where {@code channel_minute} is no hypertable. On TimescaleDB. */
    static Optional<Duration> of(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet length = statement.executeQuery(
                        "select extract(epoch from time_interval)::int8 from timescaledb_information.dimensions"
                                + " where hypertable_schema = current_schema() and hypertable_name = 'channel_minute'"
                                + " and dimension_number = 1")) {
            return length.next() ? Optional.of(Duration.ofSeconds(length.getLong(1))) : Optional.empty();
        }
    }
}
