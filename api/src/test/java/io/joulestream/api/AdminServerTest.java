package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The door for those who look after the process, over a real socket. */
class AdminServerTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private volatile Optional<Readiness.Obstacle> obstacle = Optional.empty();
    private AdminServer server;

    @BeforeEach
    void start() {
        server = new AdminServer(ApiConfig.LOOPBACK, 0, registry, () -> obstacle);
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aProcessThatAnswersLives() throws Exception {
        obstacle = Optional.of(new Readiness.Obstacle("STOPPING", "the service is being stopped"));

        HttpResponse<String> live = get("/live");

        assertThat(live.statusCode()).isEqualTo(200);
        assertThat(live.body()).isEqualTo("{\"live\":true}");
    }

    @Test
    void itIsReadyWhereNothingIsInTheWay() throws Exception {
        HttpResponse<String> ready = get("/ready");

        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.body()).isEqualTo("{\"ready\":true}");
    }

    @Test
    void whatIsInTheWayIsToldByItsCode() throws Exception {
        obstacle = Optional.of(new Readiness.Obstacle("DATABASE_UNREACHABLE", "the database does not answer"));

        HttpResponse<String> ready = get("/ready");

        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.headers().firstValue("Content-Type")).hasValue(Problem.MEDIA_TYPE);
        assertThat(TestApi.parse(ready.body()).get("reason").asText()).isEqualTo("DATABASE_UNREACHABLE");
        assertThat(TestApi.parse(ready.body()).get("detail").asText()).isEqualTo("the database does not answer");
    }

    @Test
    void metricsComeInTheFormatThatIsAskedFor() throws Exception {
        Counter.builder()
                .name("frames_total")
                .help("Frames.")
                .register(registry)
                .inc(3);

        HttpResponse<String> text = get("/metrics");
        HttpResponse<String> open = get(
                "/metrics",
                "Accept",
                "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1");

        assertThat(text.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(text.body()).contains("# TYPE frames_total counter\nframes_total 3.0\n");
        assertThat(open.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/openmetrics-text"));
        assertThat(open.body()).contains("# TYPE frames counter\n").endsWith("# EOF\n");
    }

    @Test
    void nothingElseIsThere() throws Exception {
        for (String path : List.of("/", "/v1/health", "/openapi.yaml", "/metrics/x", "/assets/app.js")) {
            HttpResponse<String> response = get(path);
            assertThat(response.statusCode()).as(path).isEqualTo(404);
            assertThat(response.body()).contains("/live, /ready and /metrics");
        }
        assertThat(get("/metrics?name=x").statusCode()).isEqualTo(400);
        assertThat(send("POST", "/ready").statusCode()).isEqualTo(405);
    }

    @Test
    void everyAnswerWearsTheSecurityHeaders() throws Exception {
        for (String path : List.of("/live", "/ready", "/metrics", "/nothing")) {
            HeadersIT.assertSafe(get(path));
        }
    }

    @Test
    void headersThatAreTooLargeAreRefused() throws Exception {
        assertThat(get("/live", "X-Large", "x".repeat(20_000)).statusCode()).isEqualTo(431);
    }

    private HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send("GET", path, headers);
    }

    private HttpResponse<String> send(String method, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }
}
