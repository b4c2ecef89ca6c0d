package io.joulestream.ingest.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/**
 * Waits until the job has settled what was published: its rows and dead letters are written exactly when the committed
 * offset of the job's consumer group has passed a frame's offset. Any thread; the waiting one blocks.
 */
public final class Settlement {
    private static final Duration POLL = Duration.ofMillis(250);
    private static final long REQUEST_SECONDS = 10;
    private static final int CHECKS_PER_NUDGE = 3;

    private final Committed committed;
    private final Consumer<Set<TopicPartition>> nudge;
    private final Duration poll;

    /** Where the group stands: the next offset to read by partition, without those it never committed. */
    @FunctionalInterface
    interface Committed {
        Map<TopicPartition, Long> offsets() throws Exception;
    }

    /** What came of the waiting. */
    public sealed interface Outcome {
        record Settled() implements Outcome {}

        /** @param missing what was not settled in time, one line */
        record TimedOut(String missing) implements Outcome {}
    }

    /**
     * @param admin stays the caller's to close, after the last wait
     * @param nudge told now and then which partitions are still behind; see {@link FramePublisher#nudge}
     */
    public Settlement(Admin admin, String group, Consumer<Set<TopicPartition>> nudge) {
        this(() -> committedOf(admin, group), nudge, POLL);
    }

    Settlement(Committed committed, Consumer<Set<TopicPartition>> nudge, Duration poll) {
        this.committed = committed;
        this.nudge = nudge;
        this.poll = poll;
    }

    /**
     * Waits until each partition's given offset is settled.
     *
     * <p>A broker that cannot be asked is asked again until the patience ends; the last error is then part of the answer.
     *
     * @param offsets the highest offset by partition, as {@link FramePublisher#highestOffsets} tells them
     */
    public Outcome await(Map<TopicPartition, Long> offsets, Duration patience) throws InterruptedException {
        CompletableFuture<Void> settled = new CompletableFuture<>();
        AtomicReference<String> missing = new AtomicReference<>("the group's offsets were not read");
        AtomicInteger checks = new AtomicInteger();
        ScheduledExecutorService poller = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "settlement");
            thread.setDaemon(true);
            return thread;
        });
        try {
            poller.scheduleWithFixedDelay(
                    () -> check(offsets, settled, missing, checks.incrementAndGet() % CHECKS_PER_NUDGE == 0),
                    0,
                    poll.toMillis(),
                    TimeUnit.MILLISECONDS);
            settled.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return new Outcome.Settled();
        } catch (TimeoutException e) {
            return settled.isDone() ? new Outcome.Settled() : new Outcome.TimedOut(missing.get());
        } catch (ExecutionException e) {
            throw new IllegalStateException("the check never completes exceptionally", e);
        } finally {
            poller.shutdownNow();
        }
    }

    private void check(
            Map<TopicPartition, Long> offsets,
            CompletableFuture<Void> settled,
            AtomicReference<String> missing,
            boolean nudging) {
        try {
            Map<TopicPartition, String> behind = behind(offsets, committed.offsets());
            if (behind.isEmpty()) {
                settled.complete(null);
                return;
            }
            missing.set(behind.values().stream().sorted().collect(Collectors.joining("; ")));
            if (nudging) {
                nudge.accept(behind.keySet());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            missing.set("the group's offsets could not be read: " + e);
        }
    }

    /** What is missing, by partition. */
    private static Map<TopicPartition, String> behind(
            Map<TopicPartition, Long> offsets, Map<TopicPartition, Long> committed) {
        Map<TopicPartition, String> behind = new HashMap<>();
        offsets.forEach((partition, offset) -> {
            Long next = committed.get(partition);
            if (next == null || next <= offset) {
                behind.put(
                        partition,
                        partition + " wants offset " + offset + ", committed is " + (next == null ? "none" : next));
            }
        });
        return behind;
    }

    private static Map<TopicPartition, Long> committedOf(Admin admin, String group) throws Exception {
        return admin
                .listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get(REQUEST_SECONDS, TimeUnit.SECONDS)
                .entrySet()
                .stream()
                .filter(entry -> entry.getValue() != null)
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().offset()));
    }
}
