package io.joulestream.api;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** How many listen, and what they are told. Thread-safe. */
final class LiveMetrics {
    private final Gauge listeners;
    private final Counter sent;
    private final Counter superseded;
    private final Counter cut;

    LiveMetrics(PrometheusRegistry registry) {
        listeners = Gauge.builder()
                .name("joulestream_live_listeners")
                .help("Connections on which somebody listens to live events.")
                .register(registry);
        sent = Counter.builder()
                .name("joulestream_live_events_total")
                .help("Live events that were handed to a connection.")
                .register(registry);
        superseded = Counter.builder()
                .name("joulestream_live_events_superseded_total")
                .help("Live events that were not sent because a newer one came before the connection took them.")
                .register(registry);
        cut = Counter.builder()
                .name("joulestream_live_listeners_cut_total")
                .help("Connections that were cut off because a live event was not taken for 30 seconds.")
                .register(registry);
    }

    void listening(int count) {
        listeners.set(count);
    }

    void sent() {
        sent.inc();
    }

    void superseded() {
        superseded.inc();
    }

    void cut() {
        cut.inc();
    }
}
