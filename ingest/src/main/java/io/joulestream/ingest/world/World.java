package io.joulestream.ingest.world;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The truth about some synthetic sites: a pure function of presets, seed and span.
 *
 * <p>Every power is a whole number of centiwatts that changes only on a grid of 100 ms, so every energy is a whole number
 * of millijoules. What a device draws depends on the level its pool is at (idle, computing, reducing, keeping a
 * checkpoint ...), and the time spent in each level has a closed form, so the energy of any span costs the same whether it
 * is a second or a month. Only heat and weather are worked out minute by minute. Any thread.
 */
public final class World {
    public static final Duration DEMO_HISTORY = Duration.ofDays(35);

    private final long seed;
    private final Instant start;
    private final Instant end;
    private final List<WorldSite> sites;

    private final Set<Fault> faults;

    private World(long seed, Instant start, Instant end, Set<Fault> faults, List<WorldSite> sites) {
        this.seed = seed;
        this.start = start;
        this.end = end;
        this.faults = faults.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(faults));
        this.sites = List.copyOf(sites);
    }

    /**
     * @param end end of the history; the world itself goes on for two years
     * @throws IllegalArgumentException unless both are whole hours of UTC, the start in 2015 or later, and in this order
     */
    public static World of(List<WorldPreset> presets, long seed, Instant start, Instant end) {
        return of(presets, seed, start, end, Set.of());
    }

    /**
     * The same where faults befall devices, agents and links. No energy changes by that.
     *
     * @throws IllegalArgumentException as {@link #of(List, long, Instant, Instant)}
     */
    public static World of(List<WorldPreset> presets, long seed, Instant start, Instant end, Set<Fault> faults) {
        if (start.getEpochSecond() % 3_600 != 0
                || end.getEpochSecond() % 3_600 != 0
                || start.getNano() + end.getNano() != 0
                || !start.isBefore(end)) {
            throw new IllegalArgumentException("a history lies between two whole hours, was " + start + " to " + end);
        }
        long endTick = Ticks.since(start, end);
        return new World(
                seed,
                start,
                end,
                faults,
                presets.stream()
                        .distinct()
                        .map(preset -> new SiteBuilder(preset, seed, start, endTick, faults).build())
                        .toList());
    }

    /** pod-128, edge-2rack and edge-nometer over the 35 days before {@code end}, a whole hour. */
    public static World demo(long seed, Instant end) {
        return of(
                List.of(WorldPreset.POD_128, WorldPreset.EDGE_2RACK, WorldPreset.EDGE_NOMETER),
                seed,
                end.minus(DEMO_HISTORY),
                end);
    }

    public long seed() {
        return seed;
    }

    public Instant start() {
        return start;
    }

    /** End of the history; the world itself goes on for two years. */
    public Instant end() {
        return end;
    }

    /** What goes wrong in it. */
    public Set<Fault> faults() {
        return faults;
    }

    public List<WorldSite> sites() {
        return sites;
    }
}
