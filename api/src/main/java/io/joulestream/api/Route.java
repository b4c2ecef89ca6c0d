package io.joulestream.api;

import java.util.Set;
import java.util.function.Function;

/**
 * One address of the API.
 *
 * @param path placeholders in braces
 * @param parameters the query parameters it takes; any other is refused
 */
record Route(String path, Set<String> parameters, Function<Request, Answer> resource) {
    static Route get(String path, Function<Request, Answer> resource, String... parameters) {
        return new Route(path, Set.of(parameters), resource);
    }
}
