package io.joulestream.ingest.kafka;

import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameKey;
import io.joulestream.wire.Topics;
import io.joulestream.wire.v1.TelemetryFrame;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends frames to one telemetry topic, which {@link TelemetryTopics} has opened.
 *
 * <p>The frames of an owner keep their order. What waits is bounded by the producer's buffer: a full one makes
 * {@link #publish} wait, at most a minute. The first failure is kept and ends the publisher's use. Any thread.
 */
public final class FramePublisher implements AutoCloseable {
    private static final int LINGER_MS = 50;
    private static final int BATCH_BYTES = 256 * 1024;
    private static final int BUFFER_BYTES = 32 * 1024 * 1024;
    private static final int MAX_BLOCK_MS = 60_000;
    private static final List<Header> HEADERS =
            List.of(new RecordHeader(Topics.HEADER_SCHEMA, Topics.SCHEMA_FRAME_1.getBytes(StandardCharsets.US_ASCII)));

    private final Producer<String, byte[]> producer;
    private final String topic;
    private final Map<TopicPartition, Long> highest = new ConcurrentHashMap<>();
    private final AtomicReference<PublishException> failure = new AtomicReference<>();

    /** @param kafka the client's connection: bootstrap.servers, and security where the cluster asks for it */
    public FramePublisher(Map<String, Object> kafka, String topic) {
        this(new KafkaProducer<>(settings(kafka), new StringSerializer(), new ByteArraySerializer()), topic);
    }

    FramePublisher(Producer<String, byte[]> producer, String topic) {
        this.producer = producer;
        this.topic = topic;
    }

    /**
     * Hands the frame to the producer; whether it arrives is known after {@link #flush}.
     *
     * @throws PublishException if an earlier frame failed or this one could not be taken
     */
    public void publish(TelemetryFrame frame) {
        FrameKey key = FrameKey.of(frame);
        send(
                key.toString(),
                FrameCodec.encode(frame),
                HEADERS,
                () -> "frame " + Long.toUnsignedString(frame.getFrameSeq()) + " of " + key);
    }

    /**
     * As {@link #publish(TelemetryFrame)}, for bytes that somebody else made, right or wrong.
     *
     * @param key {@code tenant|site|owner}
     */
    public void publish(String key, byte[] frame) {
        publish(key, frame, 0);
    }

    /**
     * The same for an agent that has measured its clock.
     *
     * @param clockMillis how far it is ahead of the broker's; 0 tells nothing
     */
    public void publish(String key, byte[] frame, long clockMillis) {
        send(key, frame, clockMillis == 0 ? HEADERS : withClock(clockMillis), () -> "a record of " + key);
    }

    private static List<Header> withClock(long clockMillis) {
        List<Header> headers = new ArrayList<>(HEADERS);
        headers.add(new RecordHeader(
                Topics.HEADER_CLOCK_MS, Long.toString(clockMillis).getBytes(StandardCharsets.US_ASCII)));
        return headers;
    }

    /** As {@link #publish(String, byte[])}, with headers of one's own. */
    void publish(String key, byte[] frame, Iterable<Header> headers) {
        send(key, frame, headers, () -> "a copy of " + key);
    }

    /** What the broker's clock says, by the time at which it stores a record without a value, which consumers skip. */
    Instant brokerTime() throws InterruptedException {
        try {
            return Instant.ofEpochMilli(producer.send(new ProducerRecord<>(topic, 0, null, null))
                    .get()
                    .timestamp());
        } catch (ExecutionException e) {
            throw new PublishException(topic + " cannot be written to: " + e.getCause(), e.getCause());
        }
    }

    private void send(String key, byte[] value, Supplier<String> what) {
        send(key, value, HEADERS, what);
    }

    private void send(String key, byte[] value, Iterable<Header> headers, Supplier<String> what) {
        throwFailure();
        try {
            producer.send(new ProducerRecord<>(topic, null, key, value, headers), (metadata, exception) -> {
                if (exception != null) {
                    fail(what.get(), exception);
                } else {
                    highest.merge(
                            new TopicPartition(metadata.topic(), metadata.partition()), metadata.offset(), Math::max);
                }
            });
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            fail(what.get(), e);
            throwFailure();
        }
    }

    /**
     * Waits until everything published so far was acknowledged by all in-sync replicas.
     *
     * @throws PublishException with the first failure since the publisher was made
     */
    public void flush() {
        producer.flush();
        throwFailure();
    }

    /** The highest offset acknowledged so far in each partition this publisher wrote to: what {@link Settlement} waits for. */
    public Map<TopicPartition, Long> highestOffsets() {
        return Map.copyOf(highest);
    }

    /**
     * Sends each partition a record without a value, which consumers skip. The job's consumer hands in its progress only
     * when its poll returns, which on a quiet topic takes up to ten seconds; this makes it return.
     */
    public void nudge(Set<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            producer.send(new ProducerRecord<>(partition.topic(), partition.partition(), null, null));
        }
    }

    /** Waits for what is under way and closes. Failures are told by {@link #flush}, so call that first. */
    @Override
    public void close() {
        producer.close();
    }

    private void fail(String what, Exception cause) {
        failure.compareAndSet(
                null, new PublishException(what + " did not reach " + topic + ": " + cause.getMessage(), cause));
    }

    private void throwFailure() {
        PublishException first = failure.get();
        if (first != null) {
            throw first;
        }
    }

    private static Map<String, Object> settings(Map<String, Object> kafka) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
        return settings;
    }
}
