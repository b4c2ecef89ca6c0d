package io.joulestream.storage;

import io.joulestream.core.digest.Sha256;
import java.nio.charset.StandardCharsets;

/** Text as PostgreSQL can keep it. */
final class Text {
    static final int MAX_NAME_CHARS = 200;

    private Text() {}

    /** The zero character and halves of surrogate pairs, which PostgreSQL refuses, become the replacement character. */
    static String storable(String text) {
        return isStorable(text)
                ? text
                : text.codePoints()
                        .map(codePoint -> isRefused(codePoint) ? '\ufffd' : codePoint)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
    }

    /** Asked several times for each row: the usual text is told by its chars, without a stream of them. */
    private static boolean isStorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == 0 || Character.isSurrogate(text.charAt(i))) {
                return text.codePoints().noneMatch(Text::isRefused);
            }
        }
        return true;
    }

    private static boolean isRefused(int codePoint) {
        return codePoint == 0 || (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
    }

    /**
     * A name as the dictionary keeps it: itself, or where it is too long for an index or has characters PostgreSQL cannot
     * keep, its beginning and a digest, so that different names stay different and none can stop a writer for ever.
     */
    static String name(String name) {
        if (name.length() <= MAX_NAME_CHARS && isStorable(name)) {
            return name;
        }
        return storable(atMost(100, name)) + "~" + Sha256.hex(name.getBytes(StandardCharsets.UTF_16BE));
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
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
