package io.joulestream.ingest.world;

import java.time.Instant;
import java.util.List;

public final class World {
    public static World of(List<WorldPreset> presets, long seed, Instant start, Instant end) {
        throw new UnsupportedOperationException();
    }

    /** pod-128, edge-2rack and edge-nometer over the 35 days before {@code end}. */
    public static World demo(long seed, Instant end) {
        throw new UnsupportedOperationException();
    }

    public long seed() {
        throw new UnsupportedOperationException();
    }

    public Instant start() {
        throw new UnsupportedOperationException();
    }

    /** End of the history; the world itself goes on for years. */
    public Instant end() {
        throw new UnsupportedOperationException();
    }

    public List<WorldSite> sites() {
        throw new UnsupportedOperationException();
    }
}
