package io.joulestream.api;

import static java.util.Objects.requireNonNull;

import io.javalin.Javalin;
import io.joulestream.storage.IdentityStore;
import io.joulestream.storage.LedgerQueries;
import io.joulestream.storage.SiteStore;
import java.net.URI;
import java.time.Clock;

/**
 * Serves the ledger over HTTP, and the pages that read it. Started once and closed once; the answers depend on nothing but
 * the ledger, the inventories and the clock.
 */
public final class ApiServer implements AutoCloseable {
    private final ApiConfig config;
    private final Javalin javalin;

    /** @param identity whose keys are asked for, where any are */
    public ApiServer(
            LedgerQueries ledger,
            SiteStore sites,
            IdentityStore identity,
            HealthSource health,
            Clock clock,
            ApiConfig config) {
        requireNonNull(ledger, "ledger");
        requireNonNull(identity, "identity");
        requireNonNull(sites, "sites");
        requireNonNull(health, "health");
        requireNonNull(clock, "clock");
        this.config = requireNonNull(config, "config");
        this.javalin = HttpDoor.create(
                Routes.all(
                        new TenantResources.OfAll(tenant -> TenantResources.of(ledger, sites, health, clock, tenant))),
                new Doorman(config, identity, clock));
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
        String host = config.host().contains(":") ? "[" + config.host() + "]" : config.host();
        return URI.create("http://" + host + ":" + port());
    }

    /** Stops answering. */
    @Override
    public void close() {
        javalin.stop();
    }
}
