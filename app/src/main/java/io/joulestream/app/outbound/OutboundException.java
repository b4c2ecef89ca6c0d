package io.joulestream.app.outbound;

/** A call that was not made, or not answered. The message holds nothing that was sent or received. */
public final class OutboundException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What was wrong. */
    public enum Why {
        /** It may not be made. */
        REFUSED,
        /** Not in time. */
        TIMEOUT,
        /** No connection, no TLS that can be trusted, or no HTTP. */
        FAILED
    }

    private final Why why;

    OutboundException(Why why, String message) {
        super(message);
        this.why = why;
    }

    OutboundException(Why why, String message, Throwable cause) {
        super(message, cause);
        this.why = why;
    }

    public Why why() {
        return why;
    }
}
