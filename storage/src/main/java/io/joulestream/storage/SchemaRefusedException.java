package io.joulestream.storage;

/**
 * The database holds a schema this product must not touch: a newer one, or one that is not Joulestream's; or the login may not
 * do what it takes.
 */
public final class SchemaRefusedException extends StorageException {
    private static final long serialVersionUID = 1L;

    SchemaRefusedException(String message, Throwable cause) {
        super(DatabaseTrouble.DATABASE_FAILED, message, cause);
    }
}
