package io.joulestream.streaming;

import io.joulestream.core.inventory.SiteGeneration;
import io.joulestream.wire.Topics;
import io.joulestream.wire.kafka.InventoryReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** The topics as the broker tells them. It is asked rarely, so nothing is kept open. */
final class KafkaTopics implements TopicLookup {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Map<String, Object> kafka = new HashMap<>();

    KafkaTopics(Properties kafka) {
        kafka.forEach((key, value) -> this.kafka.put(key.toString(), value));
    }

    @Override
    public Found look() {
        try (Admin admin = Admin.create(kafka);
                InventoryReader inventory = new InventoryReader(kafka)) {
            Set<InventoryReader.Site> sites = inventory.catchUp(PATIENCE).keySet();
            List<TopicCheck.Present> topics = new ArrayList<>();
            Set<String> names = new HashSet<>();
            for (TopicDescription topic : describe(admin)) {
                names.add(topic.name());
                if (isRead(topic, inventory)) {
                    topics.add(
                            new TopicCheck.Present(topic.name(), topic.topicId().toString(), beginnings(admin, topic)));
                }
            }
            return new Found(topics, new TopicCheck(sites, inventory.generations(), names));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while topics were looked at", e);
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    @Override
    public long beginning(TopicPartition partition) {
        try (Admin admin = Admin.create(kafka)) {
            return admin.listOffsets(Map.of(partition, OffsetSpec.earliest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while " + partition + " was looked at", e);
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    private static Iterable<TopicDescription> describe(Admin admin) throws ExecutionException, InterruptedException {
        List<String> names = admin.listTopics().names().get().stream()
                .filter(name -> Topics.parse(name).isPresent())
                .sorted()
                .toList();
        return admin.describeTopics(names).allTopicNames().get().values();
    }

    /** Of a generation's topics only what was published is read. */
    private static boolean isRead(TopicDescription topic, InventoryReader inventory) {
        return Topics.generationOf(topic.name()) == 0
                || inventory.generations().values().stream()
                        .flatMap(List::stream)
                        .anyMatch((SiteGeneration generation) -> generation
                                        .topic()
                                        .equals(topic.name())
                                && generation.topicId().equals(topic.topicId().toString()));
    }

    private static List<Long> beginnings(Admin admin, TopicDescription topic)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
        for (int i = 0; i < topic.partitions().size(); i++) {
            earliest.put(new TopicPartition(topic.name(), i), OffsetSpec.earliest());
        }
        Map<TopicPartition, ListOffsetsResultInfo> offsets =
                admin.listOffsets(earliest).all().get();
        List<Long> beginnings = new ArrayList<>();
        for (int i = 0; i < topic.partitions().size(); i++) {
            beginnings.add(offsets.get(new TopicPartition(topic.name(), i)).offset());
        }
        return beginnings;
    }

    private static KafkaException failure(ExecutionException e) {
        return new KafkaException("topics cannot be looked at: " + e.getCause().getMessage(), e.getCause());
    }
}
