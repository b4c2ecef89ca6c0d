package io.joulestream.api;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Ticker;
import io.javalin.Javalin;
import io.joulestream.api.oidc.Issuer;
import io.joulestream.storage.Database;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Serves the ledger over HTTP, and the pages that read it. Started once and closed once; the answers depend on nothing but
 * the database and the clock.
 */
public final class ApiServer implements AutoCloseable {
    /** A sender has a quarter of them at most, see {@link Turns}. */
    private static final int MAX_THREADS = 4 * Turns.OF_ONE_SENDER;
    /** Of questions to the database more at once take longer each, and no fewer in all. It has connections for so many. */
    private static final int TURNS =
            Math.min(Math.max(4, 2 * Runtime.getRuntime().availableProcessors()), 8);

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ApiConfig config;
    private final Broadcasts broadcasts;
    private final Javalin javalin;

    /** One that knows members by their keys alone, and where no webhook can be made. */
    public ApiServer(
            Database database, HealthSource health, Clock clock, ApiConfig config, PrometheusRegistry registry) {
        this(database, health, clock, config, registry, WebhookTargets.NONE, Optional.empty());
    }

    /**
     * A server that is not started yet.
     *
     * @param database stays the caller's to close
     * @param registry where its requests are counted; of one server only
     * @param targets where webhooks may lead
     * @param issuer whose word for who somebody is is taken, beside keys; only where these are required
     */
    public ApiServer(
            Database database,
            HealthSource health,
            Clock clock,
            ApiConfig config,
            PrometheusRegistry registry,
            WebhookTargets targets,
            Optional<Issuer> issuer) {
        requireNonNull(database, "database");
        requireNonNull(health, "health");
        requireNonNull(clock, "clock");
        this.config = requireNonNull(config, "config");
        if (issuer.isPresent() && config.keys() == ApiConfig.Keys.NONE) {
            throw new IllegalArgumentException("api.oidc needs api.keys = required beside it");
        }
        Doorman doorman = new Doorman(config, database, issuer, clock);
        List<Route> routes = Routes.all(
                new TenantResources.OfAll(
                        tenant -> TenantResources.of(database, health, clock, targets, tenant),
                        new HeldAnswers(config.holdAnswers(), Ticker.systemTicker())),
                new SessionResource(doorman, database.sessions(), clock, config),
                new SignInResource(config.keys(), issuer, doorman, database.sessions(), clock));
        this.broadcasts = new Broadcasts(config.live(), doorman, clock, new LiveMetrics(registry));
        DoorPlan plan = new DoorPlan(
                "api",
                MAX_THREADS,
                TURNS,
                PATIENCE,
                config.refuseAfter(),
                "/openapi.yaml lists what is",
                doorman.origin(),
                Optional.of(new RequestMetrics(registry)),
                Optional.of(new RateLimits(config.requestsPerMinute())),
                Optional.of(broadcasts));
        this.javalin = HttpDoor.create(plan, routes, doorman);
    }

    /** Returns when requests are answered. */
    public void start() {
        javalin.start(config.host(), config.port());
        broadcasts.start();
    }

    /** The port it listens on; only after {@link #start}. */
    public int port() {
        return javalin.port();
    }

    /** Where it answers, such as {@code http://127.0.0.1:8080}; only after {@link #start}. */
    public URI address() {
        return HttpDoor.address(config.host(), port());
    }

    /** What is told to who listens; for tests, which decide when. */
    Broadcasts broadcasts() {
        return broadcasts;
    }

    /** Ends those who listen, and takes no request any more; those that are being worked have ten seconds to be answered. */
    @Override
    public void close() {
        broadcasts.close();
        HttpDoor.close(javalin);
    }
}
