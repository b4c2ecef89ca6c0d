package io.joulestream.ingest.world;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

public final class TruthFile {
    /** What must be stored once the readings of {@code world} up to {@code until}, a whole minute, are accounted for. */
    public static TruthFile of(World world, FeedPlan plan, Instant until) {
        throw new UnsupportedOperationException();
    }

    /** The same with what {@link FaultyFeed} did. */
    public TruthFile withFaults(List<FaultEntry> faults) {
        throw new UnsupportedOperationException();
    }

    /** Compressed when the name ends in {@code .gz}. */
    public void write(Path file) throws IOException {
        throw new UnsupportedOperationException();
    }

    public static TruthFile read(Path file) throws IOException {
        throw new UnsupportedOperationException();
    }
}
