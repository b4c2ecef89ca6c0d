package io.joulestream.storage;

/**
 * The database did not do what was asked. The message begins with the name of {@link #trouble()}; what was asked and the
 * database's own words are in it and in the cause.
 */
public class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final DatabaseTrouble trouble;

    StorageException(String message, Throwable cause) {
        this(DatabaseTrouble.of(cause), DatabaseTrouble.of(cause) + ": " + message, cause);
    }

    /** With a message that is told as it is. */
    StorageException(DatabaseTrouble trouble, String message, Throwable cause) {
        super(message, cause);
        this.trouble = trouble;
    }

    public DatabaseTrouble trouble() {
        return trouble;
    }
}
