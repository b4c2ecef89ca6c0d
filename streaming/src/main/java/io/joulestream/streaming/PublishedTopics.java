package io.joulestream.streaming;

import io.joulestream.core.inventory.SiteGeneration;
import io.joulestream.wire.Topics;
import io.joulestream.wire.kafka.InventoryReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.flink.connector.kafka.source.enumerator.subscriber.KafkaSubscriber;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * The topics the job reads: every telemetry topic; of a rebuilt site's only those that a published generation names, by
 * name and by the broker's id. So a topic that a rebuild still fills, or left behind, is not read.
 */
final class PublishedTopics implements KafkaSubscriber {
    private static final long serialVersionUID = 1;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Properties kafka;

    /** Ids of generations' topics, by topic; grows. */
    private transient Map<String, String> published;

    PublishedTopics(Properties kafka) {
        this.kafka = kafka;
    }

    @Override
    public Set<TopicPartition> getSubscribedTopicPartitions(AdminClient admin) {
        try {
            List<String> names = admin.listTopics().names().get().stream()
                    .filter(name -> Topics.parse(name).isPresent())
                    .toList();
            Map<String, TopicDescription> topics =
                    admin.describeTopics(names).allTopicNames().get();
            if (topics.values().stream().anyMatch(topic -> !isTaken(topic))) {
                published = published();
            }
            Set<TopicPartition> partitions = new HashSet<>();
            topics.forEach((name, topic) -> {
                if (isTaken(topic)) {
                    topic.partitions()
                            .forEach(partition -> partitions.add(new TopicPartition(name, partition.partition())));
                }
            });
            return partitions;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while topics were looked for", e);
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "topics could not be looked for: " + e.getCause().getMessage(), e.getCause());
        }
    }

    private boolean isTaken(TopicDescription topic) {
        return Topics.generationOf(topic.name()) == 0
                || published != null && topic.topicId().toString().equals(published.get(topic.name()));
    }

    /** The ids of the published generations' topics, by topic. */
    private Map<String, String> published() {
        Map<String, Object> settings = new HashMap<>();
        kafka.forEach((key, value) -> settings.put(key.toString(), value));
        try (InventoryReader inventory = new InventoryReader(settings)) {
            inventory.catchUp(PATIENCE);
            return inventory.generations().values().stream()
                    .flatMap(List::stream)
                    .collect(Collectors.toMap(SiteGeneration::topic, SiteGeneration::topicId, (first, other) -> first));
        }
    }
}
