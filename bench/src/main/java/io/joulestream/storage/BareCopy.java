package io.joulestream.storage;

import io.joulestream.core.ledger.ChannelMinute;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What the database can take at most from one connection: rows in the format of the sink, copied straight into a table. */
public final class BareCopy {
    private final NameIds names = new NameIds();
    private final ChannelMinuteRow shape = new ChannelMinuteRow();
    private final BinaryCopy<ChannelMinute> copy;

    /** @param table with the columns of {@code channel_minute} */
    public BareCopy(String table) {
        copy = new BinaryCopy<>(shape, names, table);
    }

    /**
     * Copies rows in one transaction.
     *
     * @param rows in the order of the key
     */
    public void copy(Connection connection, List<ChannelMinute> rows) throws SQLException {
        connection.setAutoCommit(true);
        rows.forEach(row -> shape.want(row, names));
        names.resolve(connection);
        names.wantNone();
        connection.setAutoCommit(false);
        copy.copy(connection, rows);
        connection.commit();
    }
}
