package io.joulestream.wire.kafka;

import io.joulestream.core.inventory.SiteGeneration;
import io.joulestream.wire.GenerationRecord;
import io.joulestream.wire.InventoryRecord;
import io.joulestream.wire.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Everything the inventory topic says, up to the moment it was last asked to catch up.
 *
 * <p>The topic has one partition and is read by position, without a consumer group. Catching up with nothing new costs
 * one request for the end offset. For one thread at a time.
 */
public final class InventoryReader implements AutoCloseable {
    private static final TopicPartition PARTITION = new TopicPartition(Topics.INVENTORY, 0);
    private static final int FETCH_WAIT_MS = 20;
    private static final Duration POLL = Duration.ofMillis(200);

    private final Consumer<byte[], byte[]> consumer;
    private final Map<Site, TreeMap<Integer, InventoryRecord>> versions = new HashMap<>();
    private final Map<Site, TreeMap<Integer, SiteGeneration>> generations = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    /** A site, by its tenant and its name inside the tenant. */
    public record Site(String tenant, String site) {}

    /** @param kafka the client's connection: bootstrap.servers, and security where the cluster asks for it */
    public InventoryReader(Map<String, Object> kafka) {
        this(new KafkaConsumer<>(settings(kafka), new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    }

    InventoryReader(Consumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
        consumer.assign(List.of(PARTITION));
        consumer.seekToBeginning(List.of(PARTITION));
    }

    /**
     * Reads on to the topic's present end.
     *
     * @return every site's versions, by version number
     * @throws TimeoutException if the end is not reached within {@code patience}; calling again goes on from there
     */
    public Map<Site, List<InventoryRecord>> catchUp(Duration patience) {
        long started = System.nanoTime();
        long end = consumer.endOffsets(List.of(PARTITION), patience).get(PARTITION);
        // the position also passes records that compaction has removed
        while (consumer.position(PARTITION, patience) < end) {
            if (System.nanoTime() - started > patience.toNanos()) {
                throw new TimeoutException("inventory read to offset " + consumer.position(PARTITION) + " of " + end
                        + " within " + patience);
            }
            consumer.poll(POLL).forEach(this::take);
        }
        return versions();
    }

    /** As of the last catch-up. Of one version told twice the first holds: versions are immutable. */
    public Map<Site, List<InventoryRecord>> versions() {
        Map<Site, List<InventoryRecord>> copy = new HashMap<>();
        versions.forEach((site, byNumber) -> copy.put(site, List.copyOf(byNumber.values())));
        return Collections.unmodifiableMap(copy);
    }

    /** Every rebuilt site's generations, by number, as of the last catch-up. Of one told twice the first holds. */
    public Map<Site, List<SiteGeneration>> generations() {
        Map<Site, List<SiteGeneration>> copy = new HashMap<>();
        generations.forEach((site, byNumber) -> copy.put(site, List.copyOf(byNumber.values())));
        return Collections.unmodifiableMap(copy);
    }

    /** Records that could not be read, one line each; the other records are not affected. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    @Override
    public void close() {
        consumer.close();
    }

    private void take(ConsumerRecord<byte[], byte[]> entry) {
        if (entry.value() == null) {
            return; // the topic's opening record
        }
        if (GenerationRecord.isKey(entry.key())) {
            takeGeneration(entry);
            return;
        }
        InventoryRecord.Result result = InventoryRecord.decode(entry.value());
        if (result instanceof InventoryRecord.Result.Decoded decoded) {
            InventoryRecord inventory = decoded.inventory();
            InventoryRecord known = versions.computeIfAbsent(
                            new Site(inventory.tenant(), inventory.site()), site -> new TreeMap<>())
                    .putIfAbsent(inventory.version(), inventory);
            if (known != null && !known.equals(inventory)) {
                problems.add(where(entry) + ": version " + inventory.key() + " was told before, with other content");
            }
        } else if (result instanceof InventoryRecord.Result.Refused refused) {
            problems.add(where(entry) + ": " + refused.detail());
        }
    }

    private void takeGeneration(ConsumerRecord<byte[], byte[]> entry) {
        GenerationRecord.Result result = GenerationRecord.decode(entry.value());
        if (result instanceof GenerationRecord.Result.Decoded decoded) {
            SiteGeneration generation = decoded.generation();
            SiteGeneration known = generations
                    .computeIfAbsent(new Site(generation.tenant(), generation.site()), site -> new TreeMap<>())
                    .putIfAbsent(generation.number(), generation);
            if (known != null && !known.equals(generation)) {
                problems.add(where(entry) + ": generation " + generation.number() + " of " + generation.site()
                        + " was told before, with other content");
            }
        } else if (result instanceof GenerationRecord.Result.Refused refused) {
            problems.add(where(entry) + ": " + refused.detail());
        }
    }

    private static String where(ConsumerRecord<byte[], byte[]> entry) {
        return entry.topic() + " offset " + entry.offset();
    }

    /** A fetch that the broker holds open delays the next question for the end offset, so it is kept short. */
    private static Map<String, Object> settings(Map<String, Object> kafka) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return settings;
    }
}
