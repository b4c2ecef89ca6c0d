package io.joulestream.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.joulestream.core.alert.Alert;
import io.joulestream.core.alert.AlertKind;
import io.joulestream.core.alert.AlertRule;
import io.joulestream.core.alert.Observation;
import io.joulestream.core.alert.Severity;
import io.joulestream.storage.AlertMessage;
import io.joulestream.storage.AlertStore;
import io.joulestream.storage.AuditEntry;
import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.storage.testing.LedgerServer;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes of {@code joulestream api} on one database, and a receiver. */
class AlertDutyIT {
    private static final String TENANT = "default";
    private static final AuditEntry ACT = new AuditEntry("cli:test", "alert.test", "it", "");
    private static final Instant NOON = Instant.parse("2026-04-01T12:00:00Z");
    private static final byte[] SECRET = "a secret of thirty-two bytes, not".getBytes(UTF_8);

    private static final AlertRule RULE = new AlertRule(
            "coverage-lab",
            AlertKind.COVERAGE_LOSS,
            Optional.of("lab"),
            Optional.empty(),
            Optional.of(AlertKind.COVERAGE_LOSS.band(BigDecimal.TEN, null, Optional.empty())),
            Duration.ZERO,
            Severity.WARNING,
            true);

    @TempDir
    private static Path folder;

    private final List<String> received = Collections.synchronizedList(new ArrayList<>());

    @Test
    void ofTwoProcessesOneSendsAndWhenItIsKilledTheOtherDoes() throws Exception {
        DatabaseAddress address = LedgerServer.newEmbeddedDatabase();
        HttpServer receiver = receiver();
        try (Database database = Database.open(address);
                ApiProcess one = ApiProcess.begin(settings(address), folder.resolve("one.txt"));
                ApiProcess other = ApiProcess.begin(settings(address), folder.resolve("other.txt"))) {
            AlertStore alerts = database.alerts();
            alerts.addRule(TENANT, RULE, ACT);
            alerts.createWebhook(
                    TENANT, "pager", "http://127.0.0.1:" + receiver.getAddress().getPort() + "/", SECRET, ACT);
            one.awaitUp();
            other.awaitUp();

            List<String> first = tell(alerts, "a", "b", "c");
            await(() -> one.delivered() + other.delivered() == 3);
            assertThat(received).containsExactlyInAnyOrderElementsOf(first);
            ApiProcess sending = one.delivered() == 3 ? one : other;
            ApiProcess standingBy = sending == one ? other : one;
            assertThat(sending.delivered()).isEqualTo(3);

            sending.kill();
            List<String> second = tell(alerts, "d", "e");
            await(() -> standingBy.delivered() == 2);
            assertThat(received.subList(3, received.size())).containsExactlyInAnyOrderElementsOf(second);
        } finally {
            receiver.stop(0);
        }
    }

    private static void await(Callable<Boolean> fact) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(fact);
    }

    private HttpServer receiver() throws IOException {
        HttpServer receiver = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        receiver.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            received.add(exchange.getRequestHeaders().getFirst("webhook-id"));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        receiver.start();
        return receiver;
    }

    private static Path settings(DatabaseAddress address) throws IOException {
        return Files.writeString(
                folder.resolve("own.conf"), """
                joulestream {
                  kafka.bootstrap = "127.0.0.1:1"
                  database { url = "%s", user = "%s", password = "%s" }
                  outbound.internal-hosts = "127.0.0.1"
                }
                """.formatted(address.jdbcUrl(), address.user(), address.password()));
    }

    /** An alert of each meter opens; the ids of what is told of them. */
    private static List<String> tell(AlertStore alerts, String... meters) {
        List<String> ids = new ArrayList<>();
        for (String meter : meters) {
            Observation seen = new Observation(
                    RULE.kind(),
                    "lab",
                    meter,
                    "coverage of " + meter,
                    BigDecimal.ONE,
                    null,
                    RULE.band().orElseThrow(),
                    NOON.minusSeconds(3_600),
                    NOON,
                    NOON,
                    "/v1/sites/lab/energy");
            Optional<Alert> open = Alert.after(RULE, Optional.empty(), seen, UUID::randomUUID);
            String id = open.orElseThrow().id() + ".opened";
            alerts.put(TENANT, Optional.empty(), open, Optional.of(new AlertMessage(id, "{}")));
            ids.add(id);
        }
        return ids;
    }

    /** {@code joulestream api} as a process of its own, on free ports. */
    private static final class ApiProcess implements AutoCloseable {
        private static final Pattern METRICS = Pattern.compile("metrics: (\\S+)");
        private static final Pattern DELIVERED =
                Pattern.compile("joulestream_webhook_messages_total\\{outcome=\"delivered\"} ([0-9.]+)");

        private final Process process;
        private final Path output;
        private final HttpClient client = HttpClient.newHttpClient();

        private ApiProcess(Process process, Path output) {
            this.process = process;
            this.output = output;
        }

        static ApiProcess begin(Path settings, Path output) throws IOException {
            ProcessBuilder builder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Joulestream.class.getName(),
                            "api",
                            "--config",
                            settings.toString(),
                            "--port",
                            "0")
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            return new ApiProcess(builder.start(), output);
        }

        void awaitUp() {
            Awaitility.await("the API is up")
                    .atMost(Duration.ofSeconds(90))
                    .failFast("it ended", () -> !process.isAlive())
                    .until(() -> METRICS.matcher(text()).find());
        }

        /** How many messages it delivered. */
        int delivered() throws IOException, InterruptedException {
            Matcher metrics = METRICS.matcher(text());
            assertThat(metrics.find()).isTrue();
            String told = client.send(
                            HttpRequest.newBuilder(URI.create(metrics.group(1))).build(), BodyHandlers.ofString())
                    .body();
            Matcher delivered = DELIVERED.matcher(told);
            assertThat(delivered.find()).as(told).isTrue();
            return (int) Double.parseDouble(delivered.group(1));
        }

        private String text() throws IOException {
            return Files.readString(output);
        }

        /** SIGKILL. */
        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }

        @Override
        public void close() throws InterruptedException {
            kill();
        }
    }
}
