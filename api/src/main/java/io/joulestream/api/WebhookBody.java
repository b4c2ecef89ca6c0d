package io.joulestream.api;

import io.joulestream.storage.Delivery;
import io.joulestream.storage.Webhook;
import io.joulestream.storage.WebhookMessage;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Where alerts are sent, without its secret and without what of its address may be one.
 *
 * @param host scheme, host and port
 * @param oldSecretUntil until when messages are signed with the secret before, too; null where they are not
 * @param waiting messages that are still to be sent
 * @param givenUp messages that were given up and after which none was delivered
 * @param lastResult of the last attempt; null before the first
 */
record WebhookBody(
        String name,
        String host,
        Instant createdAt,
        boolean enabled,
        Instant oldSecretUntil,
        long waiting,
        long givenUp,
        String lastResult) {
    /** @param nextCursor the cursor of the next page; null on the last one */
    record Page(List<WebhookBody> webhooks, String nextCursor) {}

    /**
     * One that was made, or whose secret was.
     *
     * @param secret told once; null in an answer to the same request sent again
     */
    record Made(String secret, WebhookBody made) {}

    /**
     * What became of a message.
     *
     * @param message its {@code webhook-id}
     * @param nextAt when it is tried; null where it is not any more
     */
    record Message(
            String message,
            UUID alert,
            State state,
            Instant createdAt,
            int attempts,
            Instant lastAt,
            String lastResult,
            Instant nextAt) {
        static Message of(WebhookMessage message) {
            State state = State.of(message.state());
            return new Message(
                    message.eventId(),
                    message.alert(),
                    state,
                    message.createdAt(),
                    message.attempts(),
                    message.lastAt(),
                    result(message.lastResult()),
                    state == State.WAITING ? message.nextAt() : null);
        }
    }

    /** What became of a message. Part of the contract. */
    enum State {
        WAITING(Delivery.Outcome.WAITING),
        DELIVERED(Delivery.Outcome.DELIVERED),
        GIVEN_UP(Delivery.Outcome.DEAD);

        private final Delivery.Outcome outcome;

        State(Delivery.Outcome outcome) {
            this.outcome = outcome;
        }

        Delivery.Outcome outcome() {
            return outcome;
        }

        static State of(Delivery.Outcome outcome) {
            return switch (outcome) {
                case WAITING -> WAITING;
                case DELIVERED -> DELIVERED;
                case DEAD -> GIVEN_UP;
            };
        }
    }

    /** @param nextCursor the cursor of the next page; null on the last one */
    record Messages(List<Message> deliveries, String nextCursor) {}

    static WebhookBody of(Webhook webhook) {
        return new WebhookBody(
                webhook.name(),
                webhook.host(),
                webhook.createdAt(),
                webhook.enabled(),
                webhook.oldSecretUntil(),
                webhook.waiting(),
                webhook.dead(),
                result(webhook.lastResult()));
    }

    /** An HTTP status or a code, without the words after it. */
    private static String result(String text) {
        return text == null ? null : text.replaceFirst(":.*", "");
    }
}
