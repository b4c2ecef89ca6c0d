package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real service as those see it who watch it: a real Prometheus where there is one, and a reader of its log. */
class WatchingIT {
    private static final Path EXAMPLES = Path.of("../docs/examples/prometheus");
    private static final Map<String, String> JSON =
            Map.of("JOULESTREAM_LOG_FORMAT", "json", "JOULESTREAM_ADMIN_LOOK_EVERY", "1s");
    private static final Path BIN = Path.of("/usr/bin");

    @TempDir
    private static Path folder;

    private static UpProcess up;

    @BeforeAll
    static void start() throws IOException {
        up = UpProcess.start(folder.resolve("data"), folder.resolve("up.txt"), JSON);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        up.close();
    }

    @Test
    void aServiceThatIsUpIsLiveAndReady() throws Exception {
        assertThat(up.get(up.admin().resolve("/live")).statusCode()).isEqualTo(200);
        assertThat(up.get(up.admin().resolve("/ready")).body()).isEqualTo("{\"ready\":true}");
    }

    @Test
    void theAdminsAddressesAreNotThoseOfTheApi() throws Exception {
        assertThat(up.get(up.api().resolve("/metrics")).statusCode()).isEqualTo(404);
        assertThat(up.get(up.api().resolve("/ready")).statusCode()).isEqualTo(404);
        assertThat(up.get(up.admin().resolve("/v1/health")).statusCode()).isEqualTo(404);
    }

    @Test
    void jobTopicsAndRequestsAreTold() throws Exception {
        up.get(up.api().resolve("/v1/sites"));

        Awaitility.await("the job runs, has caught up, and its sinks are counted")
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(scrape().body())
                        .contains("joulestream_job_state{state=\"RUNNING\"} 1.0")
                        .contains("joulestream_kafka_lag_records{topic=\"js.telemetry.v1.default\"} 0.0")
                        .contains("joulestream_sink_rows_total{sink=\"channel_minutes\"}"));
        assertThat(scrape().body())
                .contains("joulestream_http_request_duration_seconds_count{"
                        + "method=\"GET\",route=\"/v1/sites\",status=\"200\"}")
                .contains("joulestream_energy_joules_total{method=\"cpu_time\"}")
                .contains("jvm_memory_used_bytes");
    }

    @Test
    void promtoolFindsNothingToSay() throws Exception {
        Path promtool = tool("promtool");
        Path metrics = Files.writeString(folder.resolve("metrics.txt"), scrape().body());

        Process check = new ProcessBuilder(promtool.toString(), "check", "metrics")
                .redirectInput(metrics.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(check.waitFor()).as(said).isZero();
        assertThat(said).isEmpty();
    }

    @Test
    void aRealPrometheusScrapesItAndJudgesItByTheAlerts() throws Exception {
        Path prometheus = tool("prometheus");
        Path config = Files.writeString(
                folder.resolve("prometheus.yml"),
                Files.readString(EXAMPLES.resolve("prometheus.yml"))
                        .replace("127.0.0.1:9420", up.admin().getAuthority())
                        .replace(": 15s", ": 1s"));
        Files.copy(EXAMPLES.resolve("alerts.yml"), folder.resolve("alerts.yml"));
        URI server = URI.create("http://127.0.0.1:" + FreePort.any());
        Process process = new ProcessBuilder(
                        prometheus.toString(),
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("tsdb"),
                        "--web.listen-address=" + server.getAuthority())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.txt").toFile())
                .start();
        try {
            Awaitility.await("it has scraped the service")
                    .atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> query(server, "up{job=\"joulestream\"} == 1").size() == 1
                            && query(server, "joulestream_ready").size() == 1);
            assertThat(query(server, "time() - joulestream_job_last_checkpoint_timestamp_seconds"))
                    .hasSize(1);
            Awaitility.await("it has judged it by all rules")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> rules(server).stream()
                            .allMatch(rule -> rule.get("health").asText().equals("ok")));
            assertThat(rules(server)).hasSize(7);
        } finally {
            process.destroy();
            process.waitFor(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void everyLineOfTheLogIsOneObjectAStackTraceToo() throws Exception {
        Path data = folder.resolve("refused");
        String taken = Integer.toString(up.admin().getPort());
        UpProcess refused = UpProcess.begin(data, folder.resolve("refused.txt"), JSON, "--admin-port", taken);

        assertThat(refused.await(Duration.ofSeconds(60))).isEqualTo(1);
        assertThat(refused.text()).contains("cannot listen on 127.0.0.1 port " + taken);
        assertThat(log(data))
                .anySatisfy(line -> assertThat(line.path("error.stack_trace").asText())
                        .contains("at io.joulestream.app.UpCommand")
                        .contains("Caused by: "));
        List<JsonNode> all = new ArrayList<>(log(data));
        all.addAll(log(folder.resolve("data")));
        assertThat(all)
                .hasSizeGreaterThan(5)
                .allSatisfy(line -> assertThat(line.properties())
                        .extracting(Map.Entry::getKey)
                        .contains("@timestamp", "log.level", "message", "log.logger", "process.thread.name"));
    }

    @Test
    void whatIsLoggedOfARequestHasItsTraceId() throws Exception {
        HttpResponse<String> refused;
        try (Connection locker = up.database()) {
            locker.setAutoCommit(false);
            try (Statement statement = locker.createStatement()) {
                statement.execute("lock table site_version in access exclusive mode");
            }
            refused = up.get(up.api().resolve("/v1/sites/of-which-no-answer-is-held"));
        }

        String traceId =
                new ObjectMapper().readTree(refused.body()).get("trace_id").asText();
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(log(folder.resolve("data")))
                .anySatisfy(line -> assertThat(line.path("trace.id").asText()).isEqualTo(traceId));
    }

    private static List<JsonNode> log(Path data) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(data.resolve("logs/joulestream.log"))) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }

    private static HttpResponse<String> scrape() throws IOException, InterruptedException {
        return up.get(up.admin().resolve("/metrics"));
    }

    private static JsonNode query(URI server, String promql) throws IOException, InterruptedException {
        String asked = "/api/v1/query?query=" + URLEncoder.encode(promql, StandardCharsets.UTF_8);
        return new ObjectMapper()
                .readTree(up.get(server.resolve(asked)).body())
                .get("data")
                .get("result");
    }

    private static List<JsonNode> rules(URI server) throws IOException, InterruptedException {
        JsonNode groups = new ObjectMapper()
                .readTree(up.get(server.resolve("/api/v1/rules")).body())
                .get("data")
                .get("groups");
        List<JsonNode> rules = new ArrayList<>();
        groups.get(0).get("rules").forEach(rules::add);
        return rules;
    }

    private static Path tool(String name) {
        Path tool = BIN.resolve(name);
        assumeTrue(
                Files.isExecutable(tool), "there is no " + tool + ": not checked with it (apt-get install prometheus)");
        return tool;
    }
}
