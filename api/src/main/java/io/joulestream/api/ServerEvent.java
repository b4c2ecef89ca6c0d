package io.joulestream.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * One Server-Sent Event as it goes over the wire, made once for everybody who is told. Immutable.
 *
 * @param id empty for what nobody goes on from
 */
record ServerEvent(Optional<String> id, byte[] bytes) {
    private static final String PROBLEM = "problem";

    /** @param id has no line breaks */
    static ServerEvent of(String name, String id, Object body) {
        return new ServerEvent(Optional.of(id), bytes("id: " + id + "\n", name, body));
    }

    /** Why there is nothing to tell now. Whoever goes on, goes on from what was told before. */
    static ServerEvent of(Problem problem) {
        return new ServerEvent(Optional.empty(), bytes("", PROBLEM, problem));
    }

    /** The body is one line: JSON writes no line breaks. */
    private static byte[] bytes(String id, String name, Object body) {
        String data = new String(Json.bytes(body), UTF_8);
        return (id + "event: " + name + "\ndata: " + data + "\n\n").getBytes(UTF_8);
    }

    /** A view of its own for each who is told. */
    ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }
}
