package io.joulestream.api;

import io.joulestream.core.digest.Sha256;
import java.util.stream.Stream;

/** Entity tags made from the bytes of a body, and their comparison (RFC 9110, section 8.8.3). */
final class ETags {
    private ETags() {}

    /** For a body whose bytes will change no more. */
    static String strong(byte[] body) {
        return '"' + Sha256.hex(body) + '"';
    }

    /** For a body that says the same as long as nothing changed in the ledger. */
    static String weak(byte[] body) {
        return "W/" + strong(body);
    }

    /** Whether the one who asks has the body already. */
    static boolean matches(String ifNoneMatch, String tag) {
        if (ifNoneMatch == null || tag == null) {
            return false;
        }
        for (String candidate : ifNoneMatch.split(",")) {
            String known = candidate.strip();
            if (known.equals("*") || opaque(known).equals(opaque(tag))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether something may be changed as far as its tag is concerned.
     *
     * @param ifMatch the header of that name; null for none. A weak tag in it is that of nothing
     * @param tag strong
     */
    static boolean isAsAsked(String ifMatch, String tag) {
        return ifMatch == null
                || Stream.of(ifMatch.split(","))
                        .map(String::strip)
                        .anyMatch(asked -> asked.equals("*") || asked.equals(tag));
    }

    private static String opaque(String tag) {
        return tag.startsWith("W/") ? tag.substring(2) : tag;
    }
}
