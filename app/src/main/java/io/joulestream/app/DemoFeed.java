package io.joulestream.app;

import io.joulestream.ingest.world.FaultEntry;
import io.joulestream.ingest.world.FaultyFeed;
import io.joulestream.ingest.world.FaultyReadings;
import io.joulestream.ingest.world.Feed;
import io.joulestream.ingest.world.FeedPlan;
import io.joulestream.ingest.world.World;
import io.joulestream.wire.v1.TelemetryFrame;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;

/** What the sensors of the demo's sites say: their history, through a bad network where asked for, then live. */
final class DemoFeed {
    private final World world;
    private final Feed feed;
    private final FaultyReadings readings;
    private final SyntheticSites sites;
    private final BrokenMeter broken;
    private List<FaultEntry> injected = List.of();
    private Instant sentUntil;

    DemoFeed(World world, FeedPlan plan, SyntheticSites sites, BrokenMeter broken) {
        this.world = world;
        this.feed = new Feed(world, plan);
        this.readings = new FaultyReadings(world, plan);
        this.sites = sites;
        this.broken = broken;
    }

    /** Sends everything read up to an instant on a whole second. */
    void sendHistory(Instant until) {
        FaultyFeed records = new FaultyFeed(feed.framesBetween(world.start(), until), world, readings);
        while (records.hasNext()) {
            sites.send(records.next());
        }
        injected = records.ledger();
        sentUntil = until;
    }

    /** Sends what was read since the last call, up to an instant on a whole second. */
    void sendLive(Instant until) {
        broken.listen();
        Iterator<TelemetryFrame> frames = feed.framesBetween(sentUntil, until);
        while (frames.hasNext()) {
            for (TelemetryFrame told : readings.apply(frames.next())) {
                sites.publisher().publish(broken.falsify(told));
            }
        }
        sentUntil = until;
    }

    /** What was done to the history on purpose. */
    List<FaultEntry> injected() {
        return injected;
    }

    long samples() {
        return feed.samples();
    }
}
