package io.joulestream.storage;

import java.time.Instant;
import java.util.List;

/**
 * A run in the list of runs.
 *
 * @param startedAt earliest start over its sites
 * @param endedAt latest end over its sites, exclusive; moves while the run goes on
 * @param sites in order of name
 * @param energy over all its stored hours and sites
 */
public record RunSummary(
        String run, Instant startedAt, Instant endedAt, List<String> sites, EnergyTotal energy, long tokens) {
    public RunSummary {
        sites = List.copyOf(sites);
    }
}
