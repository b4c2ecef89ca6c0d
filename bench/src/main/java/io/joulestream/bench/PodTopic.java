package io.joulestream.bench;

import io.joulestream.app.embedded.DataDirectory;
import io.joulestream.app.embedded.EmbeddedServers;
import io.joulestream.ingest.kafka.FramePublisher;
import io.joulestream.ingest.kafka.InventoryPublisher;
import io.joulestream.ingest.kafka.TelemetryTopics;
import io.joulestream.ingest.world.Fault;
import io.joulestream.ingest.world.FaultyFeed;
import io.joulestream.ingest.world.Feed;
import io.joulestream.ingest.world.FeedPlan;
import io.joulestream.ingest.world.FeedRecord;
import io.joulestream.ingest.world.World;
import io.joulestream.ingest.world.WorldPreset;
import io.joulestream.ingest.world.WorldSite;
import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.wire.InventoryRecord;
import io.joulestream.wire.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** A broker whose telemetry topic holds some minutes of pod-1k by the second, and an empty database beside it. */
final class PodTopic implements AutoCloseable {
    private static final Instant END = Instant.parse("2026-11-01T12:00:00Z");
    private static final int ONE_COPY = 1;

    private final DataDirectory directory;
    private final DatabaseAddress database;
    private final String bootstrap;
    private final long samples;
    private final long records;
    private final Map<TopicPartition, Long> highest;

    private PodTopic(Duration length, Set<Fault> faults, int partitions) throws IOException, InterruptedException {
        directory = DataDirectory.temporary();
        EmbeddedServers servers = EmbeddedServers.start(directory);
        bootstrap = servers.kafkaBootstrap();
        database = new DatabaseAddress(servers.jdbcUrl(), servers.jdbcUser(), servers.jdbcPassword());
        Map<String, Object> kafka = Map.of("bootstrap.servers", bootstrap);
        TelemetryTopics topics = new TelemetryTopics(kafka);
        topics.openInventory(ONE_COPY);
        topics.openDeadLetters(1, ONE_COPY);
        topics.openTelemetry(topic(), partitions, ONE_COPY);
        Instant start = END.minus(Duration.ofHours(1 + (length.toMinutes() - 1) / 60));
        World world = World.of(List.of(WorldPreset.POD_1K), 1, start, END);
        try (Database db = Database.open(database)) {
            publish(world, db, kafka);
        }
        Feed feed = new Feed(world, new FeedPlan(start, start, false));
        FaultyFeed frames = new FaultyFeed(feed.framesBetween(start, start.plus(length)), faults, 1);
        long sent = 0;
        try (FramePublisher publisher = new FramePublisher(kafka, topic())) {
            while (frames.hasNext()) {
                FeedRecord frame = frames.next();
                publisher.publish(frame.key(), frame.value());
                sent++;
            }
            publisher.flush();
            highest = publisher.highestOffsets();
        }
        records = sent;
        samples = feed.samples();
    }

    /** Starts the servers and fills the topic. */
    static PodTopic filled(Duration length, Set<Fault> faults, int partitions)
            throws IOException, InterruptedException {
        return new PodTopic(length, faults, partitions);
    }

    private static void publish(World world, Database db, Map<String, Object> kafka) throws InterruptedException {
        try (InventoryPublisher publisher = new InventoryPublisher(kafka)) {
            for (WorldSite site : world.sites()) {
                int version = db.sites().put(WorldSite.TENANT, site.id(), world.start(), site.siteYaml());
                publisher.publish(
                        new InventoryRecord(WorldSite.TENANT, site.id(), version, world.start(), site.siteYaml()));
            }
        }
    }

    static String topic() {
        return Topics.telemetry(WorldSite.TENANT);
    }

    DatabaseAddress database() {
        return database;
    }

    Properties kafka() {
        Properties kafka = new Properties();
        kafka.setProperty("bootstrap.servers", bootstrap);
        return kafka;
    }

    /** Good readings in the topic. */
    long samples() {
        return samples;
    }

    /** Kafka records in the topic. */
    long records() {
        return records;
    }

    /** The last offset of each partition. */
    Map<TopicPartition, Long> highest() {
        return highest;
    }

    Path checkpoints() {
        return directory.checkpoints();
    }

    @Override
    public void close() throws IOException {
        directory.close();
    }
}
