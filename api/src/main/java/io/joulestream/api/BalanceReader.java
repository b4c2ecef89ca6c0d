package io.joulestream.api;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.kpi.EnergyTotal;
import io.joulestream.core.kpi.SiteBalance;
import io.joulestream.core.kpi.SiteWindow;
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
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the balance of a site from the rows of its ledger. Thread-safe. */
final class BalanceReader {
    /** Some 40 days of hours. */
    static final WindowPlan.Limit LIMIT = new WindowPlan.Limit(1_000, 60_000);

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
        SiteBalance balance = lastStep(history, site, lastMinute);
        BigDecimal allowed =
                allowedShare(SiteCatalog.applying(history, lastMinute).inventory());
        return balance.gap(allowed)
                .map(share -> new ReconcileGap(site, balance.start(), balance.end(), share, allowed));
    }

    /**
     * The balance of the last ledger step that is over.
     *
     * @param lastMinute start of the last minute with data
     */
    SiteBalance lastStep(InventoryHistory history, String site, Instant lastMinute) {
        Duration step = SiteCatalog.applying(history, lastMinute).inventory().ledgerStep();
        Instant end = TimeSpan.floor(lastMinute.minus(SETTLED_AFTER), step);
        return readWithTotal(history, site, List.of(new TimeSpan(end.minus(step), end)), lastMinute)
                .total();
    }

    /** From which share of the residual on the site wants to be told. */
    static BigDecimal allowedShare(SiteInventory inventory) {
        return inventory
                .residualAlertPercent()
                .map(percent -> percent.movePointLeft(2))
                .orElse(Thresholds.RESIDUAL_SHARE);
    }

    /**
     * Balances of consecutive steps.
     *
     * @param total of all steps as one
     * @param steps oldest first
     */
    record Balances(SiteBalance total, List<SiteBalance> steps) {}

    /**
     * All as of one moment, so that nothing is a residual because it came in between.
     *
     * @param spans consecutive, on the site's ledger steps; at least one
     */
    Balances readWithTotal(InventoryHistory history, String site, List<TimeSpan> spans, Instant asOf) {
        return ledger.asOfOneMoment(tenant, () -> read(history, site, spans, asOf));
    }

    private Balances read(InventoryHistory history, String site, List<TimeSpan> spans, Instant asOf) {
        Instant from = spans.get(0).start();
        Instant to = spans.get(spans.size() - 1).end();
        NavigableMap<Instant, List<SitePart>> parts =
                byStart(ledger.siteParts(tenant, site, from, to), SitePart::start);
        NavigableMap<Instant, List<RunStep>> runs =
                byStart(ledger.siteRunHours(tenant, site, from, to), RunStep::start);
        List<SiteWindow> windows = new ArrayList<>();
        reader.read(history, site, new WindowPlan(spans, WindowPlan.Rows.LEDGER_STEPS), windows::add);
        SiteWindow all = windows.stream().reduce(SiteWindow::followedBy).orElseThrow();
        return new Balances(
                balance(all, parts, runs, asOf),
                windows.stream()
                        .map(window -> balance(window, parts, runs, asOf))
                        .toList());
    }

    private static SiteBalance balance(
            SiteWindow window,
            NavigableMap<Instant, List<SitePart>> parts,
            NavigableMap<Instant, List<RunStep>> runs,
            Instant asOf) {
        Map<String, EnergyTotal> byRun = new TreeMap<>();
        within(window, runs).forEach(run -> byRun.merge(run.run(), EnergyTotal.of(run.energy()), EnergyTotal::plus));
        return SiteBalance.of(window, within(window, parts).toList(), byRun, asOf);
    }

    private static <T> Stream<T> within(SiteWindow window, NavigableMap<Instant, List<T>> rows) {
        return rows.subMap(window.start(), true, window.end(), false).values().stream()
                .flatMap(List::stream);
    }

    private static <T> NavigableMap<Instant, List<T>> byStart(List<T> rows, Function<T, Instant> startOf) {
        return rows.stream().collect(Collectors.groupingBy(startOf, TreeMap::new, Collectors.toList()));
    }
}
