package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.SSLSession;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** That the contract refuses what no server here answers. */
class ContractTest {
    private static final String RUNS = """
            {"runs":[],"next_cursor":null}""";
    private static final String PROBLEM = """
            {"type":"urn:joulestream:problem:unavailable","title":"t","status":503,"detail":"d","trace_id":"0123456789abcdef"}""";
    private static final Map<String, String> JSON =
            Map.of("Content-Type", "application/json", "ETag", "W/\"" + "0".repeat(64) + "\"");

    @Test
    void whatIsDescribedPasses() {
        assertThatCode(() -> hold("GET", "/v1/runs", 200, JSON, RUNS)).doesNotThrowAnyException();
        assertThatCode(() -> hold("HEAD", "/v1/runs", 200, JSON, "")).doesNotThrowAnyException();
    }

    @Test
    void anotherShapeOfBodyIsRefused() {
        refuses("additional", () -> hold("GET", "/v1/runs", 200, JSON, "{\"runs\":[],\"next_cursor\":null,\"x\":1}"));
        refuses("required", () -> hold("GET", "/v1/runs", 200, JSON, "{\"runs\":[]}"));
        refuses("array expected", () -> hold("GET", "/v1/runs", 200, JSON, "{\"runs\":{},\"next_cursor\":null}"));
        refuses("HEAD has a body", () -> hold("HEAD", "/v1/runs", 200, JSON, RUNS));
    }

    @Test
    void anInstantThatIsNoneIsRefused() {
        String sites = "{\"now\":\"%s\",\"sites\":[]}";

        assertThatCode(() -> hold("GET", "/v1/sites", 200, JSON, sites.formatted("2026-04-01T12:00:00Z")))
                .doesNotThrowAnyException();
        refuses("now", () -> hold("GET", "/v1/sites", 200, JSON, sites.formatted("2026-04-31T12:00:00Z")));
        refuses("now", () -> hold("GET", "/v1/sites", 200, JSON, sites.formatted("2026-04-01T12:00:00+01:00")));
    }

    @Test
    void anotherStatusMediaTypeOrAddressIsRefused() {
        refuses("status", () -> hold("GET", "/v1/runs", 204, Map.of(), ""));
        refuses("media type text/html", () -> hold("GET", "/v1/runs", 200, Map.of("Content-Type", "text/html"), RUNS));
        refuses("media type is missing", () -> hold("GET", "/v1/runs", 200, Map.of(), RUNS));
        refuses("status", () -> hold("GET", "/v1/other", 200, JSON, "{}"));
        refuses("status", () -> hold("POST", "/v1/runs", 200, JSON, RUNS));
    }

    @Test
    void headersAreWhatIsDescribed() {
        Map<String, String> retry =
                Map.of("Content-Type", "application/problem+json", "Retry-After", "5", "Cache-Control", "no-store");
        Map<String, String> tomorrow = new TreeMap<>(retry);
        tomorrow.put("Retry-After", "tomorrow");
        Map<String, String> never = new TreeMap<>(retry);
        never.remove("Retry-After");
        Map<String, String> cookie = new TreeMap<>(JSON);
        cookie.put("Set-Cookie", "a=b");

        assertThatCode(() -> hold("GET", "/v1/runs", 503, retry, PROBLEM)).doesNotThrowAnyException();
        refuses("Retry-After", () -> hold("GET", "/v1/runs", 503, tomorrow, PROBLEM));
        refuses("Retry-After is missing", () -> hold("GET", "/v1/runs", 503, never, PROBLEM));
        refuses("another trace id", () -> hold("GET", "/v1/runs", 503, retry, PROBLEM.replace("cdef", "cdee")));
        refuses("set-cookie is not described", () -> hold("GET", "/v1/runs", 200, cookie, RUNS));
    }

    @Test
    void allowTellsTheMethodsThatAreDescribed() {
        String problem = PROBLEM.replace("unavailable", "method-not-allowed").replace("503", "405");
        Map<String, String> both = Map.of("Content-Type", "application/problem+json", "Allow", "GET, HEAD");
        Map<String, String> more = Map.of("Content-Type", "application/problem+json", "Allow", "GET, HEAD, PUT");

        assertThatCode(() -> hold("PUT", "/v1/runs", 405, both, problem)).doesNotThrowAnyException();
        refuses("Allow tells of", () -> hold("PUT", "/v1/runs", 405, more, problem));
    }

    @Test
    void aQuestionThatIsNotDescribedIsNotAnswered() {
        assertThatCode(() -> hold("GET", "/v1/runs?limit=5", 200, JSON, RUNS)).doesNotThrowAnyException();
        refuses("limit", () -> hold("GET", "/v1/runs?limit=101", 200, JSON, RUNS));
        refuses("takes the parameter page", () -> hold("GET", "/v1/runs?page=1", 200, JSON, RUNS));
        refuses("without the parameter month", () -> hold("GET", "/v1/reports/cost?site=x", 200, JSON, "{}"));
    }

    private static void refuses(String why, ThrowingCallable answer) {
        assertThatThrownBy(answer).isInstanceOf(AssertionError.class).hasMessageContaining(why);
    }

    private static void hold(String method, String path, int status, Map<String, String> headers, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1" + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        Map<String, List<String>> all = new TreeMap<>();
        all.put("trace-id", List.of("0123456789abcdef"));
        headers.forEach((name, value) -> all.put(name.toLowerCase(Locale.ROOT), List.of(value)));
        Contract.hold(request, new Given(request, status, HttpHeaders.of(all, (name, value) -> true), body));
    }

    private record Given(HttpRequest request, int statusCode, HttpHeaders headers, String body)
            implements HttpResponse<String> {
        @Override
        public Optional<HttpResponse<String>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public Optional<SSLSession> sslSession() {
            return Optional.empty();
        }

        @Override
        public URI uri() {
            return request.uri();
        }

        @Override
        public HttpClient.Version version() {
            return HttpClient.Version.HTTP_1_1;
        }
    }
}
