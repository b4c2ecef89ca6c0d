package io.joulestream.storage;

import java.time.Instant;
import java.util.UUID;

/**
 * What became of a message to a webhook so far; without what it says.
 *
 * @param eventId under which it is sent, however often
 * @param nextAt when it is tried, where it waits
 * @param lastAt of the last attempt; null before the first
 * @param lastResult of it: an HTTP status, or why there was none; null before the first
 */
public record WebhookMessage(
        long id,
        String eventId,
        UUID alert,
        Delivery.Outcome state,
        Instant createdAt,
        int attempts,
        Instant nextAt,
        Instant lastAt,
        String lastResult) {}
