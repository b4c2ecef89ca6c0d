package io.joulestream.api;

import java.util.Map;
import java.util.TreeMap;

/**
 * What is sent back when all went well.
 *
 * @param status 200, 201, 204 or 303
 * @param headers besides those that every answer has
 */
record Answer(int status, String mediaType, byte[] body, Map<String, String> headers) implements Reply {
    static final String ETAG = "ETag";

    Answer {
        headers = Map.copyOf(headers);
    }

    /** With a tag, so that whoever has the body already need not be sent it again. */
    static Answer json(Object body) {
        return of(Json.MEDIA_TYPE, Json.bytes(body)).tagged();
    }

    static Answer of(String mediaType, byte[] body) {
        return new Answer(200, mediaType, body, Map.of());
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
        return with(ETAG, ETags.weak(body));
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
        return new Answer(status, mediaType, body, more);
    }
}
