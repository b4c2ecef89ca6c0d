package io.joulestream.app.embedded;

import java.io.IOException;

/** A data directory that must not be used. The message is one line for the user: what, where, and what to do. */
public final class RefusedDirectoryException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedDirectoryException(String message) {
        super(message);
    }

    RefusedDirectoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
