package io.joulestream.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Which of any number of processes does a work that one must do: whoever had it first, for as long as it lives and asks for it.
 *
 * <p>It is a lock of a connection of its own. The server gives it up with that connection: at once when the process ends, and
 * after {@link LedgerConnection#LEASE} when the process, or the way to it, stands still. So whoever has the lease asks anew
 * before each piece of its work. A piece that was begun may overlap with the next one's first: what is written must bear that.
 * Thread-safe.
 */
public final class KeeperLease implements AutoCloseable {
    private final DatabaseAddress address;
    private final String work;
    private Optional<KeeperLock> lock = Optional.empty();

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
        if (lock.isPresent() && !lock.get().isHeld()) {
            close();
        }
        if (lock.isEmpty()) {
            lock = take();
        }
        return lock.isPresent();
    }

    private Optional<KeeperLock> take() {
        try {
            Connection connection = LedgerConnection.openLease(address);
            Optional<KeeperLock> taken = KeeperLock.take(connection, work);
            if (taken.isPresent()) {
                keepOnlyIfAble(connection, taken.get());
            }
            return taken;
        } catch (SQLException e) {
            throw new StorageException("whether another process is at " + work + " is not known: " + e.getMessage(), e);
        }
    }

    /** Else one that can do nothing would keep others from it. */
    private void keepOnlyIfAble(Connection connection, KeeperLock taken) throws SQLException {
        try {
            LedgerConnection.become(connection, DatabaseRole.ADMIN, address.user());
        } catch (SQLException e) {
            taken.close();
            throw e;
        }
    }

    /** Another process may take it at once. */
    @Override
    public synchronized void close() {
        lock.ifPresent(KeeperLock::close);
        lock = Optional.empty();
    }
}
