package io.joulestream.api;

import java.util.Map;
import java.util.TreeMap;

/**
 * What is sent back when all went well.
 *
 * @param headers besides those that every answer has
 */
record Answer(String mediaType, byte[] body, Map<String, String> headers) {
    static final String ETAG = "ETag";

    Answer {
        headers = Map.copyOf(headers);
    }

    static Answer json(Object body) {
        return new Answer(Json.MEDIA_TYPE, Json.bytes(body), Map.of());
    }

    static Answer of(String mediaType, byte[] body) {
        return new Answer(mediaType, body, Map.of());
    }

    Answer with(String header, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(header, value);
        return new Answer(mediaType, body, more);
    }
}
