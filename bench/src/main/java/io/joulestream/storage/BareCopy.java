package io.joulestream.storage;

import io.joulestream.core.ledger.ChannelMinute;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** What the database can take at most from one connection: rows in the format of the sink, copied straight into a table. */
public final class BareCopy {
    private static final int CHUNK_BYTES = 1 << 16;

    private final ChannelMinuteRow shape = new ChannelMinuteRow();
    private final NameIds names = new NameIds();

    /**
     * Copies rows into a table with the columns of {@code channel_minute}, in one transaction.
     *
     * @param rows in the order of the key
     */
    public void copy(Connection connection, String table, List<ChannelMinute> rows) throws SQLException {
        connection.setAutoCommit(true);
        rows.forEach(row -> shape.want(row, names));
        names.resolve(connection);
        names.wantNone();
        connection.setAutoCommit(false);
        String columns = String.join(", ", shape.key()) + ", " + String.join(", ", shape.values());
        CopyIn copying = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("copy " + table + " (" + columns + ") from stdin (format binary)");
        BinaryRows out = new BinaryRows(shape.key().size() + shape.values().size());
        for (ChannelMinute row : rows) {
            out.beginRow();
            shape.encode(row, names, out);
            if (out.size() >= CHUNK_BYTES) {
                out.drainTo(copying);
            }
        }
        out.end();
        out.drainTo(copying);
        copying.endCopy();
        connection.commit();
    }
}
