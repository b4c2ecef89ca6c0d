package io.joulestream.ingest.kafka;

import io.joulestream.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes topics and opens them for use.
 *
 * <p>The first batches to a just-created partition can be lost for good when several are in flight (KAFKA-15591). So a
 * topic counts as open only when each partition holds a record: one without a value, sent alone and awaited, which
 * consumers skip. Opening looks at every empty partition, whoever created the topic: it may be repeated, and two
 * processes may do it at once, at worst with two opening records. Any thread.
 */
public final class TelemetryTopics {
    private static final byte[] OPENING_KEY = "opening".getBytes(StandardCharsets.US_ASCII);
    private static final Duration DLQ_RETENTION = Duration.ofDays(30);
    private static final Duration TELEMETRY_RETENTION = Duration.ofDays(7);
    private static final int INVENTORY_MESSAGE_BYTES = 16 * 1024 * 1024;

    private final Map<String, Object> kafka;

    /** @param kafka the client's connection: bootstrap.servers, and security where the cluster asks for it */
    public TelemetryTopics(Map<String, Object> kafka) {
        this.kafka = Map.copyOf(kafka);
    }

    /**
     * A topic for frames. Partitions are never added to one that exists: the number is for a new topic only.
     *
     * @throws PublishException if the topic could not be made or opened
     */
    public void openTelemetry(String topic, int partitions, int replication) throws InterruptedException {
        if (Topics.parse(topic).isEmpty()) {
            throw new IllegalArgumentException("not a telemetry topic: " + topic);
        }
        open(new NewTopic(topic, partitions, (short) replication)
                .configs(Map.of(
                        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime",
                        TopicConfig.RETENTION_MS_CONFIG, "" + TELEMETRY_RETENTION.toMillis(),
                        TopicConfig.COMPRESSION_TYPE_CONFIG, "producer")));
    }

    /** The topic of all sites' inventory versions. */
    public void openInventory(int replication) throws InterruptedException {
        open(new NewTopic(Topics.INVENTORY, 1, (short) replication)
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_COMPACT,
                        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                        "LogAppendTime",
                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                        "" + INVENTORY_MESSAGE_BYTES)));
    }

    /** The topic of what was refused. */
    public void openDeadLetters(int partitions, int replication) throws InterruptedException {
        open(new NewTopic(Topics.DEAD_LETTERS, partitions, (short) replication)
                .configs(Map.of(
                        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime",
                        TopicConfig.RETENTION_MS_CONFIG, "" + DLQ_RETENTION.toMillis(),
                        TopicConfig.COMPRESSION_TYPE_CONFIG, "producer")));
    }

    private void open(NewTopic topic) throws InterruptedException {
        try (Admin admin = Admin.create(kafka);
                Producer<byte[], byte[]> producer = openingProducer()) {
            create(admin, topic);
            List<Future<?>> opening = new ArrayList<>();
            for (TopicPartition partition : emptyPartitions(admin, producer, topic.name())) {
                opening.add(producer.send(
                        new ProducerRecord<>(partition.topic(), partition.partition(), OPENING_KEY, null)));
            }
            for (Future<?> record : opening) {
                record.get();
            }
        } catch (ExecutionException e) {
            throw failure(topic, e.getCause());
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            throw failure(topic, e);
        }
    }

    private static void create(Admin admin, NewTopic topic) throws ExecutionException, InterruptedException {
        try {
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    /**
     * Those that never held a record; retention empties a partition but does not reset its end offset. The producer is
     * asked for the partitions because it waits until a new topic has reached its broker.
     */
    private static Set<TopicPartition> emptyPartitions(Admin admin, Producer<?, ?> producer, String topic)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (PartitionInfo partition : producer.partitionsFor(topic)) {
            ends.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest());
        }
        Set<TopicPartition> empty = new HashSet<>();
        admin.listOffsets(ends).all().get().forEach((partition, end) -> {
            if (end.offset() == 0) {
                empty.add(partition);
            }
        });
        return empty;
    }

    private Producer<byte[], byte[]> openingProducer() {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static PublishException failure(NewTopic topic, Throwable cause) {
        return new PublishException("topic " + topic.name() + " could not be opened: " + cause.getMessage(), cause);
    }
}
