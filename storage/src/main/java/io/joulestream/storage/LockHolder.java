package io.joulestream.storage;

import java.time.Duration;

/**
 * A session that holds a lock which a writer of the ledger waits for.
 *
 * @param pid of the server's process that serves it
 * @param application as it calls itself; may be empty
 * @param waited the longest wait of a writer for it
 */
public record LockHolder(int pid, String application, String user, Duration waited) {
    /** For people, the part of a sentence. */
    public String text() {
        return "process " + pid + " of the database (" + (application.isEmpty() ? "" : application + ", ") + "user "
                + user + ")";
    }
}
