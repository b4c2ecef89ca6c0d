package io.joulestream.storage;

import java.time.Instant;
import java.util.List;

/**
 * A message that is to be sent now.
 *
 * @param secrets each signs it; the newest first
 * @param attempts how often it was tried before
 */
public record Delivery(
        long id,
        String webhook,
        String url,
        List<byte[]> secrets,
        String eventId,
        String body,
        Instant createdAt,
        int attempts) {
    public Delivery {
        secrets = List.copyOf(secrets);
    }

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
