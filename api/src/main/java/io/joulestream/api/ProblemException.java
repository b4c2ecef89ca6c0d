package io.joulestream.api;

import io.joulestream.core.access.Permission;
import java.util.List;

/** A request that is not answered as asked, and why. What is told here is for the one who asked. */
final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ProblemKind kind;
    private final transient List<FieldError> errors;
    private final String nearestStep;
    private final String reason;
    private final boolean showsWhatIsNobodys;

    private ProblemException(ProblemKind kind, String detail, List<FieldError> errors, String nearestStep) {
        this(kind, detail, errors, nearestStep, null);
    }

    private ProblemException(
            ProblemKind kind, String detail, List<FieldError> errors, String nearestStep, String reason) {
        this(kind, detail, errors, nearestStep, reason, false);
    }

    private ProblemException(
            ProblemKind kind,
            String detail,
            List<FieldError> errors,
            String nearestStep,
            String reason,
            boolean showsWhatIsNobodys) {
        super(detail);
        this.kind = kind;
        this.errors = List.copyOf(errors);
        this.nearestStep = nearestStep;
        this.reason = reason;
        this.showsWhatIsNobodys = showsWhatIsNobodys;
    }

    /** In the same words whatever was wrong with what was shown, or whether anything was. */
    static ProblemException unauthenticated(Credentials shown) {
        return unauthenticated(shown.areAny());
    }

    /** As {@link #unauthenticated}, of a key that was sent to be looked at. */
    static ProblemException nobodysKey() {
        return unauthenticated(true);
    }

    private static ProblemException unauthenticated(boolean showsWhatIsNobodys) {
        return new ProblemException(
                ProblemKind.UNAUTHENTICATED,
                "send a valid key as: Authorization: Bearer js_...",
                List.of(),
                null,
                null,
                showsWhatIsNobodys);
    }

    static ProblemException forbidden(Permission needed) {
        return new ProblemException(
                ProblemKind.FORBIDDEN,
                "this needs the permission " + needed + ", which the key has not",
                List.of(),
                null);
    }

    static ProblemException foreignOrigin() {
        return new ProblemException(
                ProblemKind.FORBIDDEN,
                "with a session this is done from a page of this service only; where browsers come through a proxy, "
                        + "joulestream.api.origin has to say at what address",
                List.of(),
                null);
    }

    static ProblemException misdirected() {
        return new ProblemException(
                ProblemKind.MISDIRECTED,
                "this service listens on loopback and is asked as localhost or 127.0.0.1; where a proxy asks by another name, "
                        + "joulestream.api.origin has to say it",
                List.of(),
                null);
    }

    /** A body that ended before it was whole, or came too slowly. */
    static ProblemException bodyNotWhole() {
        return new ProblemException(ProblemKind.BAD_REQUEST, "the request body did not arrive", List.of(), null);
    }

    static ProblemException conflict(String detail) {
        return new ProblemException(ProblemKind.CONFLICT, detail, List.of(), null);
    }

    /** Somebody else changed it between the reading and the writing. */
    static ProblemException changedSince() {
        return new ProblemException(
                ProblemKind.CHANGED_SINCE, "somebody has changed it meanwhile; read it again", List.of(), null);
    }

    static ProblemException unsupportedMediaType() {
        return new ProblemException(
                ProblemKind.UNSUPPORTED_MEDIA_TYPE, "send the body as " + Json.MEDIA_TYPE, List.of(), null);
    }

    static ProblemException idempotencyKeyReused() {
        return new ProblemException(
                ProblemKind.IDEMPOTENCY_KEY_REUSED,
                "another request was done under this Idempotency-Key; choose a new one for each",
                List.of(),
                null);
    }

    static ProblemException tooManyRequests(int perMinute) {
        return new ProblemException(
                ProblemKind.TOO_MANY_REQUESTS,
                perMinute
                        + " requests may be sent in a minute, a quarter of them at once; Retry-After says when the next may be",
                List.of(),
                null);
    }

    /** @param limit as many as may listen for one member, or from one network */
    static ProblemException tooManyListeners(int limit) {
        return new ProblemException(
                ProblemKind.TOO_MANY_REQUESTS,
                limit + " may listen at once; when one of them ends, another may",
                List.of(),
                null);
    }

    /** @param most series that are streamed at once, to one tenant */
    static ProblemException tooManyStreams(int most) {
        return new ProblemException(
                ProblemKind.TOO_MANY_REQUESTS,
                "so many series are being streamed that no other is now, at most " + most
                        + " to one tenant; Retry-After says when to ask again",
                List.of(),
                null);
    }

    static ProblemException notFound(String what) {
        return new ProblemException(ProblemKind.NOT_FOUND, what, List.of(), null);
    }

    static ProblemException invalid(List<FieldError> errors) {
        String detail = errors.size() == 1
                ? errors.get(0).field() + " " + errors.get(0).detail()
                : errors.size() + " parts of the request are wrong; each is listed in errors";
        return new ProblemException(ProblemKind.INVALID_PARAMETERS, detail, errors, null);
    }

    /** @param nearestStep what to ask for instead, as an ISO 8601 duration; null when no step would do */
    static ProblemException tooLarge(String detail, String nearestStep) {
        return new ProblemException(ProblemKind.TOO_LARGE, detail, List.of(), nearestStep);
    }

    static ProblemException notAcceptable(String detail) {
        return new ProblemException(ProblemKind.NOT_ACCEPTABLE, detail, List.of(), null);
    }

    static ProblemException bodyRefused() {
        return new ProblemException(ProblemKind.BODY_REFUSED, "this address takes no request body", List.of(), null);
    }

    static ProblemException bodyTooLarge(int limit) {
        return new ProblemException(
                ProblemKind.BODY_REFUSED, "a request body may have " + limit + " bytes here", List.of(), null);
    }

    static ProblemException noOrigin() {
        return conflict("no session can be held: joulestream.api.origin does not say at what address browsers come");
    }

    /** Whether a token is good cannot be told now. */
    static ProblemException issuerUnreachable() {
        return unavailable(
                "ISSUER_UNREACHABLE",
                "the issuer of the token does not answer, and by what is known of it nobody is let in");
    }

    /** @param what is too many of something, and how many are taken */
    static ProblemException tooMany(String what) {
        return new ProblemException(ProblemKind.BODY_REFUSED, what, List.of(), null);
    }

    /** @param reason a code as in health */
    static ProblemException unavailable(String reason, String detail) {
        return new ProblemException(ProblemKind.UNAVAILABLE, detail, List.of(), null, reason);
    }

    ProblemKind kind() {
        return kind;
    }

    List<FieldError> errors() {
        return errors;
    }

    String nearestStep() {
        return nearestStep;
    }

    /** Whether who asked showed a key, a token or a session that is nobody's. */
    boolean showsWhatIsNobodys() {
        return showsWhatIsNobodys;
    }

    /** As in {@link Problem#reason}. */
    String reason() {
        return reason;
    }
}
