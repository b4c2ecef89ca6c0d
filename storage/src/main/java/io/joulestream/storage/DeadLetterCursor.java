package io.joulestream.storage;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A place in the list of a tenant's dead letters, newest first.
 *
 * @param identitySha256 in hexadecimal digits, 64 of them
 */
public record DeadLetterCursor(Instant seenAt, String identitySha256) {
    public DeadLetterCursor {
        requireNonNull(seenAt, "seenAt");
        if (!identitySha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("no SHA-256: " + identitySha256);
        }
    }
}
