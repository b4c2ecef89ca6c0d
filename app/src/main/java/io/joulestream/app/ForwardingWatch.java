package io.joulestream.app;

import io.joulestream.core.inventory.SiteGeneration;
import io.joulestream.ingest.kafka.SiteForwarder;
import io.joulestream.wire.kafka.InventoryReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Whether somebody forwards what senders still write to the old topics of rebuilt sites: what waits there does not get less
 * where nobody does. Kafka is asked now and then by a thread of its own; the answer may be had from any.
 */
final class ForwardingWatch implements AutoCloseable {
    /** A forwarder commits every second where there is something to forward. */
    static final Duration STALLED_AFTER = Duration.ofSeconds(60);

    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String tenant;
    private final InventoryReader inventory;
    private final Admin admin;
    private final LongSupplier nanoTime;
    private final Map<SiteGeneration, Progress> progress = new HashMap<>();
    private final ScheduledExecutorService looks = BackgroundThread.named("forwarding-watch");

    private volatile List<String> problems = List.of();

    /** How far a generation's forwarders were, and when they were first seen to be there. */
    private record Progress(long forwarded, long sinceNanos) {}

    ForwardingWatch(Map<String, Object> kafka, String tenant, LongSupplier nanoTime) {
        this.tenant = tenant;
        this.inventory = new InventoryReader(kafka);
        this.admin = Admin.create(kafka);
        this.nanoTime = nanoTime;
    }

    void start() {
        looks.scheduleWithFixedDelay(this::look, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** As of the last look, one line each. */
    List<String> problems() {
        return problems;
    }

    void look() {
        List<String> found = new ArrayList<>();
        try {
            inventory.catchUp(PATIENCE);
            for (Map.Entry<InventoryReader.Site, List<SiteGeneration>> site :
                    inventory.generations().entrySet()) {
                if (site.getKey().tenant().equals(tenant)) {
                    for (SiteGeneration generation : site.getValue()) {
                        look(generation, found);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
            found.add("whether the frames of rebuilt sites are forwarded is not known: " + cause);
        }
        problems = List.copyOf(found);
    }

    private void look(SiteGeneration generation, List<String> found)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<TopicPartition, Long> forwarded =
                forwarded(SiteForwarder.group(generation.tenant(), generation.site(), generation.number()));
        long waiting = 0;
        for (Map.Entry<TopicPartition, Long> end : ends(forwarded).entrySet()) {
            waiting += Math.max(0, end.getValue() - forwarded.get(end.getKey()));
        }
        long sum = forwarded.values().stream().mapToLong(Long::longValue).sum();
        Progress before = progress.get(generation);
        if (waiting == 0 || before == null || before.forwarded() != sum) {
            progress.put(generation, new Progress(sum, nanoTime.getAsLong()));
        } else if (nanoTime.getAsLong() - before.sinceNanos() >= STALLED_AFTER.toNanos()) {
            found.add("frames of site " + generation.site() + " are not forwarded to " + generation.topic() + ": "
                    + waiting + " records wait in the topics before it, and none was taken for "
                    + STALLED_AFTER.toSeconds() + " s; joulestream site forward takes them");
        }
    }

    private Map<TopicPartition, Long> forwarded(String group)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<TopicPartition, Long> forwarded = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        committed.forEach((partition, offset) -> {
            if (offset != null) {
                forwarded.put(partition, offset.offset());
            }
        });
        return forwarded;
    }

    private Map<TopicPartition, Long> ends(Map<TopicPartition, Long> forwarded)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<TopicPartition, ListOffsetsResultInfo> ends = admin.listOffsets(forwarded.keySet().stream()
                        .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest())))
                .all()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return ends.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, end -> end.getValue().offset()));
    }

    @Override
    public void close() throws InterruptedException {
        looks.shutdownNow();
        looks.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        inventory.close();
        admin.close(PATIENCE);
    }
}
