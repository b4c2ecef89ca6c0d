package io.joulestream.app;

import io.joulestream.api.Health;
import io.joulestream.api.LastHour;
import io.joulestream.api.LastHours;
import io.joulestream.api.Readiness;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the service every so often, by one thread, for all who ask for metrics: however many do, database, Kafka and
 * Flink are asked as often. What was seen may be had from any thread.
 */
final class ServiceWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceWatch.class);
    private static final Duration STOP = Duration.ofSeconds(10);

    /** What is looked at, each on its own: where one fails, the others are told all the same. */
    private enum Part {
        READY,
        HEALTH,
        LAG,
        SITES,
        JOB
    }

    /**
     * What was seen in one look; what could not be is empty.
     *
     * @param took how long the look took
     * @param lag records that the ledger does not hold yet, by topic
     * @param jobCounts empty also where this process knows of no job
     */
    record Seen(
            Instant at,
            Duration took,
            Optional<Boolean> ready,
            Optional<Health> health,
            Optional<Map<String, Long>> lag,
            Optional<List<LastHour>> lastHours,
            Optional<JobCounts> jobCounts) {}

    private final Readiness readiness;
    private final Supplier<Health> health;
    private final LedgerLag lag;
    private final LastHours lastHours;
    private final Optional<JobWatch> job;
    private final Clock clock;
    private final Counter failures;
    private final ScheduledExecutorService looks = BackgroundThread.named("service-watch");

    private volatile Optional<Seen> seen = Optional.empty();

    /**
     * @param lag closed with this
     * @param job empty where this process was not told who runs it
     * @param registry where looks that failed are counted
     */
    ServiceWatch(
            Readiness readiness,
            Supplier<Health> health,
            LedgerLag lag,
            LastHours lastHours,
            Optional<JobWatch> job,
            Clock clock,
            PrometheusRegistry registry) {
        this.readiness = readiness;
        this.health = health;
        this.lag = lag;
        this.lastHours = lastHours;
        this.job = job;
        this.clock = clock;
        this.failures = Counter.builder()
                .name("joulestream_snapshot_failures_total")
                .help("Looks at a part of the service that failed; its metrics are missing until the next look.")
                .labelNames("part")
                .register(registry);
        for (Part part : Part.values()) {
            failures.initLabelValues(label(part));
        }
    }

    void start(Duration every) {
        looks.scheduleWithFixedDelay(this::look, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Of the last look; empty before the first. */
    Optional<Seen> seen() {
        return seen;
    }

    /** For one thread. */
    void look() {
        Instant start = clock.instant();
        Optional<Boolean> ready = look(Part.READY, () -> readiness.obstacle().isEmpty());
        Optional<Health> now = look(Part.HEALTH, health::get);
        Optional<Map<String, Long>> behind = look(Part.LAG, lag::byTopic);
        Optional<List<LastHour>> hours = look(Part.SITES, () -> lastHours.at(start));
        Optional<JobCounts> counts =
                look(Part.JOB, () -> job.flatMap(JobWatch::counts)).flatMap(found -> found);
        Instant end = clock.instant();
        seen = Optional.of(new Seen(end, Duration.between(start, end), ready, now, behind, hours, counts));
    }

    private <T> Optional<T> look(Part part, Callable<T> source) {
        try {
            return Optional.of(source.call());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (
                Throwable e) { // an error too: else this would be the last look, and what was seen would stand for ever
            LOG.warn("no metrics of {}: {}", label(part), e.toString());
            failures.labelValues(label(part)).inc();
            return Optional.empty();
        }
    }

    private static String label(Part part) {
        return part.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void close() throws InterruptedException {
        looks.shutdownNow();
        looks.awaitTermination(STOP.toSeconds(), TimeUnit.SECONDS);
        lag.close();
    }
}
