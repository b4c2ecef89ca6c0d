package io.joulestream.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;

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
        for (Chunk chunk : Chunk.endedBy(connection, MinuteTable.CHANNEL_MINUTE, before)) {
            if (chunk.inColumnstore()) {
                continue;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("not all old chunks are in the columnstore");
            }
            notes.noteUnknown(chunk.from(), chunk.to());
            // the lock ends with the statement: nothing is lost when somebody writes after it
            if (notes.lockWhereOld(chunk.from(), chunk.to())) {
                compress(chunk.sqlName());
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

    private void compress(String chunk) throws SQLException {
        try (PreparedStatement compress =
                connection.prepareStatement("select compress_chunk(?::regclass, if_not_compressed => true)")) {
            compress.setString(1, chunk);
            compress.execute();
        }
    }
}
