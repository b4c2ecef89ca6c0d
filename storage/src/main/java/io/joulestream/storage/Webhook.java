package io.joulestream.storage;

import java.time.Duration;
import java.time.Instant;

/**
 * Where alerts are sent, without its secret.
 *
 * @param waiting messages that are still to be sent
 * @param dead messages that were given up and after which none was delivered
 * @param oldSecretUntil until when messages are signed with the secret before, too; null where they are not
 * @param lastResult of the last attempt: an HTTP status, or why there was none; null before the first
 */
public record Webhook(
        String name,
        String url,
        Instant createdAt,
        boolean enabled,
        Instant oldSecretUntil,
        long waiting,
        long dead,
        String lastResult) {
    public static final String NAME = "[a-z0-9][a-z0-9-]{0,39}";

    /** For how long after a rotation messages are signed with both secrets, unless told otherwise. */
    public static final Duration OVERLAP = Duration.ofHours(24);

    private static final Duration LONGEST_OVERLAP = Duration.ofDays(7);

    public static boolean isOverlap(Duration overlap) {
        return !overlap.isNegative() && overlap.compareTo(LONGEST_OVERLAP) <= 0;
    }

    /** Where it leads, without what may be a secret of the receiver's. */
    public String host() {
        return hostOf(url);
    }

    /** Of a URL scheme, host and port. */
    public static String hostOf(String url) {
        return url.replaceFirst("(://[^/?]*).*", "$1");
    }
}
