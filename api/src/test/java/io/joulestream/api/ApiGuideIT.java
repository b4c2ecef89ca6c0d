package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands of {@code docs/api.md} are answered with what stands below them. */
class ApiGuideIT {
    private static final Path GUIDE = Path.of("../docs/api.md");
    private static final Pattern QUESTION =
            Pattern.compile("```sh\n(curl .*?)```\n\n```json\n(.*?)```", Pattern.DOTALL);
    private static final Pattern HEADER = Pattern.compile("-H \"([^:\"]+): ([^\"]+)\"");
    private static final Pattern BODY = Pattern.compile("-d '([^']*)'");
    private static final Pattern ADDRESS = Pattern.compile("\"\\$API(/[^\"]*)\"");

    private static TestApi api;

    /** @param answer a part of what is answered */
    record Question(String command, String answer) {
        @Override
        public String toString() {
            return first(ADDRESS, command).orElse(command);
        }
    }

    @BeforeAll
    static void start() {
        api = Documented.start();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    static List<Question> questions() throws IOException {
        return QUESTION.matcher(Files.readString(GUIDE))
                .results()
                .map(found -> new Question(found.group(1), found.group(2)))
                .toList();
    }

    @Test
    void noCommandIsPassedOver() throws IOException {
        long commands = Files.readString(GUIDE)
                .lines()
                .filter(line -> line.startsWith("curl "))
                .count();

        assertThat(questions()).hasSize((int) commands).hasSize(7);
    }

    @ParameterizedTest
    @MethodSource("questions")
    void aQuestionIsAnsweredAsTheGuideSays(Question question) {
        HttpResponse<String> answer = ask(question.command());

        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
        assertThat(missing("", TestApi.parse(question.answer()), told(answer)))
                .as(answer.body())
                .isEmpty();
    }

    /** Of events the data of the first. */
    private static JsonNode told(HttpResponse<String> answer) {
        String type = answer.headers().firstValue("Content-Type").orElse("");
        return TestApi.parse(
                type.equals(EventStream.MEDIA_TYPE)
                        ? ServerEvents.parse(answer.body()).get(0).data()
                        : answer.body());
    }

    private static HttpResponse<String> ask(String command) {
        URI address = URI.create(api.address() + first(ADDRESS, command).orElseThrow());
        Optional<String> body = first(BODY, command);
        HttpRequest.Builder request = HttpRequest.newBuilder(address);
        body.ifPresent(text -> request.POST(BodyPublishers.ofString(text)));
        HEADER.matcher(command)
                .results()
                .forEach(header ->
                        request.header(header.group(1), header.group(2).replace("$KEY", Documented.ADA.text())));
        return api.send(request.build());
    }

    private static Optional<String> first(Pattern pattern, String command) {
        return pattern.matcher(command).results().findFirst().map((MatchResult found) -> found.group(1));
    }

    /** What of a part is not in the whole; an element of a list may be any of the whole's. */
    private static List<String> missing(String at, JsonNode part, JsonNode whole) {
        List<String> missing = new ArrayList<>();
        if (part.isObject()) {
            for (Iterator<Map.Entry<String, JsonNode>> fields = part.fields(); fields.hasNext(); ) {
                Map.Entry<String, JsonNode> field = fields.next();
                missing.addAll(missing(at + "/" + field.getKey(), field.getValue(), whole.path(field.getKey())));
            }
        } else if (part.isArray()) {
            part.forEach(element -> {
                boolean isThere = false;
                for (JsonNode candidate : whole) {
                    isThere |= missing(at, element, candidate).isEmpty();
                }
                if (!isThere) {
                    missing.add(at + " " + element);
                }
            });
        } else if (!part.equals(whole)) {
            missing.add(at + " " + part + ", is " + whole);
        }
        return missing;
    }
}
