package io.joulestream.api;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.kpi.EnergyTotal;
import io.joulestream.core.kpi.SiteBalance;
import io.joulestream.core.kpi.Thresholds;
import io.joulestream.core.ledger.RunStep;
import io.joulestream.core.ledger.SitePart;
import io.joulestream.storage.LedgerQueries;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the balance of a site from the rows of its ledger. Thread-safe. */
final class BalanceReader {
    /** Some 40 days of hours. */
    static final int MAX_STEPS = 1_000;

    /** The newest minutes fill up owner by owner. */
    private static final Duration SETTLED_AFTER = Duration.ofMinutes(2);

    private final LedgerQueries ledger;
    private final WindowReader reader;
    private final String tenant;

    BalanceReader(LedgerQueries ledger, String tenant) {
        this.ledger = ledger;
        this.reader = new WindowReader(ledger, tenant);
        this.tenant = tenant;
    }

    /**
     * The gap in the last ledger step that is over, where all its meters were read and do not agree; else empty.
     *
     * @param lastMinute start of the last minute with data
     */
    Optional<ReconcileGap> lastGap(InventoryHistory history, String site, Instant lastMinute) {
        SiteInventory inventory = SiteCatalog.applying(history, lastMinute).inventory();
        Instant end = TimeSpan.floor(lastMinute.minus(SETTLED_AFTER), inventory.ledgerStep());
        TimeSpan step = new TimeSpan(end.minus(inventory.ledgerStep()), end);
        BigDecimal allowed = allowedShare(inventory);
        SiteBalance balance = read(history, site, List.of(step), lastMinute).get(0);
        return balance.gap(allowed).map(share -> new ReconcileGap(site, step.start(), step.end(), share, allowed));
    }

    /** From which share of the residual on the site wants to be told. */
    static BigDecimal allowedShare(SiteInventory inventory) {
        return inventory
                .residualAlertPercent()
                .map(percent -> percent.movePointLeft(2))
                .orElse(Thresholds.RESIDUAL_SHARE);
    }

    /** @param spans consecutive, on the site's ledger steps */
    List<SiteBalance> read(InventoryHistory history, String site, List<TimeSpan> spans, Instant asOf) {
        Instant from = spans.get(0).start();
        Instant to = spans.get(spans.size() - 1).end();
        List<SitePart> parts = ledger.siteParts(tenant, site, from, to);
        List<RunStep> runs = ledger.siteRunHours(tenant, site, from, to);
        List<SiteBalance> balances = new ArrayList<>();
        reader.read(
                history,
                site,
                new WindowPlan(spans, WindowPlan.Rows.LEDGER_STEPS),
                window -> balances.add(SiteBalance.of(
                        window,
                        parts.stream()
                                .filter(part -> isIn(part.start(), window.start(), window.end()))
                                .toList(),
                        byRun(runs, window.start(), window.end()),
                        asOf)));
        return balances;
    }

    private static boolean isIn(Instant at, Instant start, Instant end) {
        return !at.isBefore(start) && at.isBefore(end);
    }

    private static Map<String, EnergyTotal> byRun(List<RunStep> runs, Instant start, Instant end) {
        Map<String, EnergyTotal> byRun = new TreeMap<>();
        for (RunStep run : runs) {
            if (isIn(run.start(), start, end)) {
                byRun.merge(run.run(), EnergyTotal.of(run.energy()), EnergyTotal::plus);
            }
        }
        return byRun;
    }
}
