package io.joulestream.api;

import static java.util.Objects.requireNonNull;

import io.javalin.Javalin;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What machines that look after this process ask it, on a port of its own: whether it lives, whether it can answer, and its
 * metrics. Nobody has to show a key, so it listens where only those machines come. Started once and closed once.
 */
public final class AdminServer implements AutoCloseable {
    private static final String THREADS = "admin";
    private static final int MAX_THREADS = 8;
    private static final int TURNS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final String host;
    private final int port;
    private final PrometheusRegistry registry;
    private final Readiness readiness;
    private final ExpositionFormats formats = ExpositionFormats.init();
    private final Javalin javalin;

    /**
     * @param host the address to listen on
     * @param port 0 for any free one
     */
    public AdminServer(String host, int port, PrometheusRegistry registry, Readiness readiness) {
        this.host = requireNonNull(host, "host");
        this.port = port;
        this.registry = requireNonNull(registry, "registry");
        this.readiness = requireNonNull(readiness, "readiness");
        this.javalin = HttpDoor.create(
                new DoorPlan(
                        THREADS,
                        MAX_THREADS,
                        TURNS,
                        PATIENCE,
                        Duration.ZERO,
                        "here are /live, /ready and /metrics",
                        Origin.listeningOn(host),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                List.of(
                        Route.open("/live", this::live),
                        Route.open("/ready", this::ready),
                        Route.open("/metrics", this::metrics)),
                Gate.ofOpenAddresses());
    }

    /** Returns when requests are answered. */
    public void start() {
        javalin.start(host, port);
    }

    /** Where it answers; only after {@link #start}. */
    public URI address() {
        return HttpDoor.address(host, javalin.port());
    }

    private Answer live(Request request) {
        request.parameters().check();
        return Answer.json(Map.of("live", true));
    }

    private Answer ready(Request request) {
        request.parameters().check();
        readiness.obstacle().ifPresent(obstacle -> {
            throw ProblemException.unavailable(obstacle.reason(), obstacle.text());
        });
        return Answer.json(Map.of("ready", true));
    }

    /** In the format that is asked for; where none is, in Prometheus' text format. */
    private Answer metrics(Request request) {
        request.parameters().check();
        ExpositionFormatWriter writer = formats.findWriter(request.headers().apply("Accept"));
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            writer.write(text, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Answer.of(writer.getContentType(), text.toByteArray());
    }

    /** As {@link ApiServer#close}. */
    @Override
    public void close() {
        HttpDoor.close(javalin);
    }
}
