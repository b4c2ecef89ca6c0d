package io.joulestream.app.cluster;

import io.joulestream.ingest.kafka.FramePublisher;
import io.joulestream.ingest.kafka.PublishException;
import io.joulestream.ingest.world.Feed;
import io.joulestream.ingest.world.FeedPlan;
import io.joulestream.ingest.world.World;
import io.joulestream.ingest.world.WorldSite;
import io.joulestream.wire.Topics;
import io.joulestream.wire.v1.TelemetryFrame;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;

/**
 * Sends a world's frames at an even pace from a thread of its own, whatever happens to the brokers: what a publisher that
 * gave up had not confirmed is sent again by the next one. Remembers what had been confirmed when. Any thread may ask.
 */
final class Feeder implements AutoCloseable {
    private static final int FRAMES_PER_FLUSH = 5;
    /** What is not confirmed cannot be found to be stored: a slow feed is flushed after fewer frames. */
    private static final Duration FLUSHED_WITHIN = Duration.ofSeconds(3);
    /** On a slow feed the job would hand in its progress only every ten seconds: {@link FramePublisher#nudge}. */
    private static final Duration NUDGED_EVERY = Duration.ofMillis(500);

    private final Map<String, Object> kafka;
    private final Iterator<TelemetryFrame> frames;
    private final int size;
    private final Deque<TelemetryFrame> unconfirmed = new ArrayDeque<>();
    private final Map<TopicPartition, Long> confirmed = new HashMap<>();
    private final Deque<Mark> marks = new ArrayDeque<>();
    private final CompletableFuture<Void> allSent = new CompletableFuture<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private int framesPerFlush = FRAMES_PER_FLUSH;
    private FramePublisher publisher;
    private long settledNanos = System.nanoTime();

    /** What had been confirmed at an instant of {@link System#nanoTime}. */
    private record Mark(long nanos, Map<TopicPartition, Long> offsets) {}

    Feeder(String bootstrap, World world, FeedPlan plan) {
        this.kafka = Map.of("bootstrap.servers", bootstrap);
        this.frames = framesOf(world, plan);
        int count = 0;
        for (Iterator<TelemetryFrame> all = framesOf(world, plan); all.hasNext(); all.next()) {
            count++;
        }
        this.size = count;
    }

    private static Iterator<TelemetryFrame> framesOf(World world, FeedPlan plan) {
        return new Feed(world, plan).framesBetween(world.start(), world.end());
    }

    /** How many frames the world has. */
    int size() {
        return size;
    }

    /** One frame after the other, this far apart. */
    void start(Duration pace) {
        framesPerFlush = (int) Math.max(1, Math.min(FRAMES_PER_FLUSH, FLUSHED_WITHIN.dividedBy(pace)));
        clock.scheduleAtFixedRate(this::sendNext, 0, pace.toMillis(), TimeUnit.MILLISECONDS);
        clock.scheduleWithFixedDelay(this::nudge, 0, NUDGED_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Sends what is left without a pause; returns when all of the world has been confirmed. */
    void sendRest() throws Exception {
        clock.scheduleWithFixedDelay(
                () -> {
                    for (int i = 0; i < 1_000 && !allSent.isDone(); i++) {
                        sendNext();
                    }
                },
                0,
                1,
                TimeUnit.MILLISECONDS);
        allSent.get(5, TimeUnit.MINUTES);
    }

    private void sendNext() {
        if (allSent.isDone()) {
            return;
        }
        try {
            FramePublisher to = publisher();
            if (frames.hasNext()) {
                TelemetryFrame frame = frames.next();
                unconfirmed.add(frame);
                to.publish(frame);
            }
            if (unconfirmed.size() >= framesPerFlush || !frames.hasNext()) {
                to.flush();
                confirm();
                if (!frames.hasNext()) {
                    allSent.complete(null);
                }
            }
        } catch (PublishException gaveUp) {
            publisher.close();
            publisher = null;
        } catch (RuntimeException e) {
            allSent.completeExceptionally(e);
        }
    }

    private void nudge() {
        if (publisher != null && !allSent.isDone()) {
            publisher.nudge(confirmed().keySet());
        }
    }

    private FramePublisher publisher() {
        if (publisher == null) {
            publisher = new FramePublisher(kafka, Topics.telemetry(WorldSite.TENANT));
            unconfirmed.forEach(publisher::publish);
        }
        return publisher;
    }

    private synchronized void confirm() {
        unconfirmed.clear();
        confirmed.putAll(publisher.highestOffsets());
        marks.add(new Mark(System.nanoTime(), Map.copyOf(confirmed)));
    }

    synchronized Map<TopicPartition, Long> confirmed() {
        return Map.copyOf(confirmed);
    }

    /**
     * How long ago that was confirmed which is just settled; the longest wait of anything that is not.
     *
     * @param committed the job's progress: next offset by partition
     */
    synchronized Duration lag(Map<TopicPartition, Long> committed) {
        while (!marks.isEmpty() && isSettled(marks.getFirst(), committed)) {
            settledNanos = marks.removeFirst().nanos();
        }
        return marks.isEmpty()
                ? Duration.ZERO
                : Duration.ofNanos(System.nanoTime() - marks.getFirst().nanos());
    }

    /** When the newest of what {@link #lag} found settled had been confirmed, by {@link System#nanoTime}. */
    synchronized long settledNanos() {
        return settledNanos;
    }

    private static boolean isSettled(Mark mark, Map<TopicPartition, Long> committed) {
        return mark.offsets().entrySet().stream()
                .allMatch(partition -> committed.getOrDefault(partition.getKey(), 0L) > partition.getValue());
    }

    @Override
    public void close() {
        clock.shutdownNow();
        if (publisher != null) {
            publisher.close();
        }
    }
}
