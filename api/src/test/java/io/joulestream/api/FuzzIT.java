package io.joulestream.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.api.OpenApi.Example;
import io.joulestream.api.OpenApi.Operation;
import io.joulestream.api.OpenApi.Place;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Asks every operation of {@code openapi.yaml} for what it was not made for: its own examples with parts put in the place of
 * others, and texts that have broken programs before. Whatever comes, the answer is one that the file describes, none fails,
 * and none tells how the program is made. {@code -Dfuzz.seconds=300} for longer, {@code -Dfuzz.seed=N} for one run again.
 */
class FuzzIT {
    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("fuzz.seconds", 60));
    private static final long SEED = Long.getLong("fuzz.seed", System.nanoTime());

    /** Of languages that somebody downstream may speak, and of the edges of numbers, times and encodings. */
    private static final List<String> CORPUS = List.of(
            "",
            " ",
            "'",
            "\"",
            "' OR '1'='1",
            "1; drop table site; --",
            "$$; select pg_sleep(9); $$",
            "' union select sha256 from api_key --",
            "\\'; copy site to program 'id'; --",
            "../../../../etc/passwd",
            "..%2f..%2fetc%2fpasswd",
            "%00",
            "\u0000",
            "\r\nSet-Cookie: js=x",
            "<script>alert(1)</script>",
            "{{7*7}}${7*7}#{7*7}",
            "${jndi:ldap://127.0.0.1/x}",
            "=cmd|' /C calc'!A0",
            "-1",
            "0",
            "1e309",
            "NaN",
            "9223372036854775808",
            "0x7fffffff",
            "\u0661\u0662\u0663",
            "PT0S",
            "-P1D",
            "P999999999Y",
            "PT0.000000001S",
            "2026-02-30T00:00:00Z",
            "+1000000000-01-01T00:00:00Z",
            "2026-03-29T02:30:00+01:00[Europe/Berlin]",
            "0000-01",
            "2026-13",
            "Europe/Nowhere",
            "GMT+25",
            "\ud83d\ude00",
            "\u202egnp.exe",
            "e\u0301".repeat(50),
            "a".repeat(3_000),
            "[\"a\"]",
            "{\"a\":{}}",
            "null",
            "true",
            "undefined");

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final List<String> ownValues = valuesOfTheExamples();

    @Test
    void whateverIsAskedIsAnsweredAsDescribed() {
        Map<Integer, Integer> statuses = new TreeMap<>();
        long end = System.nanoTime() + LENGTH.toNanos();
        try (TestApi api = Documented.start()) {
            while (System.nanoTime() < end) {
                HttpRequest request = request(api.address());
                HttpResponse<String> answer = api.sendAside(request);

                String asked = "fuzz.seed " + SEED + ": " + request.method() + " " + request.uri();
                assertThat(answer.statusCode()).as(asked).isLessThan(500);
                assertThat(answer.body())
                        .as(asked)
                        .doesNotContain("Exception", "\tat ", "io.joulestream", "org.jooq", "PSQL");
                statuses.merge(answer.statusCode(), 1, Integer::sum);
            }
        }
        System.out.println("FuzzIT, seed " + SEED + ": answers by status " + statuses);
        assertThat(statuses).containsKeys(200, 400, 404);
    }

    private HttpRequest request(URI server) {
        List<Operation> operations = OpenApi.FILE.operations();
        Operation operation = operations.get(random.nextInt(operations.size()));
        Example example = operation.example();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server + address(operation, example)));
        boolean hasBody = !example.body().isEmpty();
        request.method(
                example.method(), hasBody ? BodyPublishers.ofString(body(example.body())) : BodyPublishers.noBody());
        if (hasBody && random.nextInt(10) > 0) {
            request.header("Content-Type", "application/json");
        }
        String key = random.nextInt(20) == 0
                ? header()
                : "Bearer " + Documented.keyOf(example).text();
        request.header("Authorization", key);
        for (String name :
                List.of("Accept", "If-None-Match", "Idempotency-Key", "Origin", "Accept-Encoding", "Cookie")) {
            if (random.nextInt(12) == 0) {
                request.header(name, header());
            }
        }
        return request.build();
    }

    private String address(Operation operation, Example example) {
        String path = operation.path();
        List<String> query = new ArrayList<>();
        for (Place parameter : operation.parameters()) {
            String name = parameter.text("name");
            if (parameter.text("in").equals("path")) {
                path = path.replace("{" + name + "}", random.nextBoolean() ? ofExample(operation, example) : value());
            } else if (parameter.text("in").equals("query") && random.nextInt(3) > 0) {
                query.add(name + "=" + value());
            }
        }
        if (random.nextInt(10) == 0) {
            query.add(query.isEmpty() ? value() + "=" + value() : query.get(0));
        }
        // half of the time only one thing is wrong
        return random.nextBoolean() && !query.isEmpty() && example.address().contains("?")
                ? example.address().replaceFirst("=[^&]*", "=" + value())
                : path + (query.isEmpty() ? "" : "?" + String.join("&", query));
    }

    /** What the example has in the place of the only parameter of a path. */
    private static String ofExample(Operation operation, Example example) {
        String[] template = operation.path().split("/");
        String[] parts = example.address().replaceFirst("[?].*", "").split("/");
        for (int i = 0; i < template.length; i++) {
            if (template[i].startsWith("{")) {
                return parts[i];
            }
        }
        throw new AssertionError(operation + " has no parameter in its path");
    }

    /** Encoded as a client would; a path cannot have an empty part. */
    private String value() {
        String text = random.nextInt(3) == 0
                ? ownValues.get(random.nextInt(ownValues.size()))
                : CORPUS.get(random.nextInt(CORPUS.size()));
        return URLEncoder.encode(text.isEmpty() ? " " : text, UTF_8).replace("+", "%20");
    }

    /** An example's body with one of its texts, or all of it, replaced. */
    private String body(String example) {
        String text = CORPUS.get(random.nextInt(CORPUS.size()));
        String json = text.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .chars()
                .mapToObj(c -> c < ' ' ? String.format("\\u%04x", c) : Character.toString(c))
                .collect(Collectors.joining());
        return switch (random.nextInt(4)) {
            case 0 -> text;
            case 1 -> example;
            case 2 -> example.replaceFirst(":\\s*\"[^\"]*\"", Matcher.quoteReplacement(":\"" + json + "\""));
            default -> example.substring(0, random.nextInt(example.length() + 1));
        };
    }

    /** What an HTTP client sends in a header. */
    private String header() {
        return CORPUS.get(random.nextInt(CORPUS.size())).replaceAll("[^\\x20-\\x7e]", "?");
    }

    /** Names, months and instants that mean something to this server. */
    private static List<String> valuesOfTheExamples() {
        return OpenApi.FILE.examples().stream()
                .flatMap(example -> List.of(example.address().split("[/?&=]")).stream())
                .filter(part -> !part.isBlank())
                .distinct()
                .toList();
    }
}
