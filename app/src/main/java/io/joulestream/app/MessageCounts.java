package io.joulestream.app;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** How many messages to webhooks came to their end here, and how. Thread-safe. */
final class MessageCounts {
    private static final String DELIVERED = "delivered";
    private static final String GIVEN_UP = "given_up";

    private final Counter messages;

    private MessageCounts(Counter messages) {
        this.messages = messages;
    }

    /** Once for a registry. */
    static MessageCounts register(PrometheusRegistry registry) {
        Counter messages = Counter.builder()
                .name("joulestream_webhook_messages_total")
                .help("Messages of alerts to webhooks that this process delivered, or gave up.")
                .labelNames("outcome")
                .register(registry);
        messages.initLabelValues(DELIVERED);
        messages.initLabelValues(GIVEN_UP);
        return new MessageCounts(messages);
    }

    void delivered() {
        messages.labelValues(DELIVERED).inc();
    }

    void gaveUp() {
        messages.labelValues(GIVEN_UP).inc();
    }
}
