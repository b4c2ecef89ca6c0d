package io.joulestream.app;

import io.joulestream.api.Health;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the terminal when the service stops being well, of what, and when it is well again. What is seen in one look only, as
 * a job that is just being started, is not told.
 */
final class HealthTeller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HealthTeller.class);
    private static final Duration EVERY = Duration.ofSeconds(2);

    private static final Pattern LINE_END = Pattern.compile("\\s*\\R\\s*");

    private final Supplier<Health> source;
    private final Clock clock;
    private final PrintWriter out;
    private final ScheduledExecutorService looks = BackgroundThread.named("health-teller");

    private List<String> seen = List.of();
    private List<String> told = List.of();

    HealthTeller(Supplier<Health> source, Clock clock, PrintWriter out) {
        this.source = source;
        this.clock = clock;
        this.out = out;
    }

    void start() {
        looks.scheduleWithFixedDelay(this::look, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** For one thread. */
    void look() {
        try {
            Health health = source.get();
            List<String> reasons = health.reasons();
            if (reasons.equals(seen) && !reasons.equals(told)) {
                tell(health);
                told = reasons;
            }
            seen = reasons;
        } catch (RuntimeException e) {
            LOG.warn("the service's health could not be looked at", e);
        }
    }

    private void tell(Health health) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        if (health.status() == Health.Status.OK) {
            out.println(now + "  OK again");
            return;
        }
        health.problems().stream()
                .filter(problem -> health.reasons().stream().anyMatch(problem::startsWith))
                .forEach(problem -> out.println(now + "  " + health.status() + ", "
                        + LINE_END.matcher(problem).replaceAll("; ")));
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
