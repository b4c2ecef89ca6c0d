package io.joulestream.api;

import java.util.Locale;

/** Every way in which a request can fail. The names are part of the contract: never rename, only add. */
enum ProblemKind {
    INVALID_PARAMETERS(400, "The request is not valid"),
    BAD_REQUEST(400, "The request is not valid HTTP"),
    UNAUTHENTICATED(401, "A key is needed"),
    FORBIDDEN(403, "The key does not allow this"),
    NOT_FOUND(404, "There is no such thing"),
    METHOD_NOT_ALLOWED(405, "The method is not allowed here"),
    NOT_ACCEPTABLE(406, "The answer does not exist in this format"),
    CONFLICT(409, "It cannot be done as things are"),
    CHANGED_SINCE(412, "It is not as it was when it was read"),
    BODY_REFUSED(413, "The request body is not taken"),
    URI_TOO_LONG(414, "The address is too long"),
    UNSUPPORTED_MEDIA_TYPE(415, "The request body is of a type that is not taken"),
    MISDIRECTED(421, "The request is meant for another server"),
    IDEMPOTENCY_KEY_REUSED(422, "The idempotency key stands for another request"),
    TOO_LARGE(422, "The answer would be too large"),
    TOO_MANY_REQUESTS(429, "Too much is asked for"),
    HEADERS_TOO_LARGE(431, "The request's headers are too large"),
    INTERNAL(500, "The server failed"),
    UNAVAILABLE(503, "The server cannot answer now");

    private final int status;
    private final String title;

    ProblemKind(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /** The kind that tells a status best; client errors without a kind of their own are bad requests. */
    static ProblemKind ofStatus(int status) {
        for (ProblemKind kind : values()) {
            if (kind.status == status && kind != INVALID_PARAMETERS && kind != IDEMPOTENCY_KEY_REUSED) {
                return kind;
            }
        }
        return status >= 400 && status < 500 ? BAD_REQUEST : INTERNAL;
    }

    int status() {
        return status;
    }

    String title() {
        return title;
    }

    String type() {
        return "urn:joulestream:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
