package io.joulestream.storage;

import java.time.Instant;

/**
 * Where alerts are sent, without its secret.
 *
 * @param waiting messages that are still to be sent
 * @param dead messages that were given up and after which none was delivered
 * @param lastResult of the last attempt: an HTTP status, or why there was none; null before the first
 */
public record Webhook(
        String name, String url, Instant createdAt, boolean enabled, long waiting, long dead, String lastResult) {
    public static final String NAME = "[a-z0-9][a-z0-9-]{0,39}";
}
