package io.joulestream.api;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.kpi.RunFigures;
import io.joulestream.core.ledger.RunStep;
import io.joulestream.storage.LedgerQueries;
import io.joulestream.storage.RunMeterTotals;
import io.joulestream.storage.RunTotals;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How each site is, told again and again. */
final class LiveResource {
    private static final int MAX_RUNS = 20;

    private final SiteCatalog catalog;
    private final LedgerQueries ledger;
    private final Live live;
    private final Clock clock;
    private final String tenant;

    LiveResource(SiteCatalog catalog, LedgerQueries ledger, Clock clock, String tenant) {
        this.catalog = catalog;
        this.ledger = ledger;
        this.live = new Live(new WindowReader(ledger, tenant));
        this.clock = clock;
        this.tenant = tenant;
    }

    /** Whoever has no such site is told so before anything is streamed. */
    EventStream listen(Request request) {
        request.parameters().check();
        String site = request.path("site");
        catalog.require(site);
        return new EventStream(
                new EventStream.Topic(tenant, site), () -> ledger.asOfOneMoment(tenant, () -> snapshot(site)));
    }

    /** Its id is when it was made. */
    private ServerEvent snapshot(String site) {
        Instant now = clock.instant();
        InventoryHistory history = catalog.require(site);
        Map<String, Instant> lastMinutes = ledger.lastMinutes(tenant);
        Instant lastDataAt = SitesResource.endOf(lastMinutes.get(site));
        List<String> runs = activeRuns(site, now);
        List<LiveRunBody> told = ledger.meteredRuns(tenant, runs.subList(0, Math.min(MAX_RUNS, runs.size()))).stream()
                .map(run -> body(run.run(), run.meters(), lastMinutes))
                .toList();
        SiteLiveBody body = new SiteLiveBody(
                site, now, lastDataAt, live.of(history, site, lastDataAt, now), told, runs.size() - told.size());
        return ServerEvent.of("snapshot", now.toString(), body);
    }

    /** Those with minutes as recent as those whose power is of now; which used most energy first. */
    private List<String> activeRuns(String site, Instant now) {
        Map<String, BigInteger> energy = new TreeMap<>();
        for (RunStep minute : ledger.siteRunMinutes(tenant, site, now.minus(Live.RECENT), now)) {
            energy.merge(minute.run(), BigInteger.valueOf(minute.energy().totalMicrojoules()), BigInteger::add);
        }
        return energy.entrySet().stream()
                .sorted(Map.Entry.<String, BigInteger>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private LiveRunBody body(RunTotals run, List<RunMeterTotals> meters, Map<String, Instant> lastMinutes) {
        Instant asOf = RunWhole.asOf(run, lastMinutes, clock);
        RunFigures figures = RunWhole.figures(run, meters, asOf);
        return new LiveRunBody(
                run.run(),
                run.startedAt().orElse(null),
                run.endedAt().orElse(null),
                run.tokens() > 0 ? run.tokens() : null,
                FigureBody.of(figures.joulesPerProcessedToken()));
    }
}
