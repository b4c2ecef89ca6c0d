package io.joulestream.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * The body of every answer that is an error (RFC 9457).
 *
 * @param instance the path that was asked for
 * @param traceId stands in the server's log beside what happened
 * @param nearestStep for answers that would be too large: what to ask for instead
 * @param reason for answers that may come later: what is in the way, by a code as in health; null otherwise
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Problem(
        String type,
        String title,
        int status,
        String detail,
        String instance,
        String traceId,
        List<FieldError> errors,
        String nearestStep,
        String reason) {
    static final String MEDIA_TYPE = "application/problem+json";

    static Problem of(ProblemKind kind, String detail, String instance, String traceId) {
        return new Problem(kind.type(), kind.title(), kind.status(), detail, instance, traceId, List.of(), null, null);
    }

    /** @param reason a code as in health */
    static Problem unavailable(String reason, String detail, String instance, String traceId) {
        ProblemKind kind = ProblemKind.UNAVAILABLE;
        return new Problem(
                kind.type(), kind.title(), kind.status(), detail, instance, traceId, List.of(), null, reason);
    }

    static Problem of(ProblemException e, String instance, String traceId) {
        ProblemKind kind = e.kind();
        return new Problem(
                kind.type(),
                kind.title(),
                kind.status(),
                e.getMessage(),
                instance,
                traceId,
                e.errors(),
                e.nearestStep(),
                e.reason());
    }
}
