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
import java.util.function.Consumer;
import java.util.function.Function;

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
        // of the minute, so that a copy that may go on being shown tells a time hardly older than itself
        byte[] said = Json.bytes(new SitesBody(now.truncatedTo(ChronoUnit.MINUTES), sites));
        return Answer.json(new SitesBody(now, sites)).taggedAs(said);
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
        Parameters parameters = request.parameters();
        Format format = request.format(Format.OF_LISTS);
        Optional<NamedWindow> named = parameters.text("window").flatMap(NamedWindow::of);
        boolean isOfCalendar = named.isPresent() && named.get().length().isEmpty();
        Step window = isOfCalendar ? null : window(parameters, named);
        Optional<ZoneId> tz = parameters.zone("tz");
        if (isOfCalendar) {
            refuseARange(parameters, named.get());
        }
        WindowPlan.Limit limit = WindowPlan.Limit.of(format);
        Optional<TimeSpan> range =
                isOfCalendar ? Optional.empty() : WindowPlan.range(parameters, window, limit, Step.ladder());
        String site = request.path("site");
        InventoryHistory history = catalog.require(site);
        Instant now = clock.instant();
        SiteInventory inventory = SiteCatalog.applying(history, now).inventory();
        ZoneId zone = tz.orElse(inventory.zone());
        Duration ledgerStep = inventory.ledgerStep();
        WindowPlan plan = isOfCalendar
                ? WindowPlan.named(named.get(), zone, ledgerStep, now)
                : WindowPlan.rolling(parameters, range, window, limit, zone, ledgerStep, now);
        Instant lastDataAt = lastDataAt(site);
        Instant asOf = lastDataAt == null ? plan.end() : lastDataAt;
        boolean isOpen = isOfCalendar && named.get().isOpen(now, zone);
        Function<SiteWindow, PueBody.PointBody> point = read -> point(read, zone, asOf, now, isOpen);
        PueBody envelope = new PueBody(
                site,
                zone.getId(),
                plan.start(),
                plan.end(),
                isOfCalendar ? named.get().text() : window.text(),
                plan.rows().name(),
                lastDataAt,
                minutesKeptFrom(plan),
                List.of(),
                null);
        if (format != Format.JSON) {
            return rows(
                    format,
                    PueBody.PointBody.class,
                    "pue",
                    envelope,
                    history,
                    site,
                    plan,
                    read -> List.of(point.apply(read)));
        }
        List<PueBody.PointBody> points = new ArrayList<>();
        reader.read(history, site, plan, read -> points.add(point.apply(read)));
        boolean isSubHour = !isOfCalendar && window.atMost().compareTo(Duration.ofHours(1)) < 0;
        return Answer.json(envelope.with(
                        points, isSubHour ? trailingDay(history, site, plan.end(), zone, asOf, now) : null))
                .with("Vary", "Accept");
    }

    /** Of what is larger than JSON gives, each as it is read. */
    private <R extends Record> Answer rows(
            Format format,
            Class<R> type,
            String what,
            Record envelope,
            InventoryHistory history,
            String site,
            WindowPlan plan,
            Function<SiteWindow, List<R>> lines) {
        boolean isWhole = plan.isWhole();
        Rows<R> rows = new Rows<>(type, Rows.file(site, what, plan.start(), plan.end()), envelope, each -> {
            Consumer<SiteWindow> windows = read -> lines.apply(read).forEach(each);
            if (isWhole) {
                reader.read(history, site, plan, windows);
            } else {
                reader.stream(history, site, plan, windows);
            }
        });
        return isWhole ? rows.answer(format) : rows.streamed(format);
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
        Optional<ZoneId> tz = request.parameters().zone("tz");
        request.parameters().check();
        String site = request.path("site");
        InventoryHistory history = catalog.require(site);
        Instant now = clock.instant();
        SiteInventory inventory = SiteCatalog.applying(history, now).inventory();
        ZoneId zone = tz.orElse(inventory.zone());
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
        Parameters parameters = request.parameters();
        Format format = request.format(Format.OF_LISTS);
        List<Step> steps = List.of(Step.MINUTE, Step.HOUR);
        Step step = step(parameters, steps, "must be PT1M or PT1H, was ").orElse(Step.MINUTE);
        Optional<ZoneId> tz = parameters.zone("tz");
        Optional<TimeSpan> range = WindowPlan.range(parameters, step, WindowPlan.Limit.of(format), steps);
        String site = request.path("site");
        InventoryHistory history = catalog.require(site);
        Instant now = clock.instant();
        SiteInventory inventory = SiteCatalog.applying(history, now).inventory();
        ZoneId zone = tz.orElse(inventory.zone());
        WindowPlan plan = WindowPlan.steps(parameters, range, step, zone, inventory.ledgerStep(), now);
        Instant lastDataAt = lastDataAt(site);
        Instant asOf = lastDataAt == null ? plan.end() : lastDataAt;
        EnergyBody envelope = new EnergyBody(
                site,
                zone.getId(),
                plan.start(),
                plan.end(),
                step.text(),
                lastDataAt,
                minutesKeptFrom(plan),
                List.of());
        Function<SiteWindow, EnergyBody.PointBody> point = read -> EnergyBody.PointBody.of(read, zone, asOf);
        if (format != Format.JSON) {
            return rows(
                    format,
                    EnergyBody.RowBody.class,
                    "energy",
                    envelope,
                    history,
                    site,
                    plan,
                    read -> point.apply(read).rows());
        }
        List<EnergyBody.PointBody> points = new ArrayList<>();
        reader.read(history, site, plan, read -> points.add(point.apply(read)));
        return Answer.json(envelope.with(points)).with("Vary", "Accept");
    }

    Answer balance(Request request) {
        Parameters parameters = request.parameters();
        Format format = request.format(Format.OF_LISTS);
        Step step = step(parameters, List.of(Step.HOUR), "must be PT1H, was ").orElse(Step.HOUR);
        Optional<ZoneId> tz = parameters.zone("tz");
        Optional<TimeSpan> range = WindowPlan.range(parameters, step, BalanceReader.LIMIT, List.of());
        String site = request.path("site");
        InventoryHistory history = catalog.require(site);
        Instant now = clock.instant();
        SiteInventory inventory = SiteCatalog.applying(history, now).inventory();
        ZoneId zone = tz.orElse(inventory.zone());
        WindowPlan plan = WindowPlan.steps(parameters, range, step, zone, inventory.ledgerStep(), now);
        Instant lastDataAt = lastDataAt(site);
        Instant asOf = lastDataAt == null ? plan.end() : lastDataAt;
        BalanceReader.Balances read = balances.readWithTotal(history, site, plan.windows(), asOf);
        BalanceBody body = new BalanceBody(
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
                        .toList());
        if (format != Format.JSON) {
            return Rows.of(
                            BalanceBody.RowBody.class,
                            Rows.file(site, "balance", plan.start(), plan.end()),
                            body,
                            body.rows())
                    .answer(format);
        }
        return Answer.json(body).with("Vary", "Accept");
    }

    private static Optional<Step> step(Parameters parameters, List<Step> known, String otherwise) {
        return parameters
                .text("step")
                .flatMap(text -> or(
                        known.stream().filter(step -> step.text().equals(text)).findFirst(),
                        parameters,
                        "step",
                        otherwise + Parameters.quoted(text)));
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
        Format format = request.format(Format.OF_LISTS);
        int asked = parameters.number("hours", 1, MAX_CHECKED_HOURS, DEFAULT_CHECKED_HOURS);
        int limit = parameters.number("limit", 1, MAX_MARKS, DEFAULT_MARKS);
        parameters.check();
        ChecksBody body = checks(request.path("site"), asked, limit);
        if (format != Format.JSON) {
            return Rows.of(ChecksBody.RowBody.class, body.site() + "-checks", body, body.rows())
                    .answer(format);
        }
        return Answer.json(body).with("Vary", "Accept");
    }

    private ChecksBody checks(String site, int asked, int limit) {
        InventoryHistory history = catalog.require(site);
        Instant lastDataAt = lastDataAt(site);
        if (lastDataAt == null) {
            return ChecksBody.none(site);
        }
        Instant end = lastDataAt.truncatedTo(ChronoUnit.HOURS);
        Instant start = end.minus(Duration.ofHours(asked));
        Instant first = start.minus(MeterChecks.LOOKS_BACK);
        List<MeterHour> hours = ledger.meterHours(tenant, site, first, end);
        return ChecksBody.of(
                site,
                new TimeSpan(start, end),
                ledger.keptFrom(tenant).channelMinutes().filter(first::isBefore).orElse(null),
                limit,
                MeterChecks.of(history, hours).stream()
                        .filter(mark -> !mark.start().isBefore(start))
                        .toList(),
                MeterChecks.flagged(hours).stream()
                        .filter(hour -> !hour.start().isBefore(start))
                        .toList());
    }

    /** Null where no minute is asked for that may have been removed. */
    private Instant minutesKeptFrom(WindowPlan plan) {
        return plan.rows() == WindowPlan.Rows.LEDGER_STEPS
                ? null
                : ledger.keptFrom(tenant)
                        .siteMinutes()
                        .filter(plan.start()::isBefore)
                        .orElse(null);
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
