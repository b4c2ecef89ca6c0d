package io.joulestream.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;

import io.joulestream.core.digest.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Every answer that the tests of one run were given, one a line, so that runs on two servers can be compared. What is another
 * in each run, the server's port and the trace of a problem, is left out. Beside them what was asked and with which status it
 * was answered, of all.
 */
final class Answers {
    /** What tells of keys or secrets, or of when somebody did something. */
    private static final String MADE_BY_CHANCE = "/v1/(members|keys|audit|session|webhooks)(/.*)?";

    /** Of a longer body, in characters, only the digest is kept: those of all tests have to fit into memory. */
    private static final int LONGEST = 64 << 10;

    static final Path FOLDER = Path.of("target/answers");

    /** Begun with the first answer of a run: whoever only compares begins none. */
    private static final class OfThisRun {
        private static final String SERVER = System.getProperty("ledger.server.file") == null ? "plain" : "timescaledb";

        static final Path FILE = begin(SERVER);
        static final Path STATUSES = begin(SERVER + "-statuses");
    }

    private Answers() {}

    private static Path begin(String server) {
        try {
            Files.createDirectories(FOLDER);
            return Files.writeString(FOLDER.resolve(server), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static synchronized void note(HttpRequest request, HttpResponse<String> response) {
        URI uri = request.uri();
        append(OfThisRun.STATUSES, request.method() + " " + uri.getRawPath() + " " + response.statusCode() + "\n");
        boolean dependsOnTime = response.statusCode() == 429;
        if (dependsOnTime || uri.getPath().matches(MADE_BY_CHANCE)) {
            return;
        }
        String path = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        String body = response.body()
                .replaceAll("\\R", "\\\\n")
                .replace(serverOf(uri), "http://SERVER")
                .replaceAll("\"trace_id\":\"[0-9a-f]+\"", "\"trace_id\":ANY");
        String line = request.method() + " " + path + " " + headersOf(request) + " -> " + response.statusCode() + " "
                + (body.length() > LONGEST ? "SHA-256 " + Sha256.hex(body.getBytes(UTF_8)) : body) + "\n";
        append(OfThisRun.FILE, line);
    }

    private static void append(Path file, String line) {
        try {
            Files.writeString(file, line, UTF_8, APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keys are made by chance, and are another in each run. */
    private static String headersOf(HttpRequest request) {
        return request.headers()
                .map()
                .toString()
                .replaceAll("js_[a-z0-9-]+_[a-z2-7]{8}_[A-Za-z0-9_-]{43}", "KEY")
                .replaceAll("js=[a-z0-9-]+\\.[A-Za-z0-9_-]{43}", "SESSION")
                .replace(serverOf(request.uri()), "http://SERVER");
    }

    private static String serverOf(URI uri) {
        return uri.getScheme() + "://" + uri.getAuthority();
    }

    /** Each once, in an order that does not depend on that of the tests: how often a limit lets one ask depends on the time. */
    static List<String> of(String server) throws IOException {
        return Files.readAllLines(FOLDER.resolve(server)).stream()
                .distinct()
                .sorted()
                .toList();
    }

    /** As {@code GET /v1/sites 200}. */
    static List<String> statusesOf(String server) throws IOException {
        return Files.readAllLines(FOLDER.resolve(server + "-statuses"));
    }
}
