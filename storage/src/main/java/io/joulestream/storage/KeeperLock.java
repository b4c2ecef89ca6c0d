package io.joulestream.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps other processes from doing the same work at the same time. It ends with its connection, however that ends. */
final class KeeperLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeeperLock.class);

    private final Connection connection;

    private KeeperLock(Connection connection) {
        this.connection = connection;
    }

    /** Closes the connection unless the lock holds it. */
    static Optional<KeeperLock> take(Connection connection, String work) throws SQLException {
        Optional<KeeperLock> lock = Optional.empty();
        try {
            lock = isTaken(connection, work) ? Optional.of(new KeeperLock(connection)) : lock;
            return lock;
        } finally {
            if (lock.isEmpty()) {
                connection.close();
            }
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

    /** Whether its connection is still there; that the server is asked shows it that this process is, too. */
    boolean isHeld() {
        try (Statement statement = connection.createStatement()) {
            return statement.execute("select 1");
        } catch (SQLException e) {
            LOG.warn("a lock was lost with its connection: {}", e.getMessage());
            return false;
        }
    }

    /** For whoever closes the connection next: the server sees it end only a moment later. */
    static void release(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select pg_advisory_unlock_all()");
        } catch (SQLException e) {
            LOG.info("a lock ends with its connection only: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        release(connection);
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.info("the connection of a lock ended before: {}", e.getMessage());
        }
    }
}
