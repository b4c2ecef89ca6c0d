package io.joulestream.api;

import static java.util.Objects.requireNonNull;

import io.joulestream.core.access.Permission;
import java.util.Set;
import java.util.function.Function;

/**
 * One address of the API.
 *
 * @param path placeholders in braces
 * @param access who may come to it
 * @param parameters the query parameters it takes; any other is refused
 */
record Route(String path, Access access, Set<String> parameters, Function<Request, Answer> resource) {
    Route {
        requireNonNull(access, "access");
    }

    /** For whoever may read. */
    static Route get(String path, Function<Request, Answer> resource, String... parameters) {
        return new Route(path, Access.needs(Permission.READ), Set.of(parameters), resource);
    }

    /** For everybody. */
    static Route open(String path, Function<Request, Answer> resource) {
        return new Route(path, Access.open(), Set.of(), resource);
    }
}
