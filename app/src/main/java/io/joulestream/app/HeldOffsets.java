package io.joulestream.app;

import static java.util.stream.Collectors.toSet;

import io.joulestream.streaming.SavepointTopic;
import io.joulestream.wire.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** What Kafka holds of the topics that the ledger job reads. For one thread. */
final class HeldOffsets implements AutoCloseable {
    private final Admin admin;

    HeldOffsets(Map<String, Object> kafka) {
        admin = Admin.create(kafka);
    }

    /** A topic as the broker has it: what each of its partitions still holds, half-open. */
    record Topic(String id, List<Long> beginnings, List<Long> ends) {}

    /** The telemetry topics and the inventory topic, by name. */
    Map<String, Topic> topics() throws InterruptedException {
        try {
            List<String> names = admin.listTopics().names().get().stream()
                    .filter(name ->
                            name.equals(Topics.INVENTORY) || Topics.parse(name).isPresent())
                    .toList();
            Collection<TopicDescription> described =
                    admin.describeTopics(names).allTopicNames().get().values();
            Map<TopicPartition, Long> beginnings = offsets(described, OffsetSpec.earliest());
            Map<TopicPartition, Long> ends = offsets(described, OffsetSpec.latest());
            Map<String, Topic> topics = new TreeMap<>();
            for (TopicDescription topic : described) {
                topics.put(
                        topic.name(),
                        new Topic(topic.topicId().toString(), inOrder(topic, beginnings), inOrder(topic, ends)));
            }
            return topics;
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "topics cannot be looked at: " + e.getCause().getMessage(), e.getCause());
        }
    }

    private Map<TopicPartition, Long> offsets(Collection<TopicDescription> topics, OffsetSpec which)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        for (TopicDescription topic : topics) {
            topic.partitions()
                    .forEach(partition -> wanted.put(new TopicPartition(topic.name(), partition.partition()), which));
        }
        Map<TopicPartition, Long> offsets = new HashMap<>();
        admin.listOffsets(wanted).all().get().forEach((partition, at) -> offsets.put(partition, at.offset()));
        return offsets;
    }

    private static List<Long> inOrder(TopicDescription topic, Map<TopicPartition, Long> offsets) {
        List<Long> ordered = new ArrayList<>();
        for (int partition = 0; partition < topic.partitions().size(); partition++) {
            ordered.add(offsets.get(new TopicPartition(topic.name(), partition)));
        }
        return ordered;
    }

    /**
     * From where on each partition is needed by who goes on from a savepoint. Of a partition of which it has read nothing
     * that is all there was before the savepoint; of the inventory, which the job reads anew at each start, too.
     *
     * A topic that is gone since before then is needed by nobody: the job goes on without it.
     *
     * @param before what Kafka held before the savepoint was taken
     * @param after what it held after that
     */
    static List<BackupManifest.Offset> needed(
            List<SavepointTopic> savepoint, Map<String, Topic> before, Map<String, Topic> after) {
        List<BackupManifest.Offset> needed = new ArrayList<>();
        Topic inventory = before.get(Topics.INVENTORY);
        if (inventory != null) {
            needed.add(new BackupManifest.Offset(
                    Topics.INVENTORY, inventory.id(), 0, inventory.beginnings().get(0)));
        }
        for (SavepointTopic topic : savepoint) {
            Topic known = before.get(topic.name());
            if (known == null && !after.containsKey(topic.name())) {
                continue;
            }
            for (int partition = 0; partition < topic.partitions(); partition++) {
                long beginning = known == null ? 0 : known.beginnings().get(partition);
                needed.add(new BackupManifest.Offset(
                        topic.name(), topic.id(), partition, topic.next().getOrDefault(partition, beginning)));
            }
        }
        return needed;
    }

    /** Why the job could not go on from the offsets, one line each. */
    static List<String> problems(List<BackupManifest.Offset> needed, Map<String, Topic> held) {
        List<String> problems = new ArrayList<>();
        for (BackupManifest.Offset place : needed) {
            Topic topic = held.get(place.topic());
            if (topic == null) {
                problems.add("topic " + place.topic() + " is gone");
            } else if (!topic.id().equals(place.topicId())) {
                problems.add("topic " + place.topic() + " was deleted and made anew: it has id " + topic.id()
                        + ", the backup's has " + place.topicId());
            } else if (place.partition() >= topic.beginnings().size()) {
                problems.add("topic " + place.topic() + " has no partition " + place.partition());
            } else if (topic.beginnings().get(place.partition()) > place.offset()) {
                problems.add("topic " + place.topic() + " partition " + place.partition() + " begins at offset "
                        + topic.beginnings().get(place.partition()) + ", the backup goes on at " + place.offset());
            } else if (topic.ends().get(place.partition()) < place.offset()) {
                problems.add("topic " + place.topic() + " partition " + place.partition() + " ends at offset "
                        + topic.ends().get(place.partition()) + ", the backup goes on at " + place.offset());
            }
        }
        return problems.stream().distinct().toList();
    }

    /**
     * Lets a consumer group be as far as a backup is, and forget the topics that came after it: nothing is settled before it is
     * worked again.
     */
    void resetGroup(String group, List<BackupManifest.Offset> offsets) throws InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
        offsets.stream()
                .filter(place -> !place.topic().equals(Topics.INVENTORY))
                .forEach(place -> committed.put(
                        new TopicPartition(place.topic(), place.partition()), new OffsetAndMetadata(place.offset())));
        try {
            Set<TopicPartition> later =
                    admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().keySet().stream()
                            .filter(partition -> !committed.containsKey(partition))
                            .collect(toSet());
            if (!later.isEmpty()) {
                admin.deleteConsumerGroupOffsets(group, later).all().get();
            }
            admin.alterConsumerGroupOffsets(group, committed).all().get();
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "the offsets of " + group + " cannot be set: "
                            + e.getCause().getMessage(),
                    e.getCause());
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
