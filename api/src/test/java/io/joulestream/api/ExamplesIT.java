package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.joulestream.api.OpenApi.Example;
import io.joulestream.api.OpenApi.Operation;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example of {@code openapi.yaml} is asked, and answered as it says. */
class ExamplesIT {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .enable(SerializationFeature.INDENT_OUTPUT, SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private static TestApi api;
    /** For what changes something, which no other example may see. */
    private static TestApi changing;

    @BeforeAll
    static void start() {
        api = Documented.start();
        changing = Documented.start();
    }

    @AfterAll
    static void stop() {
        api.close();
        changing.close();
    }

    static List<Example> examples() {
        return OpenApi.FILE.examples();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleIsAnsweredAsItSays(Example example) throws IOException {
        HttpResponse<String> answer = Documented.ask(example.method().equals("GET") ? api : changing, example);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(example.status());
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith(example.mediaType());
        if (example.value().isEmpty()) {
            assertThat(answer.body().isEmpty()).isEqualTo(example.mediaType().isEmpty());
        } else if (example.mediaType().endsWith("json")) {
            assertThat(told(answer.body(), example.varies()))
                    .isEqualTo(told(JSON.writeValueAsString(example.value().get()), example.varies()));
        } else {
            assertThat(answer.body()).isEqualTo(example.value().get());
        }
    }

    /** In one order of fields, and without the values of those that are another each time, as a trace id is. */
    private static String told(String json, Set<String> varies) throws IOException {
        JsonNode tree = JSON.readTree(json);
        Stream.concat(Stream.of("trace_id"), varies.stream())
                .flatMap(field -> tree.findParents(field).stream().map(parent -> Map.entry(field, parent)))
                .forEach(found -> ((ObjectNode) found.getValue()).put(found.getKey(), "another each time"));
        return JSON.writeValueAsString(JSON.treeToValue(tree, Object.class));
    }

    @Test
    void everyOperationHasAnExampleOfItsOwnThatGoesWell() {
        for (Operation operation : OpenApi.FILE.operations()) {
            assertThat(operation.examples())
                    .as(operation.toString())
                    .anySatisfy(example -> assertThat(example.status()).isLessThan(300));
            assertThat(operation.examples())
                    .as(operation.toString())
                    .allSatisfy(example -> assertThat(
                                    example.status() < 300
                                            ? OpenApi.FILE.operation(example.method(), example.path())
                                            : Optional.of(operation))
                            .contains(operation));
        }
    }

    @Test
    void everyExampleIsShownSomewhere() {
        assertThat(examples().stream().map(Example::name).collect(Collectors.toSet()))
                .isEqualTo(OpenApi.FILE.at("components", "examples").keys());
    }
}
