package io.joulestream.api;

import io.joulestream.storage.LedgerQueries;
import io.joulestream.storage.SiteStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sites whose meters do not agree in the last ledger step that is over. A site is looked at once for each minute of
 * its data, however often it is asked for. Thread-safe.
 */
public final class ReconcileGaps {
    /** A site that has been silent for longer says nothing of now. */
    private static final Duration RECENT = Duration.ofHours(2);

    private record Seen(Instant lastMinute, Optional<ReconcileGap> gap) {}

    private final SiteCatalog catalog;
    private final BalanceReader balances;
    private final Clock clock;
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();

    public ReconcileGaps(LedgerQueries ledger, SiteStore sites, Clock clock, String tenant) {
        this.catalog = new SiteCatalog(sites, tenant);
        this.balances = new BalanceReader(ledger, tenant);
        this.clock = clock;
    }

    /** @param lastMinutes start of the last minute with data, by site */
    public List<ReconcileGap> of(Map<String, Instant> lastMinutes) {
        Instant oldest = clock.instant().minus(RECENT);
        List<ReconcileGap> gaps = new ArrayList<>();
        new TreeMap<>(lastMinutes).forEach((site, lastMinute) -> {
            if (lastMinute.isAfter(oldest)) {
                seen.compute(
                                site,
                                (name, known) ->
                                        known != null && known.lastMinute().equals(lastMinute)
                                                ? known
                                                : new Seen(lastMinute, gap(site, lastMinute)))
                        .gap()
                        .ifPresent(gaps::add);
            }
        });
        return gaps;
    }

    private Optional<ReconcileGap> gap(String site, Instant lastMinute) {
        return catalog.history(site).flatMap(history -> balances.lastGap(history, site, lastMinute));
    }
}
