package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HeadersIT {
    private static final List<String> PATHS = List.of(
            "/",
            "/assets/app.js",
            "/docs",
            "/openapi.yaml",
            "/openapi.json",
            "/v1/health",
            "/v1/sites",
            "/v1/sites/berlin",
            "/v1/sites/berlin/pue",
            "/v1/sites/berlin/energy",
            "/v1/runs",
            "/v1/runs/llm-1",
            "/v1/reports/carbon?site=berlin&month=2026-03",
            "/v1/reports/cost?site=berlin&month=2026-03",
            "/v1/exports/2026-03?site=berlin",
            "/v1/exports/2026-03?site=berlin&format=csv",
            "/v1/nothing",
            "/v1/sites?x=1");

    private static TestApi api;

    @BeforeAll
    static void start() {
        api = TestApi.start();
        Sites.berlin(api.database());
        Sites.llm(api.database());
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    static void assertSafe(HttpResponse<String> response) {
        assertThat(response.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(
                        policy -> assertThat(policy).contains("default-src 'self'", "frame-ancestors 'none'"));
        assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(response.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
        assertThat(response.headers().firstValue("Server")).isEmpty();
        assertThat(response.headers().firstValue("X-Powered-By")).isEmpty();
        assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        assertThat(response.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    void everyAnswerWearsTheSecurityHeaders() {
        for (String path : PATHS) {
            HttpResponse<String> response = api.get(path, "Origin", "https://elsewhere.example");
            assertSafe(response);
            assertThat(response.headers().firstValue("Cache-Control")).as(path).isPresent();
        }
    }

    @Test
    void headIsAnsweredLikeGetWithoutTheBody() {
        for (String path : PATHS) {
            HttpResponse<String> get = api.get(path);
            HttpResponse<String> head = api.send("HEAD", path);

            assertThat(head.statusCode()).as(path).isEqualTo(get.statusCode());
            assertThat(head.body()).isEmpty();
            assertThat(head.headers().firstValue("Content-Type"))
                    .isEqualTo(get.headers().firstValue("Content-Type"));
            assertThat(head.headers().firstValue("ETag"))
                    .isEqualTo(get.headers().firstValue("ETag"));
            assertSafe(head);
        }
    }

    @Test
    void aTrailingSlashIsTheSameAddress() {
        assertThat(api.get("/v1/sites/").statusCode()).isEqualTo(200);
    }

    @Test
    void itListensOnLoopbackOnly() {
        assertThat(api.address().getHost()).isEqualTo("127.0.0.1");
        assertThat(api.address().getPort()).isPositive();
    }

    @Test
    void thePageAndItsFilesComeFromTheClassPath() {
        HttpResponse<String> page = api.get("/");
        HttpResponse<String> script = api.get("/assets/app.js");

        assertThat(page.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/html"));
        assertThat(page.body()).contains("<title>");
        assertThat(script.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/javascript"));
        String tag = script.headers().firstValue("ETag").orElseThrow();
        assertThat(api.get("/assets/app.js", "If-None-Match", tag).statusCode()).isEqualTo(304);
    }

    @Test
    void theDescriptionIsTheSameAsJson() {
        JsonNode yaml = new ObjectMapper().valueToTree(OpenApi.FILE.at().value());

        assertThat(TestApi.parse(api.get("/openapi.json").body()).toString())
                .isEqualTo(TestApi.parse(yaml.toString()).toString());
    }
}
