package io.joulestream.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Keeps other processes from doing the same work at the same time. It ends with its connection, however that ends. */
public final class KeeperLock implements AutoCloseable {
    private final Connection connection;

    private KeeperLock(Connection connection) {
        this.connection = connection;
    }

    /** Over a connection of its own; empty while another process is at it. */
    static Optional<KeeperLock> take(DatabaseAddress address, String work) {
        try {
            Connection connection = LedgerConnection.openKeeper(address);
            if (isTaken(connection, work)) {
                return Optional.of(new KeeperLock(connection));
            }
            connection.close();
            return Optional.empty();
        } catch (SQLException e) {
            throw new StorageException("whether another process is at it is not known: " + e.getMessage(), e);
        }
    }

    /** Whether this connection has the lock now, until it is closed. */
    static boolean isTaken(Connection connection, String work) throws SQLException {
        try (PreparedStatement ask = connection.prepareStatement("select pg_try_advisory_lock(hashtext(?))")) {
            ask.setString(1, work);
            try (ResultSet answer = ask.executeQuery()) {
                answer.next();
                return answer.getBoolean(1);
            }
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new StorageException("a lock's connection does not close: " + e.getMessage(), e);
        }
    }
}
