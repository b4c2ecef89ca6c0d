package io.joulestream.ingest.world;

import io.joulestream.wire.v1.TelemetryFrame;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** A feed after a bad network had it; with no faults, just its bytes. */
public final class FaultyFeed implements Iterator<FeedRecord> {
    public FaultyFeed(Iterator<TelemetryFrame> frames, Set<Fault> faults, long seed) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean hasNext() {
        throw new UnsupportedOperationException();
    }

    @Override
    public FeedRecord next() {
        throw new UnsupportedOperationException();
    }

    /** What was injected so far. */
    public List<FaultEntry> ledger() {
        throw new UnsupportedOperationException();
    }
}
