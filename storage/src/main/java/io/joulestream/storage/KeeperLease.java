package io.joulestream.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of any number of processes does a work that one must do: whoever had it first, for as long as it lives and asks for it.
 *
 * <p>It is a lock of a connection of its own. The server gives it up with that connection: at once when the process ends, and
 * after {@link LedgerConnection#LEASE} when the process, or the way to it, stands still. So whoever has the lease asks anew
 * before each piece of its work. A piece that was begun may overlap with the next one's first: what is written must bear that.
 * Thread-safe.
 */
public final class KeeperLease implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeeperLease.class);

    private final DatabaseAddress address;
    private final String work;

    /** Also of a process that waits for the lease; null before the first look and after a failure. */
    private Connection connection;

    private boolean isHeld;

    KeeperLease(DatabaseAddress address, String work) {
        this.address = address;
        this.work = work;
    }

    /**
     * Whether this process is the one; it becomes it where there is none.
     *
     * @throws StorageException if the database does not answer; or there is none, and this login may not be it, because it is
     *     no member of {@code js_admin}
     */
    public synchronized boolean isMine() {
        if (connection != null && !answers()) {
            close();
        }
        try {
            if (connection == null) {
                connection = LedgerConnection.openLease(address);
            }
            if (!isHeld && KeeperLock.isTaken(connection, work)) {
                isHeld = true;
                LedgerConnection.become(connection, DatabaseRole.ADMIN, address.user());
            }
            return isHeld;
        } catch (SQLException e) {
            close(); // one that can do nothing keeps nobody from it
            throw new StorageException("this process cannot be at " + work + ": " + e.getMessage(), e);
        }
    }

    /** That the server is asked shows it that this process is there. */
    private boolean answers() {
        try (Statement statement = connection.createStatement()) {
            return statement.execute("select 1");
        } catch (SQLException e) {
            LOG.info("{} the lease of {} ended: {}", isHeld ? "what held" : "what waited for", work, e.getMessage());
            return false;
        }
    }

    /** Another process may take it at once. */
    @Override
    public synchronized void close() {
        if (connection == null) {
            return;
        }
        if (isHeld) {
            KeeperLock.release(connection);
        }
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.info("the connection of a lease ended before: {}", e.getMessage());
        }
        connection = null;
        isHeld = false;
    }
}
