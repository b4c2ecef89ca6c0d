package io.joulestream.storage;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Text as PostgreSQL can keep it. */
final class Text {
    private Text() {}

    /** The zero character, which PostgreSQL refuses in text, becomes the replacement character. */
    static String storable(String text) {
        return text.indexOf('\0') < 0 ? text : text.replace('\0', '\ufffd');
    }

    /** At most {@code limit} chars of the text, never half a surrogate pair. */
    static String atMost(int limit, String text) {
        if (text.length() <= limit) {
            return text;
        }
        boolean splitsPair = Character.isHighSurrogate(text.charAt(limit - 1));
        return text.substring(0, splitsPair ? limit - 1 : limit);
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
