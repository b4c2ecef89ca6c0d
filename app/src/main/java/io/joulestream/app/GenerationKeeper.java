package io.joulestream.app;

import io.joulestream.core.inventory.SiteGeneration;
import io.joulestream.ingest.kafka.SiteForwarder;
import io.joulestream.storage.Database;
import io.joulestream.storage.LedgerWriter;
import io.joulestream.storage.StorageException;
import io.joulestream.wire.kafka.InventoryReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after rebuilt sites: puts each published generation in force in the database, forwards frames to its topic while
 * senders still use the old one, and removes what it did not write again once the job has read all it was filled with. All
 * of it follows from the inventory topic, so a process that takes over goes on with it.
 */
final class GenerationKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GenerationKeeper.class);
    private static final Duration PERIOD = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long STOP_SECONDS = 10;

    private final Map<String, Object> kafka;
    private final String group;
    private final Database database;
    private final InventoryReader inventory;
    private final Admin admin;
    private final ScheduledExecutorService rounds = BackgroundThread.named("generations");

    private final Map<SiteGeneration, Forwarding> forwarders = new HashMap<>();
    /** Of a generation whose stale rows are still there: what the job must have read first. */
    private final Map<SiteGeneration, Map<TopicPartition, Long>> unsettled = new HashMap<>();

    private final Map<SiteGeneration, String> problems = new ConcurrentHashMap<>();
    private final Map<SiteGeneration, String> notCleaned = new ConcurrentHashMap<>();
    private volatile Optional<String> roundFailed = Optional.empty();

    private record Forwarding(SiteForwarder forwarder, Thread thread) {}

    /** @param group in which the job commits its progress */
    GenerationKeeper(Map<String, Object> kafka, String group, Database database) {
        this.kafka = kafka;
        this.group = group;
        this.database = database;
        this.inventory = new InventoryReader(kafka);
        this.admin = Admin.create(kafka);
    }

    /** Puts in force what is published by now, and from then on looks after it. */
    void start() throws InterruptedException {
        look();
        rounds.scheduleWithFixedDelay(this::round, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What keeps a site from being up to date, one line each. */
    List<String> problems() {
        return Stream.of(problems.values().stream(), notCleaned.values().stream(), roundFailed.stream())
                .flatMap(part -> part)
                .sorted()
                .toList();
    }

    private void round() {
        try {
            look();
            forward();
            removeStale();
            roundFailed = Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("rebuilt sites could not be looked after; trying again", e);
            roundFailed = Optional.of("rebuilt sites are not looked after: " + e.getMessage());
        }
    }

    private void look() throws InterruptedException {
        inventory.catchUp(PATIENCE);
        for (List<SiteGeneration> ofSite : inventory.generations().values()) {
            for (SiteGeneration generation : ofSite) {
                if (!forwarders.containsKey(generation)) {
                    take(generation);
                }
            }
        }
    }

    /** One whose topic is gone is told, and tried again; it keeps no other from being looked after. */
    private void take(SiteGeneration generation) throws InterruptedException {
        try {
            database.generations().putInForce(generation);
            if (database.generations().mayHaveStaleRows(generation)) {
                unsettled.put(generation, ends(generation.topic()));
            }
            forwarders.put(generation, forwarding(generation));
        } catch (KafkaException e) {
            problems.put(
                    generation,
                    "generation " + generation.number() + " of site " + generation.site() + " is not looked after: "
                            + e.getMessage());
        }
    }

    /** One that has ended goes on where it was. */
    private void forward() {
        forwarders.replaceAll((generation, forwarding) -> {
            if (forwarding.thread().getState() == Thread.State.NEW) {
                forwarding.thread().start();
            }
            return forwarding.thread().isAlive() ? forwarding : forwarding(generation);
        });
    }

    private Forwarding forwarding(SiteGeneration generation) {
        SiteForwarder forwarder = new SiteForwarder(kafka, generation);
        Thread thread = new Thread(
                () -> {
                    try {
                        problems.remove(generation);
                        forwarder.run();
                    } catch (RuntimeException e) {
                        LOG.warn("forwarding to {} ended; starting it again", generation.topic(), e);
                        problems.put(
                                generation,
                                "frames of site " + generation.site() + " are not forwarded to " + generation.topic()
                                        + ": " + e.getMessage());
                    }
                },
                "forward-" + generation.topic());
        thread.setDaemon(true);
        return new Forwarding(forwarder, thread);
    }

    private void removeStale() throws InterruptedException {
        if (unsettled.isEmpty()) {
            return;
        }
        Map<TopicPartition, Long> committed = committed();
        List<SiteGeneration> settled = unsettled.entrySet().stream()
                .filter(ends -> ends.getValue().entrySet().stream()
                        .allMatch(end -> committed.getOrDefault(end.getKey(), 0L) >= end.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        for (SiteGeneration generation : settled) {
            removeStale(generation);
        }
    }

    /** One that fails is told, and tried again; it keeps no other from being cleaned. */
    private void removeStale(SiteGeneration generation) throws InterruptedException {
        try (LedgerWriter writer = database.openWriter()) {
            long removed = writer.removeStale(generation.tenant(), generation.site(), generation.number());
            unsettled.remove(generation);
            notCleaned.remove(generation);
            LOG.info(
                    "{} rows of site {} from before generation {} removed",
                    removed,
                    generation.site(),
                    generation.number());
        } catch (StorageException e) {
            LOG.warn("rows of site {} that a rebuild left are not removed; trying again", generation.site(), e);
            notCleaned.put(
                    generation,
                    "rows of site " + generation.site() + " that its rebuild found to be otherwise are not removed: "
                            + e.getMessage());
        }
    }

    private Map<TopicPartition, Long> ends(String topic) throws InterruptedException {
        try {
            Map<TopicPartition, OffsetSpec> latest =
                    new TreeMap<>(java.util.Comparator.comparing(TopicPartition::toString));
            admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions()
                    .forEach(partition ->
                            latest.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
            return admin.listOffsets(latest).all().get().entrySet().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, end -> end.getValue().offset()));
        } catch (ExecutionException e) {
            throw new KafkaException("topic " + topic + " cannot be looked at: " + e.getCause(), e.getCause());
        }
    }

    private Map<TopicPartition, Long> committed() throws InterruptedException {
        try {
            Map<TopicPartition, Long> committed = new HashMap<>();
            admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .forEach((partition, offset) -> {
                        if (offset != null) {
                            committed.put(partition, offset.offset());
                        }
                    });
            return committed;
        } catch (ExecutionException e) {
            throw new KafkaException("the offsets of " + group + " cannot be read: " + e.getCause(), e.getCause());
        }
    }

    @Override
    public void close() throws InterruptedException {
        rounds.shutdownNow();
        rounds.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
        for (Forwarding forwarding : forwarders.values()) {
            forwarding.forwarder().close();
            if (forwarding.thread().getState() == Thread.State.NEW) {
                forwarding.thread().start(); // ends at once, and closes what it holds
            }
        }
        for (Forwarding forwarding : forwarders.values()) {
            forwarding.thread().join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
        }
        inventory.close();
        admin.close();
    }
}
