package io.joulestream.storage;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * What a browser may do.
 *
 * @param key with which it was opened; it does no more than that, and ends with it
 */
public record WebSession(MemberKey key, Instant expiresAt) {
    public WebSession {
        requireNonNull(key, "key");
        requireNonNull(expiresAt, "expiresAt");
    }

    /** Whether it opens anything at an instant. */
    public boolean isValidAt(Instant now) {
        return now.isBefore(expiresAt) && key.isValidAt(now);
    }
}
