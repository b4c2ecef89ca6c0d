package io.joulestream.app;

import io.joulestream.ingest.kafka.FramePublisher;
import io.joulestream.ingest.world.FeedRecord;
import io.joulestream.ingest.world.World;
import io.joulestream.ingest.world.WorldSite;
import io.joulestream.wire.Topics;
import java.util.List;

/** Sends synthetic sites through the real pipeline: their inventories, then their records. For one thread. */
final class SyntheticSites implements AutoCloseable {
    private final List<String> inventories;
    private final FramePublisher publisher;
    private long records;

    SyntheticSites(World world, Endpoints endpoints) {
        this(world.sites().stream().map(WorldSite::siteYaml).toList(), endpoints);
    }

    /** @param inventories the sites', as YAML */
    SyntheticSites(List<String> inventories, Endpoints endpoints) {
        this.inventories = List.copyOf(inventories);
        this.publisher = new FramePublisher(endpoints.kafkaSettings(), Topics.telemetry(WorldSite.TENANT));
    }

    /** Publishes the sites' inventories, which must precede their frames. */
    void apply(SiteRegistry registry) throws InterruptedException {
        for (String inventory : inventories) {
            registry.apply(inventory);
        }
    }

    void send(FeedRecord record) {
        publisher.publish(record.key(), record.value(), record.clockMillis());
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
