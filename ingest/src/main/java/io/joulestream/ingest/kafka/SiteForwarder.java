package io.joulestream.ingest.kafka;

import io.joulestream.core.inventory.SiteGeneration;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Copies a rebuilt site's new frames from the topics that senders still write to, to the topic its generation reads.
 *
 * <p>How far it is stands in a consumer group of its own and is committed after what was read has been stored again. So
 * after a crash some frames are copied twice, in their order, and recognised by their numbers; none is left out. Several may
 * run at once and share the partitions.
 */
public final class SiteForwarder implements Runnable, AutoCloseable {
    /** Fewer than the numbers that an owner's ledger remembers of a sender. */
    private static final int BATCH = 500;

    private static final Duration POLL = Duration.ofSeconds(1);

    private final SiteGeneration generation;
    private final Consumer<byte[], byte[]> consumer;
    private final FramePublisher publisher;

    /** @param kafka the client's connection */
    public SiteForwarder(Map<String, Object> kafka, SiteGeneration generation) {
        this.generation = generation;
        this.consumer = new KafkaConsumer<>(
                settings(kafka, generation), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.publisher = new FramePublisher(kafka, generation.topic());
    }

    /** The consumer group in which the progress stands. */
    public static String group(String tenant, String site, int generation) {
        return "joulestream-forward." + tenant + "." + site + ".g" + generation;
    }

    /**
     * Forwards until it is closed.
     *
     * @throws org.apache.kafka.common.KafkaException if Kafka cannot be read, or no longer holds what is to be read next
     * @throws PublishException if a copy was not stored; a new forwarder goes on from the last commit
     */
    @Override
    public void run() {
        String prefix = generation.tenant() + "|" + generation.site() + "|";
        try {
            consumer.subscribe(generation.sources().stream()
                    .map(SiteGeneration.Source::topic)
                    .toList());
            while (true) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    String key = FrameCopy.key(record);
                    if (record.value() != null && key.startsWith(prefix)) {
                        boolean accounted =
                                Instant.ofEpochMilli(record.timestamp()).isBefore(generation.previousUntil());
                        publisher.publish(key, record.value(), FrameCopy.headers(record, accounted));
                    }
                }
                if (!records.isEmpty()) {
                    publisher.flush();
                    consumer.commitSync();
                }
            }
        } catch (WakeupException e) {
            // closed
        } finally {
            consumer.close();
            publisher.close();
        }
    }

    /** Ends {@link #run}, from any thread. */
    @Override
    public void close() {
        consumer.wakeup();
    }

    private static Map<String, Object> settings(Map<String, Object> kafka, SiteGeneration generation) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put(
                ConsumerConfig.GROUP_ID_CONFIG, group(generation.tenant(), generation.site(), generation.number()));
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // what is no longer there was never accounted for: that is for a person
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, BATCH);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return settings;
    }
}
