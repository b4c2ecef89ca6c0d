package io.joulestream.storage;

import java.sql.SQLException;

/**
 * The tables that somebody else holds a lock of: they are left to the next round, and the rest is done all the same. For one
 * thread.
 */
final class LeftLocked {
    private SQLException first;

    interface Part {
        long run() throws SQLException, InterruptedException;
    }

    /** Returns what the part does; 0 where it did not get its lock. On a connection in auto-commit. */
    long tried(Part part) throws SQLException, InterruptedException {
        try {
            return part.run();
        } catch (SQLException e) {
            if (DatabaseTrouble.of(e) != DatabaseTrouble.DATABASE_LOCKED) {
                throw e;
            }
            first = first == null ? e : first;
            return 0;
        }
    }

    /** @throws SQLException the first of those that were caught */
    void tell() throws SQLException {
        if (first != null) {
            throw first;
        }
    }
}
