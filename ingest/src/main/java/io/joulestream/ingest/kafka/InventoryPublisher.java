package io.joulestream.ingest.kafka;

import io.joulestream.core.inventory.SiteGeneration;
import io.joulestream.wire.GenerationRecord;
import io.joulestream.wire.InventoryRecord;
import io.joulestream.wire.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Publishes one version of a site's inventory, to the topic that {@link TelemetryTopics} has opened. Any thread. */
public final class InventoryPublisher implements AutoCloseable {
    private static final int MAX_REQUEST_BYTES = 16 * 1024 * 1024;

    private final Producer<String, byte[]> producer;

    /** @param kafka the client's connection: bootstrap.servers, and security where the cluster asks for it */
    public InventoryPublisher(Map<String, Object> kafka) {
        this(new KafkaProducer<>(settings(kafka), new StringSerializer(), new ByteArraySerializer()));
    }

    InventoryPublisher(Producer<String, byte[]> producer) {
        this.producer = producer;
    }

    /**
     * Returns when all in-sync replicas have it. That the version is new is for the caller to know: it is read from the
     * topic first, and versions never change.
     *
     * @return the record's offset in the topic's only partition
     * @throws PublishException if it did not get there
     */
    public long publish(InventoryRecord inventory) throws InterruptedException {
        try {
            return producer.send(new ProducerRecord<>(Topics.INVENTORY, inventory.key(), inventory.encode()))
                    .get()
                    .offset();
        } catch (ExecutionException e) {
            throw failure("inventory " + inventory.key(), e.getCause());
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            throw failure("inventory " + inventory.key(), e);
        }
    }

    /**
     * Publishes a generation of a site; from then on the job knows it. Returns when all in-sync replicas have it.
     *
     * @throws PublishException if it did not get there
     */
    public void publish(SiteGeneration generation) throws InterruptedException {
        String key = GenerationRecord.key(generation);
        try {
            producer.send(new ProducerRecord<>(Topics.INVENTORY, key, GenerationRecord.encode(generation)))
                    .get();
        } catch (ExecutionException e) {
            throw failure("generation " + key, e.getCause());
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            throw failure("generation " + key, e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }

    private static PublishException failure(String what, Throwable cause) {
        return new PublishException(what + " did not reach " + Topics.INVENTORY + ": " + cause.getMessage(), cause);
    }

    private static Map<String, Object> settings(Map<String, Object> kafka) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
        return settings;
    }
}
