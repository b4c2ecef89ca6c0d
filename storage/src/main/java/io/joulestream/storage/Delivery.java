package io.joulestream.storage;

import java.time.Instant;

/**
 * A message that is to be sent now.
 *
 * @param secret signs it
 * @param attempts how often it was tried before
 */
public record Delivery(
        long id,
        String webhook,
        String url,
        byte[] secret,
        String eventId,
        String body,
        Instant createdAt,
        int attempts) {
    /** Without secret and body. */
    @Override
    public String toString() {
        return "message " + eventId + " to webhook " + webhook;
    }

    /** What came of an attempt. */
    public enum Outcome {
        DELIVERED,
        /** To be tried again. */
        WAITING,
        /** Not tried again. */
        DEAD
    }
}
