package io.joulestream.app;

import io.joulestream.ingest.world.Fault;
import io.joulestream.ingest.world.FaultEntry;
import io.joulestream.ingest.world.FaultyFeed;
import io.joulestream.ingest.world.Feed;
import io.joulestream.ingest.world.FeedPlan;
import io.joulestream.ingest.world.World;
import io.joulestream.wire.v1.TelemetryFrame;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** What the sensors of the demo's sites say: their history, through a bad network where asked for, then live. */
final class DemoFeed {
    private final World world;
    private final Feed feed;
    private final Set<Fault> faults;
    private final SyntheticSites sites;
    private final BrokenMeter broken;
    private List<FaultEntry> injected = List.of();
    private Instant sentUntil;

    DemoFeed(World world, FeedPlan plan, Set<Fault> faults, SyntheticSites sites, BrokenMeter broken) {
        this.world = world;
        this.feed = new Feed(world, plan);
        this.faults = faults;
        this.sites = sites;
        this.broken = broken;
    }

    /** Sends everything read up to an instant on a whole second. */
    void sendHistory(Instant until) {
        FaultyFeed records = new FaultyFeed(feed.framesBetween(world.start(), until), faults, world.seed());
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
            sites.publisher().publish(broken.falsify(frames.next()));
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
