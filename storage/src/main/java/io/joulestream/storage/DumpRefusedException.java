package io.joulestream.storage;

/** A database that a dump may not be restored into. The message is one line, with what to do. */
public final class DumpRefusedException extends StorageException {
    private static final long serialVersionUID = 1L;

    DumpRefusedException(String message) {
        super(message, null);
    }
}
