package io.joulestream.wire.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.wire.ReplayProducer;
import io.joulestream.wire.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the dead-letter topic to its present end. It holds one letter again whenever the job was set back, and whenever
 * what was sent again is refused again. For one thread.
 */
public final class DeadLetterReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final Consumer<byte[], byte[]> consumer;

    /**
     * A letter, and where the topic holds it.
     *
     * @param letter with its whole payload
     */
    public record Found(DeadLetter letter, int partition, long offset) {}

    /** @param kafka the client's connection: bootstrap.servers, and security where the cluster asks for it */
    public DeadLetterReader(Map<String, Object> kafka) {
        this(new KafkaConsumer<>(settings(kafka), new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    }

    DeadLetterReader(Consumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /**
     * Gives each letter to {@code each}. A record without a letter's headers is passed over.
     *
     * @param from the first offset to read by partition; from the beginning where there is none
     * @return the end up to which was read, by partition: {@code from} of the next reading
     * @throws TimeoutException if the end is not reached within {@code patience}
     */
    public Map<Integer, Long> read(
            Map<Integer, Long> from, Duration patience, java.util.function.Consumer<Found> each) {
        long started = System.nanoTime();
        List<TopicPartition> partitions = consumer.partitionsFor(Topics.DEAD_LETTERS, patience).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, patience);
        consumer.beginningOffsets(partitions, patience)
                .forEach((partition, first) ->
                        consumer.seek(partition, Math.max(first, from.getOrDefault(partition.partition(), 0L))));
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey(), patience) < end.getValue())) {
            if (System.nanoTime() - started > patience.toNanos()) {
                throw new TimeoutException(Topics.DEAD_LETTERS + " was not read to its end within " + patience);
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.offset() < ends.get(new TopicPartition(record.topic(), record.partition()))) {
                    letter(record)
                            .ifPresent(letter -> each.accept(new Found(letter, record.partition(), record.offset())));
                }
            }
        }
        return ends.entrySet().stream()
                .collect(Collectors.toMap(end -> end.getKey().partition(), Map.Entry::getValue));
    }

    private static Optional<DeadLetter> letter(ConsumerRecord<byte[], byte[]> record) {
        Optional<ReplayProducer> identity =
                header(record, Topics.HEADER_IDENTITY).flatMap(ReplayProducer::ofIdentity);
        if (identity.isEmpty() || record.value() == null || record.key() == null) {
            return Optional.empty();
        }
        String[] key = new String(record.key(), UTF_8).split("\\|", -1);
        if (key.length != 3) {
            return Optional.empty();
        }
        ReplayProducer of = identity.get();
        long seen = header(record, Topics.HEADER_SEEN_MS)
                .filter(text -> text.matches("\\d{1,15}"))
                .map(Long::parseLong)
                .orElse(record.timestamp());
        return Optional.of(new DeadLetter(
                of.topic(),
                of.partition(),
                of.offset(),
                key[0],
                key[1],
                of.entity(),
                of.metric(),
                of.slot(),
                of.code(),
                header(record, Topics.HEADER_DETAIL).orElse(""),
                Instant.ofEpochMilli(seen),
                record.value()));
    }

    private static Optional<String> header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null
                ? Optional.empty()
                : Optional.of(new String(header.value(), UTF_8));
    }

    @Override
    public void close() {
        consumer.close();
    }

    private static Map<String, Object> settings(Map<String, Object> kafka) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return settings;
    }
}
