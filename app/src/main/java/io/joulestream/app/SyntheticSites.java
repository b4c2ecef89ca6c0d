package io.joulestream.app;

import io.joulestream.ingest.kafka.FramePublisher;
import io.joulestream.ingest.world.FeedRecord;
import io.joulestream.ingest.world.World;
import io.joulestream.ingest.world.WorldSite;
import io.joulestream.wire.Topics;

/** Sends synthetic sites through the real pipeline: their inventories, then their records. For one thread. */
final class SyntheticSites implements AutoCloseable {
    private final World world;
    private final FramePublisher publisher;
    private long records;

    SyntheticSites(World world, Endpoints endpoints) {
        this.world = world;
        this.publisher = new FramePublisher(endpoints.kafkaSettings(), Topics.telemetry(WorldSite.TENANT));
    }

    /** Publishes the sites' inventories, which must precede their frames. */
    void apply(SiteRegistry registry) throws InterruptedException {
        for (WorldSite site : world.sites()) {
            registry.apply(site.siteYaml());
        }
    }

    void send(FeedRecord record) {
        publisher.publish(record.key(), record.value());
        records++;
    }

    FramePublisher publisher() {
        return publisher;
    }

    /** How many have been sent. */
    long records() {
        return records;
    }

    @Override
    public void close() {
        publisher.close();
    }
}
