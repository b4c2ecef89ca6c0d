package io.joulestream.api;

import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What is sent back when all went well.
 *
 * @param status 200, 201, 204 or 303
 * @param body empty where it is streamed
 * @param stream writes the body, as it is taken; empty where the body is whole
 * @param headers besides those that every answer has
 * @param cookies each the value of a Set-Cookie
 */
record Answer(
        int status,
        String mediaType,
        byte[] body,
        Optional<Consumer<OutputStream>> stream,
        Map<String, String> headers,
        List<String> cookies)
        implements Reply {
    static final String ETAG = "ETag";

    Answer {
        headers = Map.copyOf(headers);
        cookies = List.copyOf(cookies);
    }

    private Answer(int status, String mediaType, byte[] body, Map<String, String> headers) {
        this(status, mediaType, body, Optional.empty(), headers, List.of());
    }

    /** With a tag, so that whoever has the body already need not be sent it again. */
    static Answer json(Object body) {
        return of(Json.MEDIA_TYPE, Json.bytes(body)).tagged();
    }

    static Answer of(String mediaType, byte[] body) {
        return new Answer(200, mediaType, body, Map.of());
    }

    /**
     * Of what is too large to be held.
     *
     * @param body may throw whatever it likes, and then is not taken for whole
     */
    static Answer streamed(String mediaType, Consumer<OutputStream> body) {
        return new Answer(200, mediaType, new byte[0], Optional.of(body), Map.of(), List.of());
    }

    /** Something was made, and is told of only here: nobody is to keep the answer. */
    static Answer created(Object body) {
        return new Answer(201, Json.MEDIA_TYPE, Json.bytes(body), Map.of("Cache-Control", "no-store"));
    }

    /** Done; there is nothing to tell. */
    static Answer done() {
        return new Answer(204, Json.MEDIA_TYPE, new byte[0], Map.of());
    }

    /** A browser is to go on there. */
    static Answer elsewhere(String address) {
        return new Answer(303, Json.MEDIA_TYPE, new byte[0], Map.of("Location", address, "Cache-Control", "no-store"));
    }

    /** With a tag of a body that is made anew for every request. */
    Answer tagged() {
        return taggedAs(body);
    }

    /** With a tag of what the body says but for what is another each time. */
    Answer taggedAs(byte[] said) {
        return with(ETAG, ETags.weak(said));
    }

    /**
     * A page of a list, which says where the next one is.
     *
     * @param address of this page without its place in the list; has a query
     * @param cursor of the next page; null on the last
     */
    Answer withNext(String address, String cursor) {
        return cursor == null ? this : with("Link", "<" + address + "&cursor=" + cursor + ">; rel=\"next\"");
    }

    Answer with(String header, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(header, value);
        return new Answer(status, mediaType, body, stream, more, cookies);
    }

    Answer withCookie(String cookie) {
        List<String> more = Stream.concat(cookies.stream(), Stream.of(cookie)).toList();
        return new Answer(status, mediaType, body, stream, headers, more);
    }
}
