package io.joulestream.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPOutputStream;

/**
 * Which bodies are sent as gzip, and to whom. A compressed body is another one than the plain, so a strong tag of it is another
 * too (RFC 9110, section 8.8.3.3); a weak tag is that of both. What is made once and told once, such as a key, is never compressed.
 * Thread-safe.
 */
final class Compression {
    static final String ENCODING = "gzip";

    /** A smaller body gains less than it costs. */
    private static final int LEAST_BYTES = 2 << 10;

    /** Of a few files, as a page has. */
    private static final int KEPT = 100;

    /** What will not change, by its tag. */
    private final Map<String, byte[]> kept = new ConcurrentHashMap<>();

    /** Whether the body depends on what encodings are accepted. */
    static boolean isOffered(Answer answer) {
        String type = answer.mediaType();
        boolean isText = type.startsWith("text/")
                || type.startsWith(Json.MEDIA_TYPE)
                || type.equals(Format.NDJSON.mediaType())
                || type.startsWith("application/yaml")
                || type.startsWith("image/svg+xml");
        boolean isLarge = answer.stream().isPresent() || answer.body().length >= LEAST_BYTES;
        return answer.status() == 200 && isText && isLarge;
    }

    /** @param acceptEncoding the header of that name; null where there is none */
    static boolean isAccepted(String acceptEncoding) {
        if (acceptEncoding == null) {
            return false;
        }
        for (String encoding : acceptEncoding.split(",")) {
            String[] parts = encoding.strip().split("\\s*;\\s*");
            if (parts[0].equalsIgnoreCase(ENCODING) && Request.quality(parts) > 0) {
                return true;
            }
        }
        return false;
    }

    /** The tag of the compressed body, by that of the plain one. */
    static String tag(String tag) {
        return tag.startsWith("W/") ? tag : tag.substring(0, tag.length() - 1) + "-" + ENCODING + '"';
    }

    /** What has a strong tag is the same for ever, and compressed once. */
    byte[] gzip(Answer answer) {
        String tag = answer.headers().getOrDefault(Answer.ETAG, "");
        boolean isConstant = tag.startsWith("\"") && (kept.containsKey(tag) || kept.size() < KEPT);
        return isConstant ? kept.computeIfAbsent(tag, constant -> gzip(answer.body())) : gzip(answer.body());
    }

    private static byte[] gzip(byte[] body) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(body.length / 4);
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory cannot fail to be compressed", e);
        }
        return compressed.toByteArray();
    }
}
