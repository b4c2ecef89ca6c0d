package io.joulestream.app;

import io.joulestream.app.embedded.DataDirectory;
import io.joulestream.storage.DatabaseAddress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** {@code joulestream up} as a process of its own, on free ports. */
final class UpProcess implements AutoCloseable {
    private static final Pattern API = Pattern.compile("Joulestream is up: (\\S+)");
    private static final Pattern ADMIN = Pattern.compile("metrics: (\\S+)/metrics");

    private final Process process;
    private final Path data;
    private final Path output;
    private final HttpClient client = HttpClient.newHttpClient();

    private UpProcess(Process process, Path data, Path output) {
        this.process = process;
        this.data = data;
        this.output = output;
    }

    /** Returns when it is up. */
    static UpProcess start(Path data, Path output, Map<String, String> environment) throws IOException {
        UpProcess started = begin(data, output, environment);
        Awaitility.await("the service is up")
                .atMost(Duration.ofSeconds(90))
                .failFast("the service ended", () -> !started.process.isAlive())
                .until(() -> started.text().contains("Ctrl-C stops"));
        return started;
    }

    /** @param more arguments */
    static UpProcess begin(Path data, Path output, Map<String, String> environment, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx768m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Joulestream.class.getName(),
                "up",
                "--data-dir",
                data.toString(),
                "--port",
                "0"));
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.environment().putAll(environment);
        Files.deleteIfExists(output);
        return new UpProcess(builder.start(), data, output);
    }

    URI api() {
        return address(API);
    }

    URI admin() {
        return address(ADMIN);
    }

    private URI address(Pattern said) {
        Matcher matcher = said.matcher(text());
        if (!matcher.find()) {
            throw new IllegalStateException(text());
        }
        return URI.create(matcher.group(1));
    }

    HttpResponse<String> get(URI address) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> asking(URI address) {
        return client.sendAsync(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    }

    /** To its own database, as its owner. */
    Connection database() throws Exception {
        DatabaseAddress address = databaseAddress();
        return DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
    }

    DatabaseAddress databaseAddress() throws IOException {
        return Endpoints.from(DataDirectory.runningService(data).orElseThrow()).database();
    }

    /** SIGTERM. */
    void term() {
        process.destroy();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Its exit code. */
    int await(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("still running after " + patience + ": " + text());
        }
        return process.exitValue();
    }

    String text() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
