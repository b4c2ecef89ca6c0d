package io.joulestream.ingest.kafka;

import io.joulestream.core.inventory.SiteGeneration;
import io.joulestream.wire.Topics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Makes and fills the topic of a generation that is about to be published. Nobody reads it before: what a refill that failed
 * has left behind is made anew.
 *
 * <p>For one thread, and one process at a time per site.
 */
public final class Refill implements AutoCloseable {
    /**
     * How long the generation before goes on after the publication: longer than a subtask of the job may be without
     * looking at the inventory topic.
     */
    private static final Duration OVERLAP = Duration.ofSeconds(60);

    private static final Duration DELETION = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final long HOUR_SECONDS = 3_600;

    private final Map<String, Object> kafka;
    private final Admin admin;
    private final String tenant;
    private final String site;

    public Refill(Map<String, Object> kafka, String tenant, String site) {
        this.kafka = kafka;
        this.admin = Admin.create(kafka);
        this.tenant = tenant;
        this.site = site;
    }

    /** What was sent. */
    public record Filled(SiteGeneration generation, long frames, Map<TopicPartition, Long> highestOffsets) {}

    /** The topics that hold the frames of a site now: that of its newest generation, else all it may write to. */
    public List<SiteGeneration.Source> sources(List<SiteGeneration> generations) throws InterruptedException {
        List<String> names = generations.isEmpty()
                ? List.of(Topics.telemetry(tenant), Topics.telemetry(tenant, site))
                : List.of(generations.get(generations.size() - 1).topic());
        Set<String> present = topics();
        return names.stream()
                .filter(present::contains)
                .map(name -> new SiteGeneration.Source(name, id(name)))
                .toList();
    }

    /**
     * How far the job has come in the topics, by partition; to be asked where its state is lost, and what it has accounted
     * for ends there.
     */
    public Map<TopicPartition, Long> committed(String group, List<SiteGeneration.Source> sources)
            throws InterruptedException {
        Map<TopicPartition, Long> committed = new HashMap<>();
        for (SiteGeneration.Source source : sources) {
            for (int i = 0; i < describe(source.topic()).partitions().size(); i++) {
                committed.put(new TopicPartition(source.topic(), i), 0L);
            }
        }
        try {
            admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .forEach((partition, offset) -> {
                        if (offset != null) {
                            committed.replace(partition, offset.offset());
                        }
                    });
            return committed;
        } catch (ExecutionException e) {
            throw failure("the offsets of " + group + " cannot be read", e);
        }
    }

    /** The first whole hour at or after a time. */
    public static Instant wholeHourFrom(Instant time) {
        long second = time.getNano() == 0 ? time.getEpochSecond() : time.getEpochSecond() + 1;
        return Instant.ofEpochSecond(-Math.floorDiv(-second, HOUR_SECONDS) * HOUR_SECONDS);
    }

    /**
     * Fills the generation's topic and sets up its forwarding. The generation that comes back is to be published soon.
     *
     * @param stateLost whether the generation before accounts for nothing more
     */
    public Filled fill(
            RetainedFrames retained,
            List<SiteGeneration.Source> sources,
            int number,
            Instant floor,
            String reason,
            boolean stateLost,
            int partitions,
            int replication)
            throws IOException, InterruptedException {
        String topic = Topics.telemetry(tenant, site, number);
        removeLeftover(topic);
        new TelemetryTopics(kafka).openTelemetry(topic, partitions, replication);
        try (FramePublisher publisher = new FramePublisher(kafka, topic)) {
            long frames = retained.sendTo(publisher, floor);
            followFrom(retained.ends(), number);
            Instant now = publisher.brokerTime();
            SiteGeneration generation = new SiteGeneration(
                    tenant,
                    site,
                    number,
                    topic,
                    id(topic),
                    floor,
                    reason,
                    now,
                    stateLost ? Instant.EPOCH : now.plus(OVERLAP),
                    sources);
            return new Filled(generation, frames, publisher.highestOffsets());
        }
    }

    private void followFrom(Map<TopicPartition, Long> ends, int number) throws InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> offsets = ends.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, end -> new OffsetAndMetadata(end.getValue())));
        try {
            admin.alterConsumerGroupOffsets(SiteForwarder.group(tenant, site, number), offsets)
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw failure("where to forward from cannot be noted", e);
        }
    }

    /** A topic of a generation that was not published: a refill ended before its end. */
    private void removeLeftover(String topic) throws InterruptedException {
        if (!topics().contains(topic)) {
            return;
        }
        try {
            admin.deleteTopics(List.of(topic)).all().get();
            awaitGone(topic);
        } catch (ExecutionException e) {
            throw failure("what an earlier refill left in " + topic + " cannot be deleted", e);
        }
    }

    /** The broker answers before it has deleted; a topic of the same name cannot be made until it has. */
    private void awaitGone(String topic) throws InterruptedException, ExecutionException {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor();
        try {
            looks.scheduleWithFixedDelay(() -> lookFor(topic, gone), 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
            gone.get(DELETION.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new PublishException("topic " + topic + " was not deleted within " + DELETION, e);
        } finally {
            looks.shutdownNow();
        }
    }

    private void lookFor(String topic, CompletableFuture<Void> gone) {
        try {
            if (!topics().contains(topic)) {
                gone.complete(null);
            }
        } catch (InterruptedException | PublishException e) {
            gone.completeExceptionally(e);
        }
    }

    private Set<String> topics() throws InterruptedException {
        try {
            return admin.listTopics().names().get();
        } catch (ExecutionException e) {
            throw failure("topics cannot be listed", e);
        }
    }

    private String id(String topic) {
        try {
            return describe(topic).topicId().toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PublishException("interrupted", e);
        }
    }

    private TopicDescription describe(String topic) throws InterruptedException {
        try {
            return new ArrayList<>(admin.describeTopics(List.of(topic))
                            .allTopicNames()
                            .get()
                            .values())
                    .get(0);
        } catch (ExecutionException e) {
            throw failure("topic " + topic + " cannot be looked at", e);
        }
    }

    /** The broker's time; a record without a value is stored on the first of the topics to learn it. */
    public Instant brokerTime(List<SiteGeneration.Source> sources) throws InterruptedException {
        try (FramePublisher publisher = new FramePublisher(kafka, sources.get(0).topic())) {
            return publisher.brokerTime();
        }
    }

    private static PublishException failure(String what, ExecutionException e) {
        return new PublishException(what + ": " + e.getCause().getMessage(), e.getCause());
    }

    @Override
    public void close() {
        admin.close();
    }
}
