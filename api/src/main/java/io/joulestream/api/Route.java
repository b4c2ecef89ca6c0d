package io.joulestream.api;

import static java.util.Objects.requireNonNull;

import io.javalin.http.HandlerType;
import io.joulestream.core.access.Permission;
import java.util.Set;
import java.util.function.Function;

/**
 * One address of the API, and what may be done there.
 *
 * @param method GET answers HEAD too
 * @param path placeholders in braces
 * @param access who may come to it
 * @param parameters the query parameters it takes; any other is refused
 * @param bodyLimit bytes a request's body may have; 0 where none is taken
 */
record Route(
        HandlerType method,
        String path,
        Access access,
        Set<String> parameters,
        int bodyLimit,
        Function<Request, ? extends Reply> resource) {
    /** What is sent is a name, a date, a few words. */
    static final int SMALL_BODY = 16 << 10;

    /** Of a tensor of 4,096 numbers. No body may have more. */
    static final int LARGEST_BODY = 64 << 10;

    Route {
        requireNonNull(access, "access");
    }

    /** For whoever may read. */
    static Route get(String path, Function<Request, ? extends Reply> resource, String... parameters) {
        return get(path, Permission.READ, resource, parameters);
    }

    static Route get(
            String path, Permission needed, Function<Request, ? extends Reply> resource, String... parameters) {
        return new Route(HandlerType.GET, path, Access.needs(needed), Set.of(parameters), 0, resource);
    }

    /** For everybody. */
    static Route open(String path, Function<Request, Answer> resource, String... parameters) {
        return new Route(HandlerType.GET, path, Access.open(), Set.of(parameters), 0, resource);
    }

    static Route post(String path, Access access, Function<Request, Answer> resource) {
        return new Route(HandlerType.POST, path, access, Set.of(), SMALL_BODY, resource);
    }

    static Route put(String path, Access access, Function<Request, Answer> resource) {
        return new Route(HandlerType.PUT, path, access, Set.of(), SMALL_BODY, resource);
    }

    static Route patch(String path, Access access, Function<Request, Answer> resource) {
        return new Route(HandlerType.PATCH, path, access, Set.of(), SMALL_BODY, resource);
    }

    /** For whoever may read, who gives a large body to get an answer: nothing is changed. */
    static Route compute(String path, Function<Request, Answer> resource) {
        return new Route(HandlerType.POST, path, Access.needs(Permission.READ), Set.of(), LARGEST_BODY, resource);
    }

    static Route delete(String path, Access access, Function<Request, Answer> resource) {
        return new Route(HandlerType.DELETE, path, access, Set.of(), 0, resource);
    }

    /** Whether it is the same for everybody, made once, so that it costs next to nothing. */
    boolean isPage() {
        return access.permission().isEmpty() && method == HandlerType.GET && !path.startsWith("/v1/");
    }

    /** As {@code GET /v1/sites}. */
    String name() {
        return method + " " + path;
    }
}
