package io.joulestream.api;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.kpi.Figure;
import io.joulestream.core.kpi.Methods;
import io.joulestream.core.kpi.Pue;
import io.joulestream.core.kpi.ReasonCode;
import io.joulestream.core.kpi.RunPue;
import io.joulestream.core.kpi.SiteProfiles;
import io.joulestream.core.kpi.SiteWindow;
import io.joulestream.core.kpi.Thresholds;
import io.joulestream.core.ledger.RunStep;
import io.joulestream.core.ledger.SiteStep;
import io.joulestream.storage.LedgerQueries;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the PUE of the hours in which a run used energy, at its own sites. Thread-safe. */
final class RunPueReader {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration AT_ONCE = Duration.ofDays(124);

    private final SiteCatalog catalog;
    private final LedgerQueries ledger;
    private final String tenant;

    RunPueReader(SiteCatalog catalog, LedgerQueries ledger, String tenant) {
        this.catalog = catalog;
        this.ledger = ledger;
        this.tenant = tenant;
    }

    /**
     * The PUE of a run.
     *
     * @param ledgerSteps all rows of the run; ledger steps divide the hour
     * @param length how long the run was
     */
    Figure read(List<RunStep> ledgerSteps, Duration length, Instant asOf) {
        Map<String, NavigableMap<Instant, BigInteger>> energyBySite = new TreeMap<>();
        for (RunStep step : ledgerSteps) {
            energyBySite
                    .computeIfAbsent(step.site(), site -> new TreeMap<>())
                    .merge(
                            TimeSpan.floor(step.start(), HOUR),
                            BigInteger.valueOf(step.energy().totalMicrojoules()),
                            BigInteger::add);
        }
        List<RunPue.Hour> hours = new ArrayList<>();
        energyBySite.forEach((site, energy) -> addHours(site, energy, asOf, hours));
        return RunPue.of(hours, length, Thresholds.DEFAULT, asOf);
    }

    private void addHours(
            String site, NavigableMap<Instant, BigInteger> energy, Instant asOf, List<RunPue.Hour> hours) {
        Optional<InventoryHistory> history = catalog.history(site);
        if (history.isEmpty()) {
            Figure none = Figure.missing(ReasonCode.NO_DATA, BigDecimal.ZERO, Methods.PUE_MEASURED, asOf);
            energy.values().forEach(microjoules -> hours.add(new RunPue.Hour(microjoules, none)));
            return;
        }
        SiteProfiles profiles = new SiteProfiles(history.get());
        Instant from = energy.firstKey();
        while (from != null) {
            Instant to = from.plus(AT_ONCE);
            NavigableMap<Instant, BigInteger> batch = energy.subMap(from, true, to, false);
            Map<Instant, List<SiteStep>> rows = rows(site, from, batch.lastKey().plus(HOUR));
            batch.forEach((hour, microjoules) -> {
                SiteWindow window = SiteWindow.of(profiles, hour, hour.plus(HOUR), rows.getOrDefault(hour, List.of()));
                hours.add(new RunPue.Hour(microjoules, Pue.of(window, asOf).published()));
            });
            from = energy.ceilingKey(to);
        }
    }

    private Map<Instant, List<SiteStep>> rows(String site, Instant from, Instant to) {
        Map<Instant, List<SiteStep>> byHour = new TreeMap<>();
        for (SiteStep row : ledger.siteHours(tenant, site, from, to)) {
            byHour.computeIfAbsent(TimeSpan.floor(row.start(), HOUR), hour -> new ArrayList<>())
                    .add(row);
        }
        return byHour;
    }
}
