package io.joulestream.api;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.kpi.MeterChecks;
import io.joulestream.core.kpi.MeterHour;
import io.joulestream.core.kpi.NamedWindow;
import io.joulestream.core.kpi.Pue;
import io.joulestream.core.kpi.SiteWindow;
import io.joulestream.storage.LedgerQueries;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sites, their PUE, their energy, and how far their meters agree. */
final class SitesResource {
    private static final int DEFAULT_CHECKED_HOURS = 6;
    private static final int MAX_CHECKED_HOURS = 24;
    private static final int DEFAULT_MARKS = 200;
    private static final int MAX_MARKS = 2_000;

    private final SiteCatalog catalog;
    private final LedgerQueries ledger;
    private final WindowReader reader;
    private final Live live;
    private final ResidualsReader residuals;
    private final BalanceReader balances;
    private final Clock clock;
    private final String tenant;

    SitesResource(SiteCatalog catalog, LedgerQueries ledger, Clock clock, String tenant) {
        this.catalog = catalog;
        this.ledger = ledger;
        this.reader = new WindowReader(ledger, tenant);
        this.live = new Live(reader);
        this.residuals = new ResidualsReader(ledger, tenant);
        this.balances = new BalanceReader(ledger, tenant);
        this.clock = clock;
        this.tenant = tenant;
    }

    Answer list(Request request) {
        request.parameters().check();
        Instant now = clock.instant();
        Map<String, Instant> lastMinutes = ledger.lastMinutes(tenant);
        List<SiteBody> sites = new ArrayList<>();
        for (InventoryVersion newest : catalog.newest()) {
            String site = newest.inventory().site();
            sites.add(body(catalog.history(site).orElseThrow(), site, lastMinutes, now));
        }
        return Answer.json(new SitesBody(now, sites));
    }

    Answer one(Request request) {
        request.parameters().check();
        String site = request.path("site");
        return Answer.json(body(catalog.require(site), site, ledger.lastMinutes(tenant), clock.instant()));
    }

    private SiteBody body(InventoryHistory history, String site, Map<String, Instant> lastMinutes, Instant now) {
        Instant lastDataAt = endOf(lastMinutes.get(site));
        return SiteBody.of(SiteCatalog.applying(history, now), lastDataAt, live.of(history, site, lastDataAt, now));
    }

    Answer pue(Request request) {
        String site = request.path("site");
        InventoryHistory history = catalog.require(site);
        Instant now = clock.instant();
        SiteInventory inventory = SiteCatalog.applying(history, now).inventory();
        Parameters parameters = request.parameters();
        Optional<NamedWindow> named = parameters.text("window").flatMap(NamedWindow::of);
        boolean isOfCalendar = named.isPresent() && named.get().length().isEmpty();
        Step window = isOfCalendar ? null : window(parameters, named);
        ZoneId zone = parameters.zone("tz", inventory);
        if (isOfCalendar) {
            refuseARange(parameters, named.get());
        }
        WindowPlan plan = isOfCalendar
                ? WindowPlan.named(named.get(), zone, inventory.ledgerStep(), now)
                : WindowPlan.rolling(parameters, window, zone, inventory.ledgerStep(), now);
        Instant lastDataAt = lastDataAt(site);
        Instant asOf = lastDataAt == null ? plan.end() : lastDataAt;
        boolean isOpen = isOfCalendar && named.get().isOpen(now, zone);
        List<PueBody.PointBody> points = new ArrayList<>();
        reader.read(history, site, plan, read -> points.add(point(read, zone, asOf, now, isOpen)));
        boolean isSubHour = !isOfCalendar && window.atMost().compareTo(Duration.ofHours(1)) < 0;
        return Answer.json(new PueBody(
                site,
                zone.getId(),
                plan.start(),
                plan.end(),
                isOfCalendar ? named.get().text() : window.text(),
                plan.rows().name(),
                lastDataAt,
                minutesKeptFrom(plan),
                points,
                isSubHour ? trailingDay(history, site, plan.end(), zone, asOf, now) : null));
    }

    private static void refuseARange(Parameters parameters, NamedWindow window) {
        for (String end : List.of("start", "end")) {
            if (parameters.text(end).isPresent()) {
                parameters.refuse(end, "is not taken with window " + window.text() + ", which is a period of its own");
            }
        }
        parameters.check();
    }

    private static Step window(Parameters parameters, Optional<NamedWindow> named) {
        return parameters
                .text("window")
                .flatMap(text -> or(
                        named.flatMap(NamedWindow::length)
                                .map(length -> Step.named(text, length))
                                .or(() -> Step.parse(text)),
                        parameters,
                        "window",
                        "must be 15m, 1h, 24h, mtd, 12mo, or a duration of whole minutes such as PT15M, PT1H, P1D or P1M, was "
                                + Parameters.quoted(text)))
                .orElse(Step.HOUR);
    }

    private static PueBody.PointBody point(SiteWindow read, ZoneId zone, Instant asOf, Instant now, boolean isOpen) {
        Pue pue = Pue.of(read, asOf, now);
        return PueBody.PointBody.of(isOpen ? pue.ofOpenPeriod() : pue, zone);
    }

    private PueBody.PointBody trailingDay(
            InventoryHistory history, String site, Instant end, ZoneId zone, Instant asOf, Instant now) {
        List<PueBody.PointBody> day = new ArrayList<>();
        TimeSpan span = new TimeSpan(end.minus(Duration.ofHours(24)), end);
        reader.read(
                history,
                site,
                new WindowPlan(List.of(span), WindowPlan.Rows.MINUTES),
                read -> day.add(PueBody.PointBody.of(read, zone, asOf, now)));
        return day.get(0);
    }

    Answer windows(Request request) {
        String site = request.path("site");
        InventoryHistory history = catalog.require(site);
        Instant now = clock.instant();
        SiteInventory inventory = SiteCatalog.applying(history, now).inventory();
        ZoneId zone = request.parameters().zone("tz", inventory);
        request.parameters().check();
        Instant lastDataAt = lastDataAt(site);
        List<PueBody.NamedPointBody> windows = new ArrayList<>();
        for (NamedWindow window : NamedWindow.values()) {
            WindowPlan plan = WindowPlan.named(window, zone, inventory.ledgerStep(), now);
            Instant asOf = lastDataAt == null ? plan.end() : lastDataAt;
            boolean isOpen = window.isOpen(now, zone);
            reader.read(
                    history,
                    site,
                    plan,
                    read -> windows.add(PueBody.NamedPointBody.of(window, plan, point(read, zone, asOf, now, isOpen))));
        }
        return Answer.json(new PueBody.WindowsBody(site, zone.getId(), lastDataAt, windows));
    }

    Answer energy(Request request) {
        String site = request.path("site");
        InventoryHistory history = catalog.require(site);
        Instant now = clock.instant();
        SiteInventory inventory = SiteCatalog.applying(history, now).inventory();
        Parameters parameters = request.parameters();
        Step step = parameters
                .text("step")
                .flatMap(text -> or(
                        List.of(Step.MINUTE, Step.HOUR).stream()
                                .filter(known -> known.text().equals(text))
                                .findFirst(),
                        parameters,
                        "step",
                        "must be PT1M or PT1H, was " + Parameters.quoted(text)))
                .orElse(Step.MINUTE);
        ZoneId zone = parameters.zone("tz", inventory);
        Duration ledgerStep = inventory.ledgerStep();
        WindowPlan plan = WindowPlan.steps(parameters, step, zone, ledgerStep, now);
        Instant lastDataAt = lastDataAt(site);
        Instant asOf = lastDataAt == null ? plan.end() : lastDataAt;
        List<EnergyBody.PointBody> points = new ArrayList<>();
        reader.read(history, site, plan, read -> points.add(EnergyBody.PointBody.of(read, zone, asOf)));
        return Answer.json(new EnergyBody(
                site, zone.getId(), plan.start(), plan.end(), step.text(), lastDataAt, minutesKeptFrom(plan), points));
    }

    Answer balance(Request request) {
        String site = request.path("site");
        InventoryHistory history = catalog.require(site);
        Instant now = clock.instant();
        SiteInventory inventory = SiteCatalog.applying(history, now).inventory();
        Parameters parameters = request.parameters();
        Step step = parameters
                .text("step")
                .flatMap(text -> or(
                        Optional.of(Step.HOUR).filter(known -> known.text().equals(text)),
                        parameters,
                        "step",
                        "must be PT1H, was " + Parameters.quoted(text)))
                .orElse(Step.HOUR);
        ZoneId zone = parameters.zone("tz", inventory);
        WindowPlan plan = WindowPlan.hours(parameters, zone, inventory.ledgerStep(), now, BalanceReader.MAX_STEPS);
        Instant lastDataAt = lastDataAt(site);
        Instant asOf = lastDataAt == null ? plan.end() : lastDataAt;
        BalanceReader.Balances read = balances.readWithTotal(history, site, plan.windows(), asOf);
        return Answer.json(new BalanceBody(
                site,
                zone.getId(),
                plan.start(),
                plan.end(),
                step.text(),
                lastDataAt,
                BalanceReader.allowedShare(inventory),
                BalanceBody.PointBody.of(read.total(), zone),
                read.steps().stream()
                        .map(balance -> BalanceBody.PointBody.of(balance, zone))
                        .toList()));
    }

    Answer residuals(Request request) {
        request.parameters().check();
        String site = request.path("site");
        InventoryHistory history = catalog.require(site);
        return Answer.json(
                residuals.of(history, site, ledger.lastMinutes(tenant).get(site)));
    }

    /** The last whole hours before the newest data. */
    Answer checks(Request request) {
        Parameters parameters = request.parameters();
        int asked = parameters.number("hours", 1, MAX_CHECKED_HOURS, DEFAULT_CHECKED_HOURS);
        int limit = parameters.number("limit", 1, MAX_MARKS, DEFAULT_MARKS);
        parameters.check();
        String site = request.path("site");
        InventoryHistory history = catalog.require(site);
        Instant lastDataAt = lastDataAt(site);
        if (lastDataAt == null) {
            return Answer.json(ChecksBody.none(site));
        }
        Instant end = lastDataAt.truncatedTo(ChronoUnit.HOURS);
        Instant start = end.minus(Duration.ofHours(asked));
        Instant first = start.minus(MeterChecks.LOOKS_BACK);
        List<MeterHour> hours = ledger.meterHours(tenant, site, first, end);
        return Answer.json(ChecksBody.of(
                site,
                new TimeSpan(start, end),
                ledger.keptFrom().channelMinutes().filter(first::isBefore).orElse(null),
                limit,
                MeterChecks.of(history, hours).stream()
                        .filter(mark -> !mark.start().isBefore(start))
                        .toList(),
                MeterChecks.flagged(hours).stream()
                        .filter(hour -> !hour.start().isBefore(start))
                        .toList()));
    }

    /** Null where no minute is asked for that may have been removed. */
    private Instant minutesKeptFrom(WindowPlan plan) {
        return plan.rows() == WindowPlan.Rows.LEDGER_STEPS
                ? null
                : ledger.keptFrom().siteMinutes().filter(plan.start()::isBefore).orElse(null);
    }

    private static Optional<Step> or(Optional<Step> step, Parameters parameters, String name, String otherwise) {
        return step.isPresent() ? step : parameters.refuse(name, otherwise);
    }

    private Instant lastDataAt(String site) {
        return endOf(ledger.lastMinutes(tenant).get(site));
    }

    static Instant endOf(Instant minute) {
        return minute == null ? null : minute.plusSeconds(60);
    }
}
