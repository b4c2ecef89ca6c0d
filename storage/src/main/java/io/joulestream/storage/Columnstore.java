package io.joulestream.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Puts chunks of {@code channel_minute} into the columnstore, which only TimescaleDB under the Timescale licence has: one by
 * one, each in a transaction of its own, and only those to which nothing was written lately. What is then still written takes
 * the rows it touches out again, at many times the price; so a chunk waits until late readings are over.
 */
final class Columnstore {
    private static final String IS_ON = "select compression_enabled from timescaledb_information.hypertables"
            + " where hypertable_schema = current_schema() and hypertable_name = 'channel_minute'";

    private static final String TURN_ON = "alter table channel_minute set (timescaledb.compress,"
            + " timescaledb.compress_segmentby = 'channel_id', timescaledb.compress_orderby = 'minute')";

    private static final String CHUNKS = "select format('%I.%I', chunk_schema, chunk_name), range_start, range_end"
            + " from timescaledb_information.chunks where hypertable_schema = current_schema()"
            + " and hypertable_name = 'channel_minute' and range_end <= ? and not is_compressed order by range_start";

    private record Span(Instant from, Instant to) {}

    private final Connection connection;
    private final DayNotes notes;

    Columnstore(Connection connection, DayNotes notes) {
        this.connection = connection;
        this.notes = notes;
    }

    /** Returns how many chunks were put in. */
    int put(Instant before) throws SQLException, InterruptedException {
        turnOn();
        int put = 0;
        for (Map.Entry<String, Span> chunk : chunks(before).entrySet()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("not all old chunks are in the columnstore");
            }
            Span span = chunk.getValue();
            notes.noteUnknown(span.from(), span.to());
            // the lock ends with the statement: nothing is lost when somebody writes after it
            if (notes.lockWhereOld(span.from(), span.to())) {
                compress(chunk.getKey());
                put++;
            }
        }
        return put;
    }

    private void turnOn() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet isOn = statement.executeQuery(IS_ON)) {
                if (isOn.next() && isOn.getBoolean(1)) {
                    return;
                }
            }
            statement.execute(TURN_ON);
        }
    }

    private Map<String, Span> chunks(Instant before) throws SQLException {
        Map<String, Span> chunks = new LinkedHashMap<>();
        try (PreparedStatement ask = connection.prepareStatement(CHUNKS)) {
            ask.setTimestamp(1, Timestamp.from(before));
            try (ResultSet chunk = ask.executeQuery()) {
                while (chunk.next()) {
                    chunks.put(
                            chunk.getString(1),
                            new Span(
                                    chunk.getTimestamp(2).toInstant(),
                                    chunk.getTimestamp(3).toInstant()));
                }
            }
        }
        return chunks;
    }

    private void compress(String chunk) throws SQLException {
        try (PreparedStatement compress =
                connection.prepareStatement("select compress_chunk(?::regclass, if_not_compressed => true)")) {
            compress.setString(1, chunk);
            compress.execute();
        }
    }
}
