package io.joulestream.api;

import io.javalin.http.Context;
import io.joulestream.storage.StorageException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells everybody who listens to a topic the same event, made once for all of them at every interval, and only while somebody
 * listens. A few threads serve all listeners, and none waits for any of them; the one that keeps the time does not wait for the
 * database either. Thread-safe. Started once and closed once.
 */
final class Broadcasts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Broadcasts.class);

    /** So many topics can be read at once: a slow one does not keep the others. */
    private static final int READERS = 3;

    /** Behind one proxy there may be many who show no key, as in {@link RateLimits}. */
    private static final int STRANGERS = 10;

    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    /** Whoever may listen no more, listens at most this long. */
    private static final Duration CHECK_EVERY = Duration.ofSeconds(15);

    private final ApiConfig.Live config;
    private final Gate gate;
    private final Clock clock;
    private final LiveMetrics metrics;
    private final ScheduledThreadPoolExecutor timer = threads("live-timer", 1);
    private final ScheduledThreadPoolExecutor readers = threads("live-reader", READERS);
    private final Map<EventStream.Topic, Broadcast> topics = new HashMap<>(); // guarded by this
    private final Map<Listening, Listener> listeners = new ConcurrentHashMap<>();
    private boolean isClosed; // guarded by this

    Broadcasts(ApiConfig.Live config, Gate gate, Clock clock, LiveMetrics metrics) {
        this.config = config;
        this.gate = gate;
        this.clock = clock;
        this.metrics = metrics;
    }

    private static ScheduledThreadPoolExecutor threads(String name, int count) {
        AtomicInteger number = new AtomicInteger();
        ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(
                count,
                work -> {
                    Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.DiscardPolicy()); // of what comes while it closes
        threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return threads;
    }

    void start() {
        repeat(timer, this::tellAll, config.interval());
        repeat(timer, this::look, LOOK_EVERY);
        repeat(readers, this::check, CHECK_EVERY);
    }

    private static void repeat(ScheduledThreadPoolExecutor threads, Runnable work, Duration every) {
        threads.scheduleAtFixedRate(() -> guarded(work), every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void guarded(Runnable work) {
        try {
            work.run();
        } catch (Throwable e) { // an error too: else this would be the last time
            LOG.error("live listeners were not all served", e);
        }
    }

    /** On the connection of a request; nobody listens on it before {@link #join}. */
    Listening listening(Context context) throws IOException {
        return Listening.to(context, clock, metrics);
    }

    /**
     * Lets somebody listen, from what that one was told last.
     *
     * @param lastEventId of the event that was; the newest is told at once where it is another
     * @throws ProblemException if too many listen already, or nobody may any more
     */
    void join(EventStream stream, Listener who, Listening listening, Optional<String> lastEventId) {
        Broadcast broadcast;
        synchronized (this) {
            refuseTooMany(who);
            broadcast = topics.computeIfAbsent(stream.topic(), topic -> new Broadcast(stream));
            listeners.put(listening, who);
            metrics.listening(listeners.size());
            broadcast.join(listening, lastEventId);
        }
        listening.over().thenRun(() -> leave(broadcast, listening));
        if (broadcast.isNew()) {
            make(broadcast);
        }
    }

    private void refuseTooMany(Listener who) {
        if (isClosed) {
            throw ProblemException.unavailable("STOPPING", "the service stops");
        }
        if (listeners.size() >= config.listeners()) {
            throw ProblemException.unavailable(
                    "LISTENERS_FULL", config.listeners() + " listen, which is as many as may");
        }
        int limit = config.listenersOfOne() * (who.caller().member().isPresent() ? 1 : STRANGERS);
        Object share = who.share();
        long own = listeners.values().stream()
                .filter(other -> other.share().equals(share))
                .count();
        if (own >= limit) {
            throw ProblemException.tooManyListeners(limit);
        }
    }

    private void leave(Broadcast broadcast, Listening listening) {
        broadcast.leave(listening);
        listeners.remove(listening);
        metrics.listening(listeners.size());
    }

    /**
     * Begins to make the next event of each topic that somebody listens to, and forgets the others.
     *
     * @return of how many topics; not of those whose last event is still being made or told
     */
    int tellAll() {
        List<Broadcast> heard;
        synchronized (this) {
            topics.values().removeIf(Broadcast::isEmpty);
            heard = List.copyOf(topics.values());
        }
        return (int) heard.stream().filter(this::make).count();
    }

    private boolean make(Broadcast broadcast) {
        boolean isFree = broadcast.beginMaking();
        if (isFree) {
            readers.execute(() -> broadcast.publish(newest(broadcast.stream())));
        }
        return isFree;
    }

    /** What cannot be told is told too. */
    private static ServerEvent newest(EventStream stream) {
        String traceId = TraceIds.next();
        String site = stream.topic().site();
        try {
            return stream.newest().get();
        } catch (StorageException e) {
            LOG.warn("{}: live figures of {} are not told: {}", traceId, site, e.getMessage());
            return ServerEvent.of(
                    Problem.unavailable(e.trouble().name(), e.trouble().text(), null, traceId));
        } catch (Throwable e) { // an error too: else nothing would be told any more
            LOG.error("{}: live figures of {} are not told", traceId, site, e);
            return ServerEvent.of(
                    Problem.of(ProblemKind.INTERNAL, "the server's log tells more under this trace id", null, traceId));
        }
    }

    /** Shows those who hear nothing that there is somebody, and cuts off those who take nothing. */
    void look() {
        List.copyOf(listeners.keySet()).forEach(Listening::look);
    }

    /**
     * Ends those who may listen no more: one look for each who is known by the same. While it cannot be told, for the database
     * or the issuer of a token is away, nobody is ended.
     */
    void check() {
        Map<Credentials, List<Map.Entry<Listening, Listener>>> byCredentials = listeners.entrySet().stream()
                .collect(Collectors.groupingBy(entry -> entry.getValue().shown()));
        try {
            byCredentials.values().forEach(same -> {
                if (!mayStill(same.get(0).getValue())) {
                    same.forEach(entry -> entry.getKey().end());
                }
            });
        } catch (StorageException e) {
            LOG.warn("who may still listen is looked at again later: {}", e.getMessage());
        }
    }

    /** Also where it cannot be told of this one alone: others may be known in another way. */
    private boolean mayStill(Listener who) {
        try {
            gate.admit(who.access(), gate.caller(who.shown()), who.shown());
            return true;
        } catch (ProblemException e) {
            return e.kind() == ProblemKind.UNAVAILABLE;
        }
    }

    /** Ends all, and lets nobody listen any more. */
    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
        }
        timer.shutdown();
        readers.shutdown();
        List.copyOf(listeners.keySet()).forEach(Listening::stop);
    }
}
