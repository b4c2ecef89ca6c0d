package io.joulestream.app;

import io.joulestream.ingest.kafka.FramePublisher;
import io.joulestream.ingest.world.Fault;
import io.joulestream.ingest.world.FaultEntry;
import io.joulestream.ingest.world.FaultyFeed;
import io.joulestream.ingest.world.Feed;
import io.joulestream.ingest.world.FeedPlan;
import io.joulestream.ingest.world.FeedRecord;
import io.joulestream.ingest.world.World;
import io.joulestream.ingest.world.WorldSite;
import io.joulestream.wire.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The synthetic sites of a demo, sent through the real pipeline: their inventories, then their history, then what happens
 * as time goes on. For one thread.
 */
final class SyntheticSites implements AutoCloseable {
    private final World world;
    private final Feed feed;
    private final Set<Fault> faults;
    private final FramePublisher publisher;
    private final List<FaultEntry> injected = new ArrayList<>();
    private Instant sentUntil;
    private long records;

    SyntheticSites(World world, FeedPlan plan, Set<Fault> faults, Endpoints endpoints) {
        this.world = world;
        this.feed = new Feed(world, plan);
        this.faults = faults.isEmpty() ? EnumSet.noneOf(Fault.class) : EnumSet.copyOf(faults);
        this.publisher = new FramePublisher(endpoints.kafkaSettings(), Topics.telemetry(WorldSite.TENANT));
        this.sentUntil = world.start();
    }

    /** Publishes the sites' inventories, which must precede their frames. */
    void apply(SiteRegistry registry) throws InterruptedException {
        for (WorldSite site : world.sites()) {
            registry.apply(site.siteYaml());
        }
    }

    /** Sends what was read after the last time up to an instant on a whole second. */
    void sendUntil(Instant instant) {
        FaultyFeed records = new FaultyFeed(feed.framesBetween(sentUntil, instant), faults, world.seed());
        while (records.hasNext()) {
            FeedRecord record = records.next();
            publisher.publish(record.key(), record.value());
            this.records++;
        }
        injected.addAll(records.ledger());
        sentUntil = instant;
    }

    Instant sentUntil() {
        return sentUntil;
    }

    FramePublisher publisher() {
        return publisher;
    }

    /** What was done to the feed on purpose. */
    List<FaultEntry> injected() {
        return List.copyOf(injected);
    }

    long samples() {
        return feed.samples();
    }

    long records() {
        return records;
    }

    @Override
    public void close() {
        publisher.close();
    }
}
