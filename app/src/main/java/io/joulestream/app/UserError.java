package io.joulestream.app;

/** Something the user can put right. The message is one line: what, where, and what to do. Ends the program with 1. */
final class UserError extends RuntimeException {
    private static final long serialVersionUID = 1;

    UserError(String message) {
        super(message);
    }

    UserError(String message, Throwable cause) {
        super(message, cause);
    }
}
