package io.joulestream.ingest.world;

import java.time.Instant;
import java.util.List;

public final class WorldSite {
    public String id() {
        throw new UnsupportedOperationException();
    }

    /** The site's inventory, valid from the world's start. */
    public String siteYaml() {
        throw new UnsupportedOperationException();
    }

    public long microjoules(String entity, Instant from, Instant to) {
        throw new UnsupportedOperationException();
    }

    public long itMicrojoules(Instant from, Instant to) {
        throw new UnsupportedOperationException();
    }

    public long facilityMicrojoules(Instant from, Instant to) {
        throw new UnsupportedOperationException();
    }

    /** Runs that have started before {@code until}. */
    public List<WorldRun> runs(Instant until) {
        throw new UnsupportedOperationException();
    }
}
