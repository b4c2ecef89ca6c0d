package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemsIT {
    private static TestApi api;

    @BeforeAll
    static void start() {
        api = TestApi.start(
                tenant -> {
                    throw new IllegalStateException("the secret cause");
                },
                Clock.fixed(TestApi.NOW, ZoneOffset.UTC));
        Sites.berlin(api.database());
        Sites.stJohns(api.database());
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    /** Every error is a problem, wears the security headers, and can be found again. */
    private static JsonNode problem(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        HeadersIT.assertSafe(response);
        JsonNode problem = TestApi.parse(response.body());
        assertThat(problem.get("status").intValue()).isEqualTo(status);
        assertThat(problem.get("type").textValue()).startsWith("urn:joulestream:problem:");
        assertThat(problem.get("title").textValue()).isNotBlank();
        assertThat(problem.get("trace_id").textValue()).matches("[0-9a-f]{16}");
        assertThat(response.body()).doesNotContain("Exception", "io.joulestream", "\\tat ");
        return problem;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing",
                "/v1",
                "/v1/sites/nowhere",
                "/v1/sites/nowhere/pue",
                "/v1/sites/nowhere/energy",
                "/v1/sites/a%2Fb",
                "/v1/runs/none",
                "/v1/runs/%00",
                "/v1/reports/carbon?site=nowhere&month=2026-03",
                "/v1/reports/cost?site=nowhere&month=2026-03",
                "/v1/exports/2026-03?site=nowhere",
                "/assets/nothing.js",
                "/assets/..%2Findex.html",
                "/assets/index.class"
            })
    void whatIsNotThereIs404(String path) {
        HttpResponse<String> response = api.get(path);

        assertThat(response.statusCode()).isIn(404, 400);
        problem(response, path.contains("%00") ? response.statusCode() : 404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"})
    void otherMethodsAre405(String method) {
        HttpResponse<String> response = api.send(method, "/v1/sites");

        problem(response, 405);
        assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /v1/health?x=1                                              | x      | is not known; this address takes no parameters
            /v1/sites?x=1                                               | x      | is not known; this address takes no parameters
            /v1/sites/berlin?x=1                                        | x      | is not known; this address takes no parameters
            /v1/runs/a?x=1                                              | x      | is not known; known are training
            /openapi.yaml?x=1                                           | x      | is not known; this address takes no parameters
            /?x=1                                                       | x      | is not known; this address takes no parameters
            /assets/app.js?x=1                                          | x      | is not known; this address takes no parameters
            /v1/sites/berlin/pue?x=1                                    | x      | is not known; known are end, format, start, tz, window
            /v1/sites/berlin/energy?window=PT1H                         | window | is not known; known are end, format, start, step, tz
            /v1/runs?offset=1                                           | offset | is not known; known are cursor, format, limit
            /v1/reports/carbon?site=berlin&month=2026-03&tz=UTC         | tz     | is not known; known are month, site
            /v1/sites/berlin/pue?tz=UTC&tz=UTC                          | tz     | was given 2 times; give it once
            /v1/sites/berlin/pue?window=1H                              | window | must be 15m, 1h, 24h, mtd, 12mo, or a duration of whole minutes such as PT15M, PT1H, P1D or P1M, was '1H'
            /v1/sites/berlin/pue?window=PT30S                           | window | must be 15m, 1h, 24h, mtd, 12mo, or a duration of whole minutes such as PT15M, PT1H, P1D or P1M, was 'PT30S'
            /v1/sites/berlin/pue?window=-PT1H                           | window | must be 15m, 1h, 24h, mtd, 12mo, or a duration of whole minutes such as PT15M, PT1H, P1D or P1M, was '-PT1H'
            /v1/sites/berlin/pue?window=P99Y                            | window | must be 15m, 1h, 24h, mtd, 12mo, or a duration of whole minutes such as PT15M, PT1H, P1D or P1M, was 'P99Y'
            /v1/sites/berlin/pue?window=PT99999999999999H               | window | must be 15m, 1h, 24h, mtd, 12mo, or a duration of whole minutes such as PT15M, PT1H, P1D or P1M, was 'PT99999999999999H'
            /v1/sites/berlin/pue?tz=Berlin                              | tz     | must be an IANA time zone such as Europe/Berlin, was 'Berlin'
            /v1/sites/berlin/pue?tz=%2B02:00                            | tz     | must be an IANA time zone such as Europe/Berlin, was '+02:00'
            /v1/sites/berlin/pue?start=2026-04-01T00:00:00Z             | end    | is needed, because the other end of the range is given
            /v1/sites/berlin/pue?end=2026-04-01T00:00:00Z               | start  | is needed, because the other end of the range is given
            /v1/sites/berlin/pue?start=2026-04-01&end=2026-04-02T00:00:00Z | start | must be an instant such as 2026-03-01T00:00:00Z, was '2026-04-01'
            /v1/sites/berlin/pue?start=2026-04-01T00:00:01Z&end=2026-04-02T00:00:00Z | start | must be a whole minute, was '2026-04-01T00:00:01Z'
            /v1/sites/berlin/pue?start=1900-04-01T00:00:00Z&end=2026-04-02T00:00:00Z | start | must lie between the years 2000 and 2100, was '1900-04-01T00:00:00Z'
            /v1/sites/berlin/pue?start=2026-04-02T00:00:00Z&end=2026-04-02T00:00:00Z | end | must be after start, was 2026-04-02T00:00:00Z after 2026-04-02T00:00:00Z
            /v1/sites/berlin/pue?start=2026-04-02T00:00:00Z&end=2026-04-02T01:30:00Z | end | must be start plus whole steps of PT1H, such as 2026-04-02T01:00:00Z or 2026-04-02T02:00:00Z, was 2026-04-02T01:30:00Z
            /v1/sites/berlin/energy?step=PT15M                          | step   | must be PT1M or PT1H, was 'PT15M'
            /v1/sites/berlin/energy?step=PT1H&start=2026-04-01T00:30:00Z&end=2026-04-01T01:30:00Z | start | must lie on a row of the site's ledger, every PT1H from the full hour, was 2026-04-01T00:30:00Z
            /v1/sites/berlin/pue?window=PT48H&start=2026-01-01T00:30:00Z&end=2026-07-30T00:30:00Z | start | must lie on a row of the site's ledger, every PT1H from the full hour, for more than 100 windows, was 2026-01-01T00:30:00Z
            /v1/runs?limit=0                                            | limit  | must be a number from 1 to 100, was '0'
            /v1/runs?limit=x                                            | limit  | must be a number from 1 to 100, was 'x'
            /v1/runs?limit=101                                          | limit  | must be a number from 1 to 100, was '101'
            /v1/runs?cursor=!!                                          | cursor | must be a next_cursor of this list
            /v1/reports/carbon?month=2026-03                            | site   | is needed
            /v1/reports/carbon?site=berlin                              | month  | is needed
            /v1/reports/cost?site=berlin&month=2026-13                  | month  | must be a month such as 2026-03, was '2026-13'
            /v1/reports/cost?site=berlin&month=March                    | month  | must be a month such as 2026-03, was 'March'
            /v1/reports/cost?site=berlin&month=1999-12                  | month  | must lie between the years 2000 and 2100, was '1999-12'
            /v1/exports/2026?site=berlin                                | month  | must be a month such as 2026-03, was '2026'
            /v1/exports/2026-03                                         | site   | is needed
            /v1/exports/2026-03?site=berlin&format=pdf                  | format | must be one of json, csv, was 'pdf'
            """)
    void whatIsWrongWithARequestIsToldByField(String path, String field, String detail) {
        JsonNode problem = problem(api.get(path), 400);

        JsonNode errors = problem.get("errors");
        assertThat(errors).extracting(error -> error.get("field").textValue()).contains(field);
        if (!detail.equals("*")) {
            assertThat(errors)
                    .extracting(error -> error.get("detail").textValue())
                    .contains(detail);
        }
    }

    @Test
    void everythingThatIsWrongIsToldAtOnce() {
        JsonNode problem = problem(api.get("/v1/sites/berlin/pue?b=1&a=2&window=x&tz=y&start=z"), 400);

        assertThat(problem.get("errors"))
                .extracting(error -> error.get("field").textValue())
                .containsExactly("a", "b", "window", "tz", "start", "end");
        assertThat(problem.get("instance").textValue()).isEqualTo("/v1/sites/berlin/pue");
    }

    @Test
    void whatComesBackIsShortAndHasNoControlCharacters() {
        JsonNode problem = problem(api.get("/v1/sites/berlin/pue?window=%0A%00" + "x".repeat(500)), 400);

        assertThat(problem.get("errors").get(0).get("detail").textValue())
                .contains("'??xxx")
                .hasSizeLessThan(200);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/sites/berlin/pue?start=2023-01-01T00:00:00Z&end=2026-01-01T00:00:00Z, P1D",
        "/v1/sites/berlin/pue?window=PT1M&start=2026-01-01T00:00:00Z&end=2026-01-11T00:00:00Z, PT5M",
        "/v1/sites/berlin/pue?window=PT1M&start=2026-01-01T00:00:00Z&end=2026-03-01T00:00:00Z, PT1H",
        "/v1/sites/berlin/pue?window=PT1H&start=2026-01-01T00:00:00Z&end=2026-04-01T00:00:00Z, P1D",
        "/v1/sites/berlin/pue?window=PT1M&start=2000-01-01T00:00:00Z&end=2099-01-01T00:00:00Z, P1M",
        "/v1/sites/berlin/energy?step=PT1M&start=2026-01-01T00:00:00Z&end=2026-01-11T00:00:00Z, PT1H",
        "/v1/sites/berlin/energy?step=PT1H&start=2023-01-01T00:00:00Z&end=2026-01-01T00:00:00Z,",
        "/v1/sites/berlin/energy?step=PT1M&start=2023-01-01T00:00:00Z&end=2026-01-01T00:00:00Z&format=csv, PT1H",
        "/v1/sites/berlin/pue?window=PT1M&start=2023-01-01T00:00:00Z&end=2026-01-01T00:00:00Z&format=ndjson, PT1H"
    })
    void whatWouldBeTooLargeIsRefusedWithTheNearestStep(String path, String nearest) {
        JsonNode problem = problem(api.get(path), 422);

        if (nearest == null) {
            assertThat(problem.has("nearest_step")).isFalse();
            assertThat(problem.get("detail").textValue()).endsWith("ask for a shorter range");
        } else {
            assertThat(problem.get("nearest_step").textValue()).isEqualTo(nearest);
            assertThat(api.get(path.replaceFirst("(window|step)=[^&]*&", "")
                                    .replaceFirst(
                                            "[?]",
                                            "?" + (path.contains("/energy") ? "step=" : "window=") + nearest + "&"))
                            .statusCode())
                    .isNotEqualTo(422);
        }
    }

    @Test
    void aFailureIs500WithoutItsCauseWhichTheLogHasUnderTheSameId() {
        JsonNode problem;
        try (LogProbe log = LogProbe.of(HttpDoor.class)) {
            problem = problem(api.get("/v1/health"), 500);

            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains(problem.get("trace_id").textValue(), "the secret cause");
        }

        assertThat(problem.toString()).doesNotContain("secret");
        assertThat(problem.get("instance").textValue()).isEqualTo("/v1/health");
    }

    @Test
    void aLedgerThatCannotBeReadIs503() {
        try (TestApi broken = TestApi.start()) {
            broken.database().close();

            HttpResponse<String> response = broken.get("/v1/runs");

            JsonNode problem = problem(response, 503);
            assertThat(problem.get("detail").textValue()).doesNotContain("Hikari", "select");
            assertThat(problem.get("reason").textValue()).startsWith("DATABASE_");
            assertThat(response.headers().firstValue("Retry-After")).hasValue("5");
        }
    }

    @Test
    void aRequestBodyIsRefused() {
        HttpResponse<String> response = api.send(HttpRequest.newBuilder(URI.create(api.address() + "/v1/sites"))
                .method("GET", BodyPublishers.ofString("{}"))
                .build());

        problem(response, 413);
    }

    @Test
    void aRequestBodyIsRefusedBeforeItHasCome() {
        String head = "GET /v1/sites HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";

        assertThat(RawHttp.send(api.address(), head + "Content-Length: 2000000\r\n\r\n{}"))
                .startsWith("HTTP/1.1 413 ");
        assertThat(RawHttp.send(api.address(), head + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"))
                .startsWith("HTTP/1.1 413 ");
    }

    @Test
    void errorsThatTheServerFindsBeforeAnyRouteAreProblemsToo() {
        problem(api.get("/v1/sites", "X-Large", "x".repeat(20_000)), 431);
        problem(api.get("/v1/%2e%2e/%2e%2e/etc"), 400);
        assertThat(RawHttp.send(api.address(), "GET /v1/si tes HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("application/problem+json", "frame-ancestors 'none'", "\"trace_id\"");
        assertThat(RawHttp.send(
                        api.address(), "GET /v1/sites HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("application/problem+json");
        assertThat(RawHttp.send(api.address(), "GET /%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("application/problem+json")
                .doesNotContain("Jetty");
    }

    @Test
    void whoSendsWhatIsNoGoodIsToldThatTheConnectionEnds() {
        String longText = "x".repeat(20_000);

        for (String head : List.of("GET /v1/sites?x=" + longText + " HTTP/1.1", "GET / HTTP/1.1\r\nX: " + longText)) {
            assertThat(RawHttp.send(api.address(), head + "\r\nHost: localhost\r\n\r\n"))
                    .matches("(?s)HTTP/1.1 4(14|31) .*")
                    .containsOnlyOnce("Connection: close");
        }
    }
}
