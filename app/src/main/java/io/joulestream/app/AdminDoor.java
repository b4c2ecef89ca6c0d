package io.joulestream.app;

import com.sun.management.OperatingSystemMXBean;
import io.joulestream.api.AdminServer;
import io.joulestream.api.Health;
import io.joulestream.api.LastHours;
import io.joulestream.app.embedded.DatabaseOutage;
import io.joulestream.storage.Database;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The door for those who look after the process, and what it tells. Opened before anything else is served and closed after it, so
 * that there is always an answer.
 */
final class AdminDoor implements AutoCloseable {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ServiceReadiness readiness = new ServiceReadiness(System::nanoTime);
    private final AdminServer server;
    private final AdminConfig config;

    private AdminDoor(AdminConfig config) {
        this.config = config;
        JvmMetrics.builder().register(registry);
        server = new AdminServer(config.host(), config.port(), registry, readiness);
    }

    /** @throws UserError if its address cannot be listened on */
    static AdminDoor open(AdminConfig config) {
        AdminDoor door = new AdminDoor(config);
        try {
            door.server.start();
            return door;
        } catch (RuntimeException e) {
            throw new UserError(
                    "cannot listen on " + config.host() + " port " + config.port() + " (" + e.getMessage()
                            + "); give another with --admin-port",
                    e);
        }
    }

    URI address() {
        return server.address();
    }

    /** Where this process counts. */
    PrometheusRegistry registry() {
        return registry;
    }

    /**
     * What looks at the service for its metrics, once it is started.
     *
     * @param lag closed with it
     * @param job empty where this process was not told who runs it
     */
    ServiceWatch watch(
            String tenant, Database database, Supplier<Health> health, LedgerLag lag, Optional<JobWatch> job) {
        Clock clock = Clock.systemUTC();
        ServiceWatch watch = new ServiceWatch(
                readiness,
                health,
                lag,
                new LastHours(database.queries(), database.sites(), tenant),
                job,
                clock,
                registry);
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        ProcessEnergy energy = new ProcessEnergy(system::getProcessCpuTime, config.milliwattsPerCore());
        ServiceMetrics.register(registry, watch, database::pools, energy, clock);
        return watch;
    }

    /**
     * From now on the process is ready, as far as its database is.
     *
     * @param outage what is known of the database's server without asking it; empty while nothing is wrong
     */
    void serve(Database database, Supplier<Optional<DatabaseOutage>> outage) {
        readiness.serve(database, outage);
    }

    /** From now on it is not, for good. */
    void stop() {
        readiness.stop();
    }

    @Override
    public void close() {
        server.close();
    }
}
