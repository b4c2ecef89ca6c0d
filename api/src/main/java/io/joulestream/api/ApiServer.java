package io.joulestream.api;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Ticker;
import io.javalin.Javalin;
import io.joulestream.storage.Database;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Serves the ledger over HTTP, and the pages that read it. Started once and closed once; the answers depend on nothing but
 * the database and the clock.
 */
public final class ApiServer implements AutoCloseable {
    private static final int MAX_THREADS = 32;
    /** Of questions to the database more at once take longer each, and no fewer in all. */
    private static final int TURNS = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());

    private final ApiConfig config;
    private final Javalin javalin;

    /**
     * A server that is not started yet.
     *
     * @param database stays the caller's to close
     * @param registry where its requests are counted; of one server only
     */
    public ApiServer(
            Database database, HealthSource health, Clock clock, ApiConfig config, PrometheusRegistry registry) {
        requireNonNull(database, "database");
        requireNonNull(health, "health");
        requireNonNull(clock, "clock");
        this.config = requireNonNull(config, "config");
        Doorman doorman = new Doorman(config, database, clock);
        List<Route> routes = Routes.all(
                new TenantResources.OfAll(
                        tenant -> TenantResources.of(database, health, clock, tenant),
                        new HeldAnswers(config.holdAnswers(), Ticker.systemTicker())),
                new SessionResource(doorman, database.sessions(), clock, config));
        DoorPlan plan = new DoorPlan(
                "api",
                MAX_THREADS,
                Math.min(TURNS, MAX_THREADS / 2),
                "/openapi.yaml lists what is",
                doorman.origin(),
                Optional.of(new RequestMetrics(registry)),
                Optional.of(new RateLimits(config.requestsPerMinute())));
        this.javalin = HttpDoor.create(plan, routes, doorman);
    }

    /** Returns when requests are answered. */
    public void start() {
        javalin.start(config.host(), config.port());
    }

    /** The port it listens on; only after {@link #start}. */
    public int port() {
        return javalin.port();
    }

    /** Where it answers, such as {@code http://127.0.0.1:8080}; only after {@link #start}. */
    public URI address() {
        return HttpDoor.address(config.host(), port());
    }

    /** Takes no request any more; those that are being worked have ten seconds to be answered. */
    @Override
    public void close() {
        HttpDoor.close(javalin);
    }
}
