package io.joulestream.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.joulestream.storage.DatabaseAddress;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Series that are larger than what is held: from the database to whoever takes them. */
class StreamingIT {
    private static final Instant FROM = Instant.parse("2026-02-01T00:00:00Z");
    private static final int DAYS = 40;
    private static final Instant TO = FROM.plus(Duration.ofDays(DAYS));
    private static final int ROLES = 3;
    private static final int SMALL_MEBIBYTES = 56;

    /** 80 MB. */
    private static final String MINUTES =
            "/v1/sites/berlin/energy?step=PT1M&start=" + FROM + "&end=" + TO + "&format=ndjson";

    private static TestApi api;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @BeforeAll
    static void start() {
        api = TestApi.start();
        Sites.berlin(api.database());
        Ledger.fill(api.database(), ledger -> {
            ledger.role("berlin", "GRID_IMPORT", FROM, TO, Sites.MINUTE, 125_000, 200_000);
            ledger.role("berlin", "PDU_OUT", FROM, TO, Sites.MINUTE, 100_000, 150_000);
        });
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create(api.address() + path)).build();
    }

    private static int connectionsLent() {
        return api.database().pools().get(0).active();
    }

    private static void awaitNoneLent(Duration atMost) {
        await().atMost(atMost).until(() -> connectionsLent() == 0);
    }

    @Test
    void whatIsStreamedIsWhatItsPartsSay() {
        String hours = "/v1/sites/berlin/energy?step=PT1H&format=csv";
        String minutes = "/v1/sites/berlin/pue?window=PT5M&format=ndjson";

        assertStreamedAsParts(hours, FROM.minus(Duration.ofDays(200)), FROM.plus(Duration.ofDays(100)), 2);
        assertStreamedAsParts(minutes, FROM.minus(Duration.ofDays(1)), FROM.plus(Duration.ofDays(29)), 2);
    }

    /** Parts that are small enough to be made whole. */
    private static void assertStreamedAsParts(String series, Instant start, Instant end, int parts) {
        HttpResponse<String> all = between(series, start, end);

        StringBuilder joined = new StringBuilder();
        Duration length = Duration.between(start, end).dividedBy(parts);
        for (int i = 0; i < parts; i++) {
            Instant from = start.plus(length.multipliedBy(i));
            HttpResponse<String> part = between(series, from, from.plus(length));
            assertThat(part.headers().firstValue("ETag")).isPresent();
            boolean hasHeader = series.contains("csv") && i > 0;
            joined.append(hasHeader ? part.body().substring(part.body().indexOf("\r\n") + 2) : part.body());
        }
        assertThat(all.headers().firstValue("ETag")).as("it is streamed").isEmpty();
        assertThat(all.headers().firstValue("Content-Length")).isEmpty();
        assertThat(all.body().equals(joined.toString())).isTrue();
    }

    private static HttpResponse<String> between(String series, Instant start, Instant end) {
        HttpResponse<String> answer = api.get(series + "&start=" + start + "&end=" + end);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    @Test
    void aLongSeriesComesWholeAndCompressedIsTheSame() throws Exception {
        HttpResponse<InputStream> answer = CLIENT.send(request(MINUTES), BodyHandlers.ofInputStream());

        Counted counted;
        try (InputStream body = answer.body()) {
            counted = count(body);
        }

        assertThat(counted.lines()).isEqualTo(DAYS * 24 * 60 * ROLES);
        assertThat(api.send("HEAD", MINUTES).headers().firstValue("Envelope"))
                .isEqualTo(answer.headers().firstValue("Envelope"));
        String fiveMinutes = "/v1/sites/berlin/pue?window=PT5M&start=" + FROM + "&end=" + FROM.plus(Duration.ofDays(20))
                + "&format=csv";
        assertThat(api.get(fiveMinutes, "Accept-Encoding", "gzip").body())
                .isEqualTo(api.get(fiveMinutes).body());
        awaitNoneLent(Duration.ofSeconds(5));
    }

    private record Counted(long bytes, long lines) {}

    private static Counted count(InputStream body) throws IOException {
        long bytes = 0;
        long lines = 0;
        byte[] buffer = new byte[64 << 10];
        for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
            bytes += read;
            for (int i = 0; i < read; i++) {
                lines += buffer[i] == '\n' ? 1 : 0;
            }
        }
        return new Counted(bytes, lines);
    }

    @Test
    void aSeriesLargerThanTheHeapGoesThroughIt() throws Exception {
        DatabaseAddress database = api.database().address();
        Process small = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + SMALL_MEBIBYTES + "m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallServer.class.getName(),
                        database.jdbcUrl(),
                        database.user(),
                        database.password())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = small.inputReader()) {
            String ready = output.lines()
                    .filter(line -> line.startsWith("READY "))
                    .findFirst()
                    .orElseThrow();
            HttpRequest request = HttpRequest.newBuilder(URI.create(ready.substring("READY ".length()) + MINUTES))
                    .build();

            Counted counted;
            try (InputStream body =
                    CLIENT.send(request, BodyHandlers.ofInputStream()).body()) {
                counted = count(body);
            }

            assertThat(counted.lines()).isEqualTo(DAYS * 24 * 60 * ROLES);
            assertThat(counted.bytes()).isGreaterThan((long) SMALL_MEBIBYTES << 20);
            System.out.println("proof: " + counted + " through a heap of " + SMALL_MEBIBYTES + " MiB");
        } finally {
            small.destroy();
        }
    }

    @Test
    void whenTheDatabaseEndsInTheMiddleTheAnswerIsBrokenOff() throws Exception {
        try (LogProbe log = LogProbe.of(Streams.class)) {
            HttpResponse<InputStream> answer = CLIENT.send(request(MINUTES), BodyHandlers.ofInputStream());
            assertThat(answer.statusCode()).isEqualTo(200);
            try (InputStream body = answer.body()) {
                assertThat(body.readNBytes(100_000)).hasSize(100_000);
                await().atMost(Duration.ofSeconds(10)).until(() -> endReaders() == 1);

                assertThatThrownBy(() -> count(body)).isInstanceOf(IOException.class);
            }

            await().untilAsserted(() ->
                    assertThat(log.lines()).singleElement().asString().contains("is broken off: DATABASE_UNREACHABLE"));
        }
        awaitNoneLent(Duration.ofSeconds(5));
    }

    /** How many were reading minutes. */
    private static int endReaders() throws SQLException {
        try (Connection connection = api.database().dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet ended = statement.executeQuery("select count(pg_terminate_backend(pid)) from pg_stat_activity"
                        + " where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'"
                        + " and query like '%site_minute%'")) {
            ended.next();
            return ended.getInt(1);
        }
    }

    @Test
    void whoGoesAwayFreesTheConnection() throws Exception {
        HttpResponse<InputStream> answer = CLIENT.send(request(MINUTES), BodyHandlers.ofInputStream());
        answer.body().readNBytes(100_000);
        assertThat(connectionsLent()).isEqualTo(1);

        answer.body().close();

        awaitNoneLent(Duration.ofSeconds(10));
    }

    /** What lies between the two takes some; then nothing is taken for 30 s. */
    @Test
    void whoDoesNotReadIsCutAfterHalfAMinuteAndNobodyElseWaits() throws Exception {
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(16 << 10);
            socket.connect(
                    new InetSocketAddress(api.address().getHost(), api.address().getPort()));
            socket.getOutputStream()
                    .write(("GET " + MINUTES + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                            .getBytes(UTF_8));
            await().atMost(Duration.ofSeconds(10)).until(() -> connectionsLent() == 1);
            assertThat(api.get("/v1/sites/berlin/energy").statusCode()).isEqualTo(200);

            awaitNoneLent(Duration.ofSeconds(60));

            assertThat(endOf(socket)).as("it has no last chunk").isNotEqualTo("0\r\n\r\n");
        }
    }

    /** The last bytes that come, fewer where the connection is reset. */
    private static String endOf(Socket socket) {
        StringBuilder last = new StringBuilder();
        try {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (int read = in.read(); read >= 0; read = in.read()) {
                last.append((char) read);
                last.delete(0, Math.max(0, last.length() - 5));
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("reset");
        }
        return last.toString();
    }

    @Test
    void whatIsTooMuchIsRefusedWithoutAskingTheDatabase() {
        String range = "&start=2023-04-01T00:00:00Z&end=2026-04-01T00:00:00Z";
        List<String> tooMuch = List.of(
                "/v1/sites/berlin/energy?step=PT1M" + range,
                "/v1/sites/berlin/energy?step=PT1M&format=ndjson" + range,
                "/v1/sites/berlin/pue?window=PT1M" + range,
                "/v1/sites/berlin/pue?window=PT1M&format=csv" + range,
                "/v1/sites/berlin/balance?step=PT1H" + range,
                "/v1/sites/berlin/demand?of=feeds" + range,
                "/v1/sites/berlin/quantities?tz=UTC" + range);
        try (StatementProbe probe = StatementProbe.before(api.database().address());
                TestApi observed = TestApi.start(probe.address(), ApiConfig.Keys.NONE)) {
            assertThat(probe.during(() -> observed.get("/v1/sites/berlin/energy")))
                    .as("the probe sees what is asked")
                    .anySatisfy(statement -> assertThat(statement).contains("site_minute"));
            for (String address : tooMuch) {
                observed.get(address);
                long begun = System.nanoTime();

                List<String> statements =
                        probe.during(() -> assertThat(observed.get(address).statusCode())
                                .as(address)
                                .isEqualTo(422));

                assertThat(statements).as(address).isEmpty();
                assertThat(Duration.ofNanos(System.nanoTime() - begun))
                        .as(address)
                        .isLessThan(Duration.ofMillis(50));
            }
        }
    }
}
