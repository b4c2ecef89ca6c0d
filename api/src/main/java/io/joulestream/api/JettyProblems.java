package io.joulestream.api;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Errors that the server itself finds before a route is looked up: malformed addresses, headers that are too large. */
final class JettyProblems extends ErrorHandler {
    private final Optional<RequestMetrics> metrics;

    /** @param metrics where they are counted */
    JettyProblems(Optional<RequestMetrics> metrics) {
        this.metrics = metrics;
    }

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(
            Request request, Response response, int code, String message, Throwable cause, Callback callback) {
        byte[] body = fill(response.getHeaders(), code, Turns.hasRefused(request));
        // the server closes it; who is not told sends the next request into nothing
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    @Override
    public ByteBuffer badMessageError(int status, String reason, HttpFields.Mutable fields) {
        return ByteBuffer.wrap(fill(fields, status, false));
    }

    private byte[] fill(HttpFields.Mutable headers, int status, boolean isBusy) {
        metrics.ifPresent(counted -> counted.refused(status));
        ProblemKind kind = ProblemKind.ofStatus(status);
        boolean isAway = kind == ProblemKind.UNAVAILABLE;
        String detail = isBusy ? "more is asked than can be answered" : HttpStatus.getMessage(status);
        String reason = isBusy ? "BUSY" : isAway ? "STOPPING" : null;
        String traceId = TraceIds.next();
        byte[] body = Json.bytes(
                new Problem(kind.type(), kind.title(), status, detail, null, traceId, List.of(), null, reason));
        if (isAway) {
            headers.put(HttpHeader.RETRY_AFTER, HttpDoor.RETRY_AFTER);
        }
        headers.put(TraceIds.HEADER, traceId);
        headers.put(HttpHeader.CONTENT_TYPE, Problem.MEDIA_TYPE);
        headers.put(HttpHeader.CONTENT_LENGTH, Integer.toString(body.length));
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
        SecurityHeaders.ALL.forEach(headers::put);
        return body;
    }
}
