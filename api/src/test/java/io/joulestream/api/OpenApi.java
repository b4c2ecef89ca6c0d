package io.joulestream.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** {@code openapi.yaml} as data: its operations, and any place in it. Immutable. */
final class OpenApi {
    private static final Set<String> METHODS =
            Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");

    static final OpenApi FILE = new OpenApi(read());

    private final String text;
    private final Place root;
    private final List<Operation> operations = new ArrayList<>();

    /**
     * A question and its answer.
     *
     * @param request a method and an address, as {@code GET /v1/sites}
     * @param body the request's, as JSON; empty for none
     * @param mediaType empty where the answer has no body
     * @param value a text, or JSON as maps and lists; empty where the address itself is all that is shown, and where the
     *     answer has no body
     * @param varies fields that are another each time
     */
    record Example(
            String name,
            String request,
            String body,
            int status,
            String mediaType,
            Optional<Object> value,
            Set<String> varies) {
        String method() {
            return request.substring(0, request.indexOf(' '));
        }

        String address() {
            return request.substring(request.indexOf(' ') + 1);
        }

        String path() {
            return address().replaceAll("[?].*", "");
        }

        @Override
        public String toString() {
            return name + ": " + request;
        }
    }

    /** What one method of one address does. */
    record Operation(String method, String path, Place place) {
        Set<String> statuses() {
            return place.child("responses").orElseThrow().keys();
        }

        /** Where a status is described; empty when it is not. */
        Optional<Place> response(int status) {
            return place.child("responses").flatMap(responses -> responses.child(Integer.toString(status)));
        }

        List<Example> examples() {
            Place responses = place.child("responses").orElseThrow();
            return responses.keys().stream()
                    .flatMap(status ->
                            OpenApi.examples(status, responses.child(status).orElseThrow()).stream())
                    .toList();
        }

        /** One that goes well. */
        Example example() {
            return examples().stream()
                    .filter(example -> example.status() < 300)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(this + " has no example"));
        }

        List<Place> parameters() {
            return place.child("parameters").map(Place::children).orElse(List.of());
        }

        /** As {@code GET /v1/sites}. */
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /**
     * A place in the file.
     *
     * @param pointer to the place itself, where a reference led to it
     * @param value a map, a list, a text, a number, a boolean or null
     */
    record Place(OpenApi file, String pointer, Object value) {
        Optional<Place> child(String key) {
            return value instanceof Map<?, ?> map && map.containsKey(key)
                    ? Optional.of(
                            file.follow(pointer + "/" + key.replace("~", "~0").replace("/", "~1"), map.get(key)))
                    : Optional.empty();
        }

        /** The elements of a list. */
        List<Place> children() {
            List<Place> children = new ArrayList<>();
            List<?> list = (List<?>) value;
            for (int i = 0; i < list.size(); i++) {
                children.add(file.follow(pointer + "/" + i, list.get(i)));
            }
            return children;
        }

        Set<String> keys() {
            Set<String> keys = new TreeSet<>();
            ((Map<?, ?>) value).keySet().forEach(key -> keys.add((String) key));
            return keys;
        }

        /** The text under a key, or of a number or a boolean. */
        String text(String key) {
            return child(key).map(child -> String.valueOf(child.value())).orElse("");
        }
    }

    private OpenApi(String text) {
        this.text = text;
        this.root = new Place(this, "#", new Load(LoadSettings.builder().build()).loadFromString(text));
        for (String path : at("paths").keys()) {
            Place item = at("paths", path);
            for (String method : item.keys()) {
                if (METHODS.contains(method)) {
                    operations.add(new Operation(
                            method.toUpperCase(Locale.ROOT),
                            path,
                            item.child(method).orElseThrow()));
                }
            }
        }
    }

    String text() {
        return text;
    }

    List<Operation> operations() {
        return operations;
    }

    Place at(String... keys) {
        Place at = root;
        for (String key : keys) {
            Place parent = at;
            at = parent.child(key).orElseThrow(() -> new AssertionError(key + " is not at " + parent.pointer()));
        }
        return at;
    }

    /** Of every operation, and of the errors of any. */
    List<Example> examples() {
        Map<String, Example> examples = new TreeMap<>();
        operations.forEach(operation -> operation.examples().forEach(example -> examples.put(example.name(), example)));
        Place responses = at("components", "responses");
        responses
                .keys()
                .forEach(status -> examples(status, responses.child(status).orElseThrow())
                        .forEach(example -> examples.put(example.name(), example)));
        return List.copyOf(examples.values());
    }

    private static List<Example> examples(String status, Place response) {
        List<Example> examples = new ArrayList<>();
        response.child("content")
                .ifPresent(content -> content.keys()
                        .forEach(type -> content.child(type)
                                .flatMap(media -> media.child("examples"))
                                .ifPresent(all -> examples.addAll(examples(status, type, all)))));
        // of an answer without a body, of which OpenAPI knows none
        response.child("x-examples").ifPresent(all -> examples.addAll(examples(status, "", all)));
        return examples;
    }

    private static List<Example> examples(String status, String mediaType, Place all) {
        return all.keys().stream()
                .map(key -> all.child(key).orElseThrow())
                .map(example -> new Example(
                        example.pointer().replaceAll(".*/", ""),
                        example.text("x-request"),
                        example.child("x-request-body")
                                .map(body -> json(body.value()))
                                .orElse(""),
                        Integer.parseInt(status),
                        mediaType,
                        example.child("value").map(Place::value),
                        example.child("x-varies").map(Place::children).orElse(List.of()).stream()
                                .map(field -> (String) field.value())
                                .collect(toSet())))
                .toList();
    }

    private static String json(Object value) {
        return new String(Json.bytes(value), UTF_8);
    }

    /** The described address that an address of a request is one of; the most literal. */
    Optional<String> pathOf(String rawPath) {
        String path =
                rawPath.length() > 1 && rawPath.endsWith("/") ? rawPath.substring(0, rawPath.length() - 1) : rawPath;
        return operations.stream()
                .map(Operation::path)
                .filter(template -> path.matches(template.replaceAll("\\{[^}]*}", "[^/]+")))
                .min(Comparator.comparing(
                        template -> template.replaceAll("[^{]", "").length()));
    }

    /** What is described of a request; HEAD is what GET is, without the body. */
    Optional<Operation> operation(String method, String rawPath) {
        String described = method.equals("HEAD") ? "GET" : method;
        return pathOf(rawPath)
                .flatMap(path -> operations.stream()
                        .filter(operation -> operation.path().equals(path)
                                && operation.method().equals(described))
                        .findFirst());
    }

    /** The methods that are described of an address, and HEAD where GET is. */
    Set<String> methods(String rawPath) {
        Set<String> methods = new TreeSet<>();
        pathOf(rawPath)
                .ifPresent(path -> operations.stream()
                        .filter(operation -> operation.path().equals(path))
                        .forEach(operation -> methods.add(operation.method())));
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        return methods;
    }

    private Place follow(String pointer, Object value) {
        if (value instanceof Map<?, ?> map && map.get("$ref") instanceof String reference && map.size() == 1) {
            Place at = root;
            for (String key : reference.substring("#/".length()).split("/")) {
                at = at.child(key).orElseThrow(() -> new AssertionError(reference + " leads nowhere"));
            }
            return at;
        }
        return new Place(this, pointer, value);
    }

    private static String read() {
        try (InputStream in = OpenApi.class.getResourceAsStream("/openapi.yaml")) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
