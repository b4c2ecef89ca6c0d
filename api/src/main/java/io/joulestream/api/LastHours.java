package io.joulestream.api;

import static java.util.stream.Collectors.groupingBy;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.kpi.Figure;
import io.joulestream.core.kpi.ReasonCode;
import io.joulestream.core.kpi.SiteBalance;
import io.joulestream.core.kpi.SiteEnergy;
import io.joulestream.core.kpi.SiteWindow;
import io.joulestream.core.ledger.SitePart;
import io.joulestream.core.ledger.SiteStep;
import io.joulestream.storage.LedgerQueries;
import io.joulestream.storage.SiteStore;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The last hour of all sites of a tenant, by a few questions to the database however many sites there are. An hour holds
 * whole steps of every site's ledger. Thread-safe.
 */
public final class LastHours {
    private static final Duration HOUR = Duration.ofHours(1);

    /** The newest minutes fill up owner by owner. */
    private static final Duration SETTLED_AFTER = Duration.ofMinutes(2);

    private final LedgerQueries ledger;
    private final SiteCatalog catalog;
    private final String tenant;

    public LastHours(LedgerQueries ledger, SiteStore sites, String tenant) {
        this.ledger = ledger;
        this.catalog = new SiteCatalog(sites, tenant);
        this.tenant = tenant;
    }

    /** In order of site, all as of one moment; a site that did not exist yet is left out. */
    public List<LastHour> at(Instant now) {
        return ledger.asOfOneMoment(tenant, () -> read(now));
    }

    private List<LastHour> read(Instant now) {
        Instant end = TimeSpan.floor(now.minus(SETTLED_AFTER), HOUR);
        Instant start = end.minus(HOUR);
        Map<String, List<SiteStep>> steps =
                ledger.hoursOfSites(tenant, start, end).stream().collect(groupingBy(SiteStep::site));
        Map<String, List<SitePart>> parts =
                ledger.partsOfSites(tenant, start, end).stream().collect(groupingBy(SitePart::site));
        return catalog.newest().stream()
                .flatMap(version -> history(version, start).stream().map(history -> {
                    String site = version.inventory().site();
                    return hour(
                            SiteWindow.of(history, start, end, steps.getOrDefault(site, List.of())),
                            parts.getOrDefault(site, List.of()),
                            site);
                }))
                .toList();
    }

    /** Mostly the newest version, which was read with those of all sites; empty where even the first begins later. */
    private Optional<InventoryHistory> history(InventoryVersion newest, Instant start) {
        if (!newest.inventory().effectiveFrom().isAfter(start)) {
            return Optional.of(InventoryHistory.of(List.of(newest)));
        }
        return catalog.history(newest.inventory().site())
                .filter(history -> history.at(start).isPresent());
    }

    private static LastHour hour(SiteWindow window, List<SitePart> parts, String site) {
        SiteEnergy energy = SiteEnergy.of(window, List.of(), window.end());
        SiteBalance balance = SiteBalance.of(window, parts, Map.of(), window.end());
        return new LastHour(
                site,
                window.start(),
                window.end(),
                coverage(energy.facility().kwh()),
                coverage(energy.it().kwh()),
                balance.complete() ? balance.residualShare() : null);
    }

    private static BigDecimal coverage(Figure energy) {
        return energy.reason() == ReasonCode.NO_FACILITY_METER ? null : energy.coverage();
    }
}
