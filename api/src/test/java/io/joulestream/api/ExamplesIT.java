package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.joulestream.api.OpenApi.Example;
import io.joulestream.api.OpenApi.Operation;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
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

    @BeforeAll
    static void start() {
        api = TestApi.start();
        Sites.documented(api.database());
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    static List<Example> examples() {
        return OpenApi.FILE.examples();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleIsAnsweredAsItSays(Example example) throws IOException {
        HttpResponse<String> answer = api.send(example.method(), example.address());

        assertThat(answer.statusCode()).isEqualTo(example.status());
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith(example.mediaType());
        if (example.value().isEmpty()) {
            assertThat(answer.body()).isNotEmpty();
        } else if (example.mediaType().endsWith("json")) {
            assertThat(told(answer.body()))
                    .isEqualTo(told(JSON.writeValueAsString(example.value().get())));
        } else {
            assertThat(answer.body()).isEqualTo(example.value().get());
        }
    }

    /** In one order of fields; the trace is another each time. */
    private static String told(String json) throws IOException {
        JsonNode tree = JSON.readTree(json.replaceAll("\"trace_id\"\\s*:\\s*\"[0-9a-f]+\"", "\"trace_id\":\"\""));
        return JSON.writeValueAsString(JSON.treeToValue(tree, Object.class));
    }

    @Test
    void everyOperationHasAnExampleOfItsOwnThatGoesWell() {
        for (Operation operation : OpenApi.FILE.operations()) {
            assertThat(operation.examples())
                    .as(operation.path())
                    .anySatisfy(example -> assertThat(example.status()).isEqualTo(200));
            assertThat(operation.examples())
                    .as(operation.path())
                    .allSatisfy(example -> assertThat(
                                    example.status() == 200
                                            ? OpenApi.FILE.operation(example.method(), path(example))
                                            : Optional.of(operation))
                            .contains(operation));
        }
    }

    private static String path(Example example) {
        return example.address().replaceAll("[?].*", "");
    }

    @Test
    void everyExampleIsShownSomewhere() {
        assertThat(examples().stream().map(Example::name).collect(Collectors.toSet()))
                .isEqualTo(OpenApi.FILE.at("components", "examples").keys());
    }
}
