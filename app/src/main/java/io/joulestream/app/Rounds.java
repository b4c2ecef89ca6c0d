package io.joulestream.app;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does something now and then on a thread of its own. After a failure it is tried again soon, and then after twice as long
 * each time, up to the period; the log has it once, until another comes.
 */
final class Rounds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(15);
    private static final long STOP_SECONDS = 10;

    private final Duration period;
    private final String reason;
    private final String otherwise;
    private final Work work;
    private final ScheduledExecutorService thread;

    private volatile Optional<Concern> problem = Optional.empty();
    private Duration retry;

    /** One round. */
    interface Work {
        void once() throws InterruptedException;
    }

    /**
     * @param name of the thread
     * @param reason the code under which health tells of a failure
     * @param otherwise what is the case while it fails, for the log
     */
    Rounds(String name, Duration period, String reason, String otherwise, Work work) {
        this.period = period;
        this.reason = reason;
        this.otherwise = otherwise;
        this.work = work;
        this.thread = BackgroundThread.named(name);
        this.retry = firstRetry();
    }

    private Duration firstRetry() {
        return shorter(FIRST_RETRY, period);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** The first round comes after so long. */
    void startAfter(Duration pause) {
        thread.schedule(
                () -> {
                    Duration next = round();
                    if (!thread.isShutdown()) {
                        startAfter(next);
                    }
                },
                pause.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Why the last round failed; empty when it did not. */
    Optional<Concern> problem() {
        return problem;
    }

    /** Returns how long to wait for the next one. */
    Duration round() {
        try {
            work.once();
            problem = Optional.empty();
            retry = firstRetry();
            return period;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return period;
        } catch (Throwable e) { // an error too: else this would be the last round, and nobody would know
            Duration pause = retry;
            retry = shorter(pause.multipliedBy(2), period);
            Optional<Concern> told = problem;
            problem = Optional.of(new Concern(Optional.of(reason), text(e)));
            if (problem.equals(told)) {
                LOG.debug("{}, still; trying again in {}", otherwise, pause, e);
            } else {
                LOG.warn("{}; trying again in {}", otherwise, pause, e);
            }
            return pause;
        }
    }

    /** What an exception of this service says is made for people; what an error says is not. */
    private static String text(Throwable failure) {
        return failure instanceof Error || failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    @Override
    public void close() throws InterruptedException {
        thread.shutdownNow();
        thread.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
    }
}
