package io.joulestream.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps other processes from doing the same work at the same time. It ends with its connection, however that ends. */
final class KeeperLock {
    private static final Logger LOG = LoggerFactory.getLogger(KeeperLock.class);

    private KeeperLock() {}

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

    /** For whoever closes the connection next: the server sees it end only a moment later. */
    static void release(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select pg_advisory_unlock_all()");
        } catch (SQLException e) {
            LOG.info("a lock ends with its connection only: {}", e.getMessage());
        }
    }
}
