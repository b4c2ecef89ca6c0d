package io.joulestream.bench;

import io.joulestream.app.MadeUpHistory;
import io.joulestream.app.embedded.EmbeddedServers;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code ./joulestream api}, which is built, as a process of its own.
 *
 * @param api where it answers
 * @param admin where it answers those who look after it
 * @param readyAfter from the start of the process until it said that it answers
 */
record ServedApi(Process process, URI api, URI admin, Duration readyAfter) implements AutoCloseable {
    private static final Pattern API = Pattern.compile("Joulestream's API is up: (\\S+)");
    private static final Pattern ADMIN = Pattern.compile("metrics: (\\S+)/metrics");

    /** Settings for these servers and the made-up history, on free ports; more may be added. */
    static Map<String, String> settings(EmbeddedServers servers) {
        return new HashMap<>(Map.of(
                "JOULESTREAM_KAFKA_BOOTSTRAP", servers.kafkaBootstrap(),
                "JOULESTREAM_DATABASE_URL", servers.jdbcUrl(),
                "JOULESTREAM_DATABASE_USER", servers.jdbcUser(),
                "JOULESTREAM_DATABASE_PASSWORD", servers.jdbcPassword(),
                "JOULESTREAM_TENANT", MadeUpHistory.TENANT,
                "JOULESTREAM_ADMIN_PORT", "0"));
    }

    /** @param settings by the names of their environment variables */
    static ServedApi start(Map<String, String> settings) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("./joulestream", "api", "--port", "0")
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(settings);
        long start = System.nanoTime();
        Process process = builder.start();
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        URI api = address(said, API);
        Duration readyAfter = Duration.ofNanos(System.nanoTime() - start);
        return new ServedApi(process, api, address(said, ADMIN), readyAfter);
    }

    private static URI address(BufferedReader said, Pattern pattern) throws IOException {
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            Matcher matcher = pattern.matcher(line);
            if (matcher.find()) {
                return URI.create(matcher.group(1));
            }
        }
        throw new IOException("the API ended before it answered");
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
