package io.joulestream.api;

import com.fasterxml.jackson.databind.node.TextNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.joulestream.api.OpenApi.Operation;
import io.joulestream.api.OpenApi.Place;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Holds every answer to what {@code openapi.yaml} says of it: its status, media type, headers and body must be described; and
 * what was asked and was answered well must have been allowed. Schemas are JSON Schema 2020-12. Thread-safe.
 */
final class Contract {
    private static final String FILE = "https://joulestream.example/openapi.yaml";

    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(
            Dialects.getOpenApi31(),
            builder -> builder.schemas(Map.of(FILE, OpenApi.FILE.text()))
                    .schemaRegistryConfig(SchemaRegistryConfig.builder()
                            .formatAssertionsEnabled(true)
                            .build()));

    /** Headers that are not described one by one: of any answer, or of the connection. */
    private static final Set<String> OF_EVERY_ANSWER = SecurityHeaders.ALL.keySet().stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toCollection(TreeSet::new));

    static {
        OF_EVERY_ANSWER.addAll(Set.of(
                "cache-control",
                "connection",
                "content-encoding",
                "content-length",
                "content-type",
                "date",
                "ratelimit",
                "ratelimit-policy",
                "trace-id",
                "transfer-encoding",
                "vary"));
    }

    /** What an answer may be where nothing, or another method, is described: as {@code components/responses} tell. */
    private static final Set<Integer> ELSEWHERE = Set.of(400, 404, 405, 413, 414, 431);

    private final HttpRequest request;
    private final HttpResponse<String> response;
    private final List<String> complaints = new ArrayList<>();

    private Contract(HttpRequest request, HttpResponse<String> response) {
        this.request = request;
        this.response = response;
    }

    /** @throws AssertionError that tells everything that is not as described */
    static void hold(HttpRequest request, HttpResponse<String> response) {
        Contract contract = new Contract(request, response);
        contract.check();
        if (!contract.complaints.isEmpty()) {
            throw new AssertionError("openapi.yaml does not describe the answer " + response.statusCode() + " to "
                    + request.method() + " " + request.uri().getRawPath() + ":\n"
                    + String.join("\n", contract.complaints) + "\n" + response.body());
        }
    }

    /** Whether an event of a stream is as described. */
    static void hold(String path, ServerEvents.Event event) {
        Place described = OpenApi.FILE
                .operation("GET", path)
                .flatMap(operation -> operation.response(200))
                .flatMap(response -> response.child("content"))
                .flatMap(content -> content.child(EventStream.MEDIA_TYPE))
                .flatMap(media -> media.child("x-events"))
                .orElseThrow();
        List<String> complaints = complaints(described, event);
        if (!complaints.isEmpty()) {
            throw new AssertionError("openapi.yaml does not describe " + event + ":\n" + String.join("\n", complaints));
        }
    }

    /** The data is what is described of the event's name. */
    private static List<String> complaints(Place described, ServerEvents.Event event) {
        return described
                .child(event.name())
                .map(schema -> complaints("event " + event.id(), event.data(), schema))
                .orElse(List.of("the event " + event.name() + " is not described"));
    }

    private void check() {
        String path = request.uri().getRawPath();
        Optional<Operation> operation = OpenApi.FILE.operation(request.method(), path);
        Optional<Place> described = operation.isPresent()
                ? operation.get().response(response.statusCode())
                : elsewhere(OpenApi.FILE.pathOf(path).isPresent() ? 405 : 404);
        if (described.isEmpty()) {
            complaints.add("its status is not described");
            return;
        }
        headers(described.get());
        traceId();
        if (response.statusCode() == 405) {
            allowed(path);
        }
        body(described.get());
        if (operation.isPresent() && response.statusCode() / 100 == 2) {
            query(operation.get());
        }
    }

    /** Where no operation is described, an answer tells just that, unless the request is no good anywhere. */
    private Optional<Place> elsewhere(int expected) {
        int status = response.statusCode();
        boolean fits = status == expected || ELSEWHERE.contains(status) && status != 404 && status != 405;
        return fits
                ? Optional.of(OpenApi.FILE.at("components", "responses", Integer.toString(status)))
                : Optional.empty();
    }

    private void headers(Place described) {
        Map<String, Place> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        described
                .child("headers")
                .ifPresent(all -> all.keys()
                        .forEach(name -> headers.put(name, all.child(name).orElseThrow())));
        headers.forEach((name, header) -> {
            List<String> values = response.headers().allValues(name);
            if (values.isEmpty() && header.text("required").equals("true")) {
                complaints.add("the header " + name + " is missing");
            }
            values.forEach(value -> text(name, value, header.child("schema").orElseThrow()));
        });
        response.headers().map().keySet().stream()
                .filter(name -> !OF_EVERY_ANSWER.contains(name) && !headers.containsKey(name))
                .forEach(name -> complaints.add("the header " + name + " is not described"));
    }

    private void traceId() {
        String traceId = response.headers().firstValue("Trace-Id").orElse("");
        if (!traceId.matches("[0-9a-f]{16}")) {
            complaints.add("the header Trace-Id is missing");
        }
        boolean isProblem = response.statusCode() >= 400 && !response.body().isEmpty();
        if (isProblem && !response.body().contains("\"" + traceId + "\"")) {
            complaints.add("the problem has another trace id than the header Trace-Id, " + traceId);
        }
    }

    /** The methods that are refused with are those that are described, and HEAD where GET is. */
    private void allowed(String path) {
        Set<String> described = OpenApi.FILE.methods(path);
        Set<String> told = new TreeSet<>(
                List.of(response.headers().firstValue("Allow").orElse("").split(", ")));
        if (!told.equals(described)) {
            complaints.add("Allow tells of " + told + " where " + described + " are described");
        }
    }

    private void body(Place described) {
        Optional<String> type = response.headers().firstValue("Content-Type").map(Contract::mediaType);
        Optional<Place> content = described.child("content");
        if (content.isEmpty()) {
            if (type.isPresent() || !response.body().isEmpty()) {
                complaints.add("it has a body, " + type.orElse("of no type"));
            }
            return;
        }
        Optional<Place> media = type.flatMap(content.get()::child);
        if (media.isEmpty()) {
            complaints.add("its media type " + type.orElse("is missing; it") + " is not described");
            return;
        }
        if (request.method().equals("HEAD")) {
            if (!response.body().isEmpty()) {
                complaints.add("the answer to HEAD has a body");
            }
            return;
        }
        if (type.get().equals(EventStream.MEDIA_TYPE)) {
            Place events = media.get().child("x-events").orElseThrow();
            ServerEvents.parse(response.body()).forEach(event -> complaints.addAll(complaints(events, event)));
            return;
        }
        String json = isJson(type.get()) ? response.body() : quoted(response.body());
        validate("body", json, media.get().child("schema").orElseThrow());
        media.get()
                .child("x-line-schema")
                .ifPresent(line -> response.body().lines().forEach(text -> validate("line", text, line)));
        if (type.get().equals("text/csv")) {
            csv();
        }
    }

    static boolean isJson(String mediaType) {
        return mediaType.equals("application/json") || mediaType.endsWith("+json");
    }

    /** Every line has what the header names, and no cell is one that a spreadsheet would run. */
    private void csv() {
        try (CsvReader<CsvRecord> lines = CsvReader.builder()
                .extraFieldStrategy(FieldMismatchStrategy.STRICT)
                .missingFieldStrategy(FieldMismatchStrategy.STRICT)
                .ofCsvRecord(response.body())) {
            lines.stream()
                    .flatMap(line -> line.getFields().stream())
                    .filter(cell -> cell.matches("(?s)[=+@\\t\\r\\n-].*") && !cell.matches("-?[0-9]+([.][0-9]+)?"))
                    .forEach(cell -> complaints.add("the cell " + cell + " is a formula"));
        } catch (IOException | CsvParseException e) {
            complaints.add("it is no CSV: " + e.getMessage());
        }
    }

    private void query(Operation operation) {
        Map<String, String> given = new TreeMap<>();
        String query = Optional.ofNullable(request.uri().getRawQuery()).orElse("");
        for (String pair : query.isEmpty() ? new String[0] : query.split("&")) {
            String[] parts = pair.split("=", 2);
            given.put(decoded(parts[0]), decoded(parts.length > 1 ? parts[1] : ""));
        }
        for (Place parameter : operation.parameters()) {
            if (parameter.text("in").equals("query")) {
                String value = given.remove(parameter.text("name"));
                if (value != null) {
                    text(
                            parameter.text("name"),
                            value,
                            parameter.child("schema").orElseThrow());
                } else if (parameter.text("required").equals("true")) {
                    complaints.add("it answers without the parameter " + parameter.text("name"));
                }
            }
        }
        given.keySet().forEach(name -> complaints.add("it takes the parameter " + name + ", which is not described"));
    }

    /** What stands in a header or a parameter is a number where its schema asks for one. */
    private void text(String name, String value, Place schema) {
        boolean isNumber = schema.text("type").equals("integer") && value.matches("-?[0-9]+");
        validate(name, isNumber ? value : quoted(value), schema);
    }

    private void validate(String what, String json, Place schema) {
        complaints.addAll(complaints(what, json, schema));
    }

    private static List<String> complaints(String what, String json, Place schema) {
        return SCHEMAS.getSchema(SchemaLocation.of(FILE + schema.pointer())).validate(json, InputFormat.JSON).stream()
                .map(error -> what + " " + error)
                .toList();
    }

    private static String mediaType(String contentType) {
        return contentType.split(";")[0].strip().toLowerCase(Locale.ROOT);
    }

    private static String quoted(String text) {
        return TextNode.valueOf(text).toString();
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
