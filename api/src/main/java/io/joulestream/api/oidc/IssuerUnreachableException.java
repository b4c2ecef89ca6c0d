package io.joulestream.api.oidc;

/** The issuer does not answer, or not as it must, and what it answered before does not do: whether a token is good is not known. */
public final class IssuerUnreachableException extends Exception {
    private static final long serialVersionUID = 1L;

    IssuerUnreachableException(String message) {
        super(message);
    }

    IssuerUnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
