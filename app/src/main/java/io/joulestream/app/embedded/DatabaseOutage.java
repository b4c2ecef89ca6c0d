package io.joulestream.app.embedded;

import io.joulestream.storage.DatabaseTrouble;

/**
 * That the database's server has ended by itself, or does not start again yet.
 *
 * @param diskFull whether it said that its disk is
 * @param text for people, one line: what happened, and where more of it is told
 */
public record DatabaseOutage(boolean diskFull, String text) {
    private static final String NO_SPACE = "No space left on device";

    public DatabaseTrouble trouble() {
        return diskFull ? DatabaseTrouble.DATABASE_FULL : DatabaseTrouble.DATABASE_UNREACHABLE;
    }

    static DatabaseOutage of(String text) {
        return new DatabaseOutage(text.contains(NO_SPACE), text);
    }
}
