package io.joulestream.api.oidc;

/** A token, or a code for one, that is not good. The message is for the log, and holds nothing of the token. */
public final class TokenRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    TokenRefusedException(String message) {
        super(message);
    }

    TokenRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
