package io.joulestream.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A piece of a hypertable.
 *
 * @param sqlName with its schema, quoted where SQL asks for it
 * @param inColumnstore whether it was put there, also where rows were taken out again since
 */
record Chunk(String sqlName, Instant from, Instant to, boolean inColumnstore) {
    /** Those that end at an instant or before, oldest first. On TimescaleDB. */
    static List<Chunk> endedBy(Connection connection, MinuteTable table, Instant end) throws SQLException {
        List<Chunk> chunks = new ArrayList<>();
        try (PreparedStatement ask = connection.prepareStatement("select format('%I.%I', chunk_schema, chunk_name),"
                + " range_start, range_end, is_compressed from timescaledb_information.chunks"
                + " where hypertable_schema = current_schema() and hypertable_name = ? and range_end <= ?"
                + " order by range_start")) {
            ask.setString(1, table.sql());
            ask.setTimestamp(2, Timestamp.from(end));
            try (ResultSet chunk = ask.executeQuery()) {
                while (chunk.next()) {
                    chunks.add(new Chunk(
                            chunk.getString(1),
                            chunk.getTimestamp(2).toInstant(),
                            chunk.getTimestamp(3).toInstant(),
                            chunk.getBoolean(4)));
                }
            }
        }
        return chunks;
    }
}
