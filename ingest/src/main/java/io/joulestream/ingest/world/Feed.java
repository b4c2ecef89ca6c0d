package io.joulestream.ingest.world;

import io.joulestream.wire.v1.TelemetryFrame;
import java.time.Instant;
import java.util.Iterator;

public final class Feed {
    public Feed(World world, FeedPlan plan) {
        throw new UnsupportedOperationException();
    }

    /**
     * The frames with the readings after {@code from} up to and including {@code to}, lazily, by the time of their last
     * reading. The first call starts anywhere; each later one must start where the one before ended, and only when that
     * was read to its end.
     */
    public Iterator<TelemetryFrame> framesBetween(Instant from, Instant to) {
        throw new UnsupportedOperationException();
    }

    /** Readings handed out so far. */
    public long samples() {
        throw new UnsupportedOperationException();
    }
}
