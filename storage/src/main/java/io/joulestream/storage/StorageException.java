package io.joulestream.storage;

/** The database did not do what was asked. What was asked and the database's own words are in the message and cause. */
public class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
