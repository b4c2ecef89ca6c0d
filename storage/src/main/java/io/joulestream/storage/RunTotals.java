package io.joulestream.storage;

import io.joulestream.core.ledger.RunExtent;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One run as a whole.
 *
 * @param extents one per site where the run was seen allocated, in order of site
 * @param sites one per site where it used energy or processed tokens, in order of site
 */
public record RunTotals(String run, List<RunExtent> extents, List<RunSiteTotals> sites) {
    public RunTotals {
        extents = List.copyOf(extents);
        sites = List.copyOf(sites);
    }

    /** Empty while no allocation of the run was seen. */
    public Optional<Instant> startedAt() {
        return extents.stream().map(RunExtent::startedAt).min(Comparator.naturalOrder());
    }

    /** Exclusive; moves while the run goes on. Empty while no allocation of the run was seen. */
    public Optional<Instant> endedAt() {
        return extents.stream().map(RunExtent::endedAt).max(Comparator.naturalOrder());
    }

    public EnergyTotal energy() {
        return sites.stream().map(RunSiteTotals::energy).reduce(EnergyTotal.NONE, EnergyTotal::plus);
    }

    public long coveredMillis() {
        return sites.stream().mapToLong(RunSiteTotals::coveredMillis).reduce(0, Math::addExact);
    }

    public long accountedMillis() {
        return sites.stream().mapToLong(RunSiteTotals::accountedMillis).reduce(0, Math::addExact);
    }

    public long tokens() {
        return sites.stream().mapToLong(RunSiteTotals::tokens).reduce(0, Math::addExact);
    }

    public int flags() {
        return sites.stream().mapToInt(RunSiteTotals::flags).reduce(0, (a, b) -> a | b);
    }
}
