package io.joulestream.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.joulestream.api.AlertRound;
import io.joulestream.app.embedded.DataDirectory;
import io.joulestream.core.access.ApiKey;
import io.joulestream.storage.Database;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every secret that a service makes or is shown, searched wherever a service leaves anything, after a day of it: keys of all
 * kinds, valid and not, a session, a webhook with its receiver's own secret, and a database that went away.
 */
class SecretsIT {
    private static final Instant DAY = Instant.parse("2026-04-01T00:00:00Z");

    @TempDir
    private static Path folder;

    private static final Map<String, byte[]> SECRETS = new TreeMap<>();
    /** What the API answered, but for that in which it shows a secret. */
    private static final List<String> ANSWERS = new ArrayList<>();
    /** The command lines of all processes, while everything ran. */
    private static final List<byte[]> PROCESSES = new ArrayList<>();

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final AtomicInteger RECEIVED = new AtomicInteger();

    private static UpProcess up;
    private static HttpServer receiver;
    private static Path data;

    @BeforeAll
    static void useAllOfThem() throws Exception {
        data = folder.resolve("data");
        receiver = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        receiver.createContext("/", exchange -> {
            exchange.sendResponseHeaders(RECEIVED.getAndIncrement() == 0 ? 500 : 204, -1);
            exchange.close();
        });
        receiver.start();
        up = UpProcess.start(
                data,
                folder.resolve("up.txt"),
                Map.of(
                        "JOULESTREAM_API_KEYS", "required",
                        "JOULESTREAM_OUTBOUND_INTERNAL_HOSTS", "127.0.0.1",
                        "JOULESTREAM_ADMIN_LOOK_EVERY", "1s"));
        keep(
                "the database's password",
                Files.readString(data.resolve("postgres/password")).strip());
        String first = key("the first key", up.text());

        importAMinute();
        String operator = keysOfAnOperator();
        aWebhookThatIsCalled();
        askAsPeopleDo(first, operator);
        askWhileTheDatabaseIsAway(operator);
        PROCESSES.addAll(commandLines());
    }

    @AfterAll
    static void stop() throws InterruptedException {
        up.close();
        receiver.stop(0);
    }

    // ---- what is done

    private static void importAMinute() throws IOException {
        String readings = IntStream.range(0, 61)
                .mapToObj(second -> DAY.plusSeconds(second) + ",600\n")
                .collect(Collectors.joining());
        Path table = Files.writeString(folder.resolve("lab.csv"), "time,watts\n" + readings);
        run("import", "csv", table.toString(), "--site", "lab");
    }

    private static String keysOfAnOperator() {
        run("user", "create", "mia", "--role", "operator");
        String made = key("a key", run("key", "create", "mia"));
        return key(
                "a rotated key",
                run("key", "rotate", ApiKey.parse(made).orElseThrow().prefix()));
    }

    /** It is called once in vain. */
    private static void aWebhookThatIsCalled() throws Exception {
        String address =
                "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook/" + made("the receiver's secret");
        String text = run("alert", "webhook", "create", "pager", address)
                .lines()
                .filter(line -> line.startsWith("whsec_"))
                .findFirst()
                .orElseThrow();
        keep("the webhook's secret", text.substring("whsec_".length()));
        SECRETS.put("the webhook's secret, raw", Base64.getDecoder().decode(text.substring("whsec_".length())));
        run("alert", "rule", "set", "seen", "--kind", "coverage_loss", "--site", "lab", "--low", "90", "--for", "PT1M");
        Endpoints endpoints = Endpoints.from(DataDirectory.runningService(data).orElseThrow());
        try (Database database = Database.open(endpoints.database())) {
            for (int minute : List.of(120, 125)) {
                Clock clock = Clock.fixed(DAY.plus(Duration.ofMinutes(minute)), ZoneOffset.UTC);
                new AlertRound(database.alerts(), database.queries(), database.sites(), clock, "default").once();
            }
        }
        Awaitility.await("the receiver is called again")
                .atMost(Duration.ofSeconds(60))
                .until(() -> RECEIVED.get() > 1);
    }

    private static void askAsPeopleDo(String first, String operator) throws Exception {
        for (String path : List.of(
                "/v1/health",
                "/v1/sites",
                "/v1/sites/lab/pue?start=2026-04-01T00:00:00Z&end=2026-04-01T01:00:00Z",
                "/v1/runs",
                "/v1/alerts",
                "/v1/reports/carbon?site=lab&month=2026-04",
                "/v1/exports/2026-04?site=lab&format=csv",
                "/v1/exports/2026-04?site=lab&format=json",
                "/openapi.json")) {
            ANSWERS.add(told(get(path, "Authorization", "Bearer " + operator)));
        }
        ANSWERS.add(told(get("/v1/keys", "Authorization", "Bearer " + first)));
        ANSWERS.add(told(get("/v1/audit", "Authorization", "Bearer " + first)));
        HttpResponse<String> shown = CLIENT.send(
                HttpRequest.newBuilder(up.api().resolve("/v1/keys"))
                        .header("Authorization", "Bearer " + first)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"member\":\"mia\"}"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(shown.statusCode()).as(shown.body()).isEqualTo(201);
        key("a key by HTTP", shown.body());
        HttpResponse<String> session = CLIENT.send(
                HttpRequest.newBuilder(up.api().resolve("/v1/session"))
                        .header("Origin", up.api().toString())
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"key\":\"" + operator + "\"}"))
                        .build(),
                BodyHandlers.ofString());
        String cookie = session.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
        keep("a session", cookie.substring(cookie.indexOf('.') + 1));
        assertThat(session.body()).doesNotContain(cookie);
        ANSWERS.add(told(get("/v1/sites", "Cookie", cookie)));
        askWithWhatIsNoKey(operator);
    }

    private static void askWithWhatIsNoKey(String operator) throws Exception {
        ApiKey unknown = ApiKey.random("default", new SecureRandom());
        keep("an unknown key", unknown.secret());
        ANSWERS.add(told(get("/v1/sites", "Authorization", "Bearer " + unknown.text())));
        ANSWERS.add(told(get("/v1/sites", "Authorization", "Bearer " + made("no key at all"))));
        ANSWERS.add(told(get("/v1/sites", "Authorization", "Basic " + made("a password"))));
        ANSWERS.add(told(get("/v1/sites", "Cookie", "js=default." + made("no session"))));
        ANSWERS.add(told(get("/v1/sites", "X-Api-Key", made("a key in another header"))));
        HttpResponse<String> byQuery = get("/v1/sites?key=" + operator);
        assertThat(byQuery.statusCode()).isEqualTo(401);
        ANSWERS.add(told(byQuery));
    }

    private static void askWhileTheDatabaseIsAway(String operator) throws Exception {
        String log = Files.readString(data.resolve("logs/joulestream.log"));
        String pid = Files.readAllLines(data.resolve("postgres/data/postmaster.pid"))
                .get(0)
                .strip();
        // a connection that was used just now is not tried before it is used again: one that was not would be replaced
        // unseen
        get("/v1/runs", "Authorization", "Bearer " + operator);
        ProcessHandle.of(Long.parseLong(pid)).orElseThrow().destroyForcibly();
        Awaitility.await("a request is not answered")
                .pollDelay(Duration.ZERO)
                .atMost(Duration.ofSeconds(30))
                .until(() ->
                        get("/v1/runs", "Authorization", "Bearer " + operator).statusCode() == 503);
        Awaitility.await("it is back")
                .atMost(Duration.ofSeconds(60))
                .until(() ->
                        get("/v1/runs", "Authorization", "Bearer " + operator).statusCode() == 200);
        assertThat(Files.readString(data.resolve("logs/joulestream.log")).length())
                .isGreaterThan(log.length());
    }

    // ---- where they are searched

    @Test
    void noAnswerTellsOne() {
        ANSWERS.forEach(
                answer -> assertThat(found(answer.getBytes(UTF_8))).as(answer).isEmpty());
    }

    @Test
    void noMetricTellsOne() throws Exception {
        String metrics = up.get(up.admin().resolve("/metrics")).body();

        assertThat(found(metrics.getBytes(UTF_8))).isEmpty();
        assertThat(metrics).contains("joulestream_http_request_duration_seconds");
    }

    @Test
    void noCommandLineTellsOne() {
        assertThat(PROCESSES)
                .anySatisfy(line -> assertThat(new String(line, UTF_8)).contains("postgres"));
        PROCESSES.forEach(
                line -> assertThat(found(line)).as(new String(line, UTF_8)).isEmpty());
    }

    /** Keys are not stored; what signs webhooks, and where they go, has to be. */
    @Test
    void ofTheDatabaseOneTableTellsTheWebhooks() throws Exception {
        Map<String, Set<String>> byTable = new TreeMap<>();
        try (Connection connection = up.database()) {
            for (String table : tables(connection)) {
                try (Statement statement = connection.createStatement();
                        ResultSet rows = statement.executeQuery("select t::text from " + table + " t")) {
                    while (rows.next()) {
                        Set<String> found = found(rows.getString(1).getBytes(UTF_8));
                        if (!found.isEmpty()) {
                            byTable.computeIfAbsent(table, same -> new TreeSet<>())
                                    .addAll(found);
                        }
                    }
                }
            }
        }

        assertThat(byTable).isEqualTo(Map.of("webhook", Set.of("the receiver's secret", "the webhook's secret, raw")));
    }

    @Test
    void noTopicTellsOne() throws Exception {
        Endpoints endpoints = Endpoints.from(DataDirectory.runningService(data).orElseThrow());
        Map<String, Object> settings =
                Map.of("bootstrap.servers", endpoints.kafkaBootstrap(), "auto.offset.reset", "earliest");
        int records = 0;
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.listTopics().values().stream()
                    .flatMap(List::stream)
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    records++;
                    assertThat(found(record.key())).as(record.topic()).isEmpty();
                    assertThat(found(record.value())).as(record.topic()).isEmpty();
                }
            }
        }
        assertThat(records).isPositive();
    }

    /** But for the files that are there for it, which nobody else may read. */
    @Test
    void noFileTellsOne() throws IOException {
        Map<String, Set<String>> byFile = new TreeMap<>();
        try (Stream<Path> files = Files.walk(data)) {
            files.filter(Files::isRegularFile).forEach(file -> {
                Set<String> found = found(bytes(file));
                if (!found.isEmpty()) {
                    byFile.put(data.relativize(file).toString(), found);
                }
            });
        }

        Set<String> stored = Set.of("the receiver's secret", "the webhook's secret, raw");
        byFile.entrySet()
                .removeIf(entry -> entry.getKey().startsWith("postgres/data/") // its tables and their log
                        && stored.containsAll(entry.getValue()));
        assertThat(byFile)
                .isEqualTo(Map.of(
                        "postgres/password", Set.of("the database's password"),
                        "service.properties", Set.of("the database's password")));
        assertThat(Files.getPosixFilePermissions(data.resolve("postgres/password")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.getPosixFilePermissions(data)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void whatIsSearchedForIsFound() {
        SECRETS.forEach((name, secret) -> {
            byte[] line = ("before " + HexFormat.of().formatHex(secret) + " after").getBytes(UTF_8);
            assertThat(found(secret)).contains(name);
            assertThat(found(line)).contains(name);
        });
        assertThat(SECRETS).hasSizeGreaterThan(12);
        assertThat(found(up.text().getBytes(UTF_8))).containsExactly("the first key");
    }

    // ---- how

    /** A secret of the test's own making, whose name is told where it is found. */
    private static String made(String name) {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        String secret = "canary" + HexFormat.of().formatHex(bytes);
        keep(name, secret);
        return secret;
    }

    private static void keep(String name, String secret) {
        assertThat(secret.length()).as(name).isGreaterThan(15);
        SECRETS.put(name, secret.getBytes(UTF_8));
    }

    /** The key in a text, whose secret is kept. */
    private static String key(String name, String text) {
        ApiKey key = Arrays.stream(text.split("[\\s\"]+"))
                .flatMap(word -> ApiKey.parse(word).stream())
                .findFirst()
                .orElseThrow(() -> new AssertionError(text));
        keep(name, key.secret());
        return key.text();
    }

    private static String run(String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        Collections.addAll(arguments, "--data-dir", data.toString());
        if (command[0].equals("alert")) {
            Collections.addAll(arguments, "--config", outbound().toString());
        }
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out, true);
        int exit = Joulestream.run(writer, writer, arguments.toArray(new String[0]));
        assertThat(exit).as(out.toString()).isZero();
        return out.toString();
    }

    private static Path outbound() {
        try {
            return Files.writeString(folder.resolve("own.conf"), "joulestream.outbound.internal-hosts = \"127.0.0.1\"");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(up.api() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static String told(HttpResponse<String> answer) {
        return answer.statusCode() + " " + answer.headers().map() + " " + answer.body();
    }

    private static List<String> tables(Connection connection) throws Exception {
        List<String> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet names = statement.executeQuery(
                        "select table_name from information_schema.tables where table_schema = 'public'")) {
            while (names.next()) {
                tables.add(names.getString(1));
            }
        }
        return tables;
    }

    private static List<byte[]> commandLines() {
        return ProcessHandle.allProcesses()
                .map(process -> bytes(Path.of("/proc", Long.toString(process.pid()), "cmdline")))
                .toList();
    }

    /** Nothing of what ended meanwhile. */
    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return new byte[0];
        } catch (IOException e) {
            if (Files.notExists(file)) {
                return new byte[0];
            }
            throw new UncheckedIOException(e);
        }
    }

    /** The names of the secrets in it, as they are, as hexadecimal digits or as Base64. */
    private static Set<String> found(byte[] where) {
        if (where == null) {
            return Set.of();
        }
        String text = new String(where, ISO_8859_1);
        Set<String> found = new TreeSet<>();
        SECRETS.forEach((name, secret) -> {
            String plain = new String(secret, ISO_8859_1);
            String base64 = Base64.getEncoder().withoutPadding().encodeToString(secret);
            String whole = base64.substring(0, base64.length() - 1); // the last digit holds bits of what follows
            if (text.contains(plain) || text.contains(HexFormat.of().formatHex(secret)) || text.contains(whole)) {
                found.add(name);
            }
        });
        return found;
    }
}
