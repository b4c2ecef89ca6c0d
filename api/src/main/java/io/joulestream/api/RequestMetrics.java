package io.joulestream.api;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.Set;

/**
 * How many requests there were and how long they took, by the template of their route: what the path says does not make a
 * series of its own. Thread-safe.
 */
final class RequestMetrics {
    private static final double MILLIS_PER_SECOND = 1_000;
    private static final String NO_ROUTE = "none";
    private static final String OTHER_METHOD = "other";
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final Histogram durations;
    private final Counter refused;

    RequestMetrics(PrometheusRegistry registry) {
        durations = Histogram.builder()
                .name("joulestream_http_request_duration_seconds")
                .help("Requests to the API that were answered, and how long it took.")
                .unit(Unit.SECONDS)
                .labelNames("method", "route", "status")
                .classicOnly()
                .classicUpperBounds(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
                .register(registry);
        refused = Counter.builder()
                .name("joulestream_http_refused_requests_total")
                .help("Requests to the API that were refused before a route was looked up.")
                .labelNames("status")
                .register(registry);
    }

    /** @param route the template of the path; null where there is none */
    void answered(String method, String route, int status, float millis) {
        durations
                .labelValues(
                        METHODS.contains(method) ? method : OTHER_METHOD,
                        route == null ? NO_ROUTE : route,
                        Integer.toString(status))
                .observe(millis / MILLIS_PER_SECOND);
    }

    void refused(int status) {
        refused.labelValues(Integer.toString(status)).inc();
    }
}
