package io.joulestream.api;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** How bodies are read, and how they are written: snake_case keys in the order of the record, plain decimals, instants in UTC, nulls kept. */
final class Json {
    static final String MEDIA_TYPE = "application/json";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN)
            .addModule(new SimpleModule().addSerializer(Instant.class, new ToStringSerializer(Instant.class)))
            .build();

    private static final ObjectReader STRICT = MAPPER.reader()
            .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Json() {}

    /**
     * What a request's body says: texts and lists of texts by name.
     *
     * @param flags what is true or false instead
     * @throws ProblemException if it is anything else
     */
    static Map<String, List<String>> texts(byte[] body, Set<String> flags) {
        JsonNode object;
        try {
            object = STRICT.readTree(body);
        } catch (IOException e) {
            throw ProblemException.invalid(List.of(new FieldError("body", "must be a JSON object")));
        }
        if (!object.isObject()) {
            throw ProblemException.invalid(List.of(new FieldError("body", "must be a JSON object")));
        }
        Map<String, List<String>> texts = new TreeMap<>();
        List<FieldError> errors = new ArrayList<>();
        object.fields().forEachRemaining(field -> {
            JsonNode value = field.getValue();
            boolean isFlag = flags.contains(field.getKey());
            List<JsonNode> nodes = new ArrayList<>();
            if (value.isArray()) {
                value.forEach(nodes::add);
            } else {
                nodes.add(value);
            }
            if (!nodes.stream().allMatch(isFlag ? JsonNode::isBoolean : JsonNode::isTextual)) {
                errors.add(new FieldError(
                        Parameters.echo(field.getKey()), isFlag ? "must be true or false" : "must be a text"));
            }
            texts.put(field.getKey(), nodes.stream().map(JsonNode::asText).toList());
        });
        if (!errors.isEmpty()) {
            throw ProblemException.invalid(errors);
        }
        return texts;
    }

    /**
     * What a request's body says: numbers, truths and texts, and lists of them, by name. A number stands as it was written, so that
     * none of its digits, nor the sign of a zero, is lost.
     *
     * @throws ProblemException if it is anything else
     */
    static Map<String, List<String>> scalars(byte[] body) {
        Map<String, List<String>> scalars = new TreeMap<>();
        try (JsonParser json = MAPPER.getFactory().createParser(body)) {
            json.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw ProblemException.invalid(List.of(new FieldError("body", "must be a JSON object")));
            }
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                List<String> texts = new ArrayList<>();
                if (json.nextToken() == JsonToken.START_ARRAY) {
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        texts.add(scalar(json, name));
                    }
                } else {
                    texts.add(scalar(json, name));
                }
                scalars.put(name, texts);
            }
            if (json.nextToken() != null) {
                throw ProblemException.invalid(
                        List.of(new FieldError("body", "must be one JSON object and nothing else")));
            }
            return scalars;
        } catch (IOException e) {
            throw ProblemException.invalid(List.of(new FieldError("body", "must be a JSON object")));
        }
    }

    private static String scalar(JsonParser json, String name) throws IOException {
        if (!json.currentToken().isScalarValue() || json.currentToken() == JsonToken.VALUE_NULL) {
            throw ProblemException.invalid(List.of(
                    new FieldError(Parameters.echo(name), "must be a number, a truth or a text, or a list of them")));
        }
        return json.getText();
    }

    /** Of text that was written by us. */
    static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was stored is no JSON", e);
        }
    }

    static JsonNode tree(Object body) {
        return MAPPER.valueToTree(body);
    }

    static byte[] bytes(Object body) {
        try {
            return MAPPER.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(body.getClass() + " cannot be written as JSON", e);
        }
    }
}
