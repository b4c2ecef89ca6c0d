package io.joulestream.app;

import io.joulestream.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** How many records of the telemetry topics the ledger does not hold yet: those behind what the job has committed. */
final class LedgerLag implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Admin admin;
    private final String group;

    /** @param group to which the job commits what is stored */
    LedgerLag(Map<String, Object> kafka, String group) {
        this.admin = Admin.create(kafka);
        this.group = group;
    }

    /**
     * By topic, also those of which nothing is committed yet. A partition of a generation that nobody reads any more keeps
     * what it had.
     *
     * @throws KafkaException if the brokers do not answer in some seconds
     */
    Map<String, Long> byTopic() throws InterruptedException {
        try {
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            List<TopicPartition> partitions = telemetry();
            Map<TopicPartition, Long> first = offsets(partitions, OffsetSpec.earliest());
            Map<String, Long> waiting = new TreeMap<>();
            offsets(partitions, OffsetSpec.latest()).forEach((partition, end) -> {
                OffsetAndMetadata known = committed.get(partition);
                long next = known == null ? first.getOrDefault(partition, 0L) : known.offset();
                waiting.merge(partition.topic(), Math.max(0, end - next), Long::sum);
            });
            return waiting;
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("how far the ledger is behind its topics is not known", e);
        }
    }

    private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec spec)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<TopicPartition, ListOffsetsResultInfo> offsets = admin.listOffsets(
                        partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> spec)))
                .all()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return offsets.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, offset -> offset.getValue().offset()));
    }

    private List<TopicPartition> telemetry() throws ExecutionException, InterruptedException, TimeoutException {
        List<String> names = admin.listTopics().names().get(PATIENCE.toSeconds(), TimeUnit.SECONDS).stream()
                .filter(name -> Topics.parse(name).isPresent())
                .toList();
        return admin.describeTopics(names).allTopicNames().get(PATIENCE.toSeconds(), TimeUnit.SECONDS).values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .toList();
    }

    /** At once: nobody waits for an answer any more. */
    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
