package io.joulestream.api;

import io.joulestream.core.inventory.Entity;
import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.Role;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.kpi.Demand;
import io.joulestream.core.kpi.Figure;
import io.joulestream.core.kpi.FigureFlag;
import io.joulestream.core.kpi.Volume;
import io.joulestream.core.ledger.DemandInterval;
import io.joulestream.core.ledger.QuantityStep;
import io.joulestream.core.report.CalendarMonth;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.storage.LedgerQueries;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Quarter hours of power demand with their peak, and volumes of water and fuel, row by row. */
final class QuantitiesResource {
    private static final Duration QUARTER = Duration.ofSeconds(DemandInterval.LENGTH_SECONDS);

    /** The longest month, and an hour for the clocks. */
    private static final Duration LONGEST = Duration.ofDays(31).plusHours(1);

    /** A site may have many runs at once. */
    private static final Duration LONGEST_OF_RUNS = Duration.ofDays(2);

    private static final String FEEDS = "feeds";
    private static final String RUNS = "runs";

    private final SiteCatalog catalog;
    private final LedgerQueries ledger;
    private final Clock clock;
    private final String tenant;

    QuantitiesResource(SiteCatalog catalog, LedgerQueries ledger, Clock clock, String tenant) {
        this.catalog = catalog;
        this.ledger = ledger;
        this.clock = clock;
        this.tenant = tenant;
    }

    /** What both answers are asked for. */
    private record Asked(
            String site, SiteInventory inventory, ZoneId zone, TimeSpan range, Instant asOf, boolean isOpen) {}

    Answer demand(Request request) {
        Parameters parameters = request.parameters();
        String of = parameters.text("of").orElse(FEEDS);
        if (!of.equals(FEEDS) && !of.equals(RUNS)) {
            parameters.refuse("of", "must be feeds or runs, was " + Parameters.quoted(of));
        }
        Asked asked = asked(request, QUARTER, of.equals(RUNS) ? LONGEST_OF_RUNS : LONGEST);
        TimeSpan range = asked.range();
        List<DemandInterval> rows = of.equals(RUNS)
                ? ledger.runDemand(tenant, asked.site(), range.start(), range.end())
                : ledger.feedDemand(tenant, asked.site(), range.start(), range.end());
        return Answer.json(new DemandBody(
                asked.site(),
                asked.zone().getId(),
                range.start(),
                range.end(),
                of,
                of.equals(RUNS) ? null : peak(asked, rows),
                rows.stream()
                        .map(row -> DemandBody.IntervalBody.of(row, asked.zone()))
                        .toList()));
    }

    private static DemandBody.PeakBody peak(Asked asked, List<DemandInterval> rows) {
        int feeds = Math.toIntExact(asked.inventory().entities().stream()
                .filter(entity -> entity.role() == Role.GRID_IMPORT
                        && entity.energyChannel().isPresent())
                .count());
        Demand peak =
                Demand.peak(rows, feeds, asked.range().start(), asked.range().end(), asked.asOf());
        return DemandBody.PeakBody.of(peak.start(), open(peak.meanKw(), asked), asked.zone());
    }

    Answer volumes(Request request) {
        String site = request.path("site");
        Duration step = SiteCatalog.applying(catalog.require(site), clock.instant())
                .inventory()
                .ledgerStep();
        Asked asked = asked(request, step, LONGEST);
        TimeSpan range = asked.range();
        List<QuantityStep> rows = ledger.quantities(tenant, site, range.start(), range.end());
        return Answer.json(new QuantitiesBody(
                site,
                asked.zone().getId(),
                range.start(),
                range.end(),
                totals(asked, rows),
                rows.stream()
                        .map(row -> QuantitiesBody.StepBody.of(row, asked.zone()))
                        .toList()));
    }

    /** One total per kind that inventory meters or a row has. */
    private static List<QuantitiesBody.TotalBody> totals(Asked asked, List<QuantityStep> rows) {
        Map<String, List<QuantityStep>> byKind = new TreeMap<>();
        Map<String, Integer> meters = new TreeMap<>();
        for (Entity entity : asked.inventory().entities()) {
            if (entity.role() == Role.WATER_IN
                    && entity.channel(Metric.WATER_VOLUME).isPresent()) {
                meters.merge(entity.water().name(), 1, Integer::sum);
            }
            if (entity.role() != Role.CHECK
                    && entity.channel(Metric.FUEL_VOLUME).isPresent()) {
                meters.merge(QuantityStep.FUEL, 1, Integer::sum);
            }
        }
        meters.keySet().forEach(kind -> byKind.put(kind, new ArrayList<>()));
        rows.stream()
                .filter(row -> !row.check())
                .forEach(row -> byKind.computeIfAbsent(row.kind(), kind -> new ArrayList<>())
                        .add(row));
        List<QuantitiesBody.TotalBody> totals = new ArrayList<>();
        byKind.forEach((kind, ofKind) -> {
            Figure litres = Volume.litres(
                    ofKind,
                    meters.getOrDefault(kind, 0),
                    asked.range().start(),
                    asked.range().end(),
                    asked.asOf());
            totals.add(new QuantitiesBody.TotalBody(kind, FigureBody.of(open(litres, asked))));
        });
        return totals;
    }

    private static Figure open(Figure figure, Asked asked) {
        return asked.isOpen() ? figure.withFlags(List.of(FigureFlag.PERIOD_OPEN)) : figure;
    }

    /** A month of the site's calendar, or the range from start to end, else the last 24 hours. */
    private Asked asked(Request request, Duration step, Duration longest) {
        String site = request.path("site");
        InventoryHistory history = catalog.require(site);
        Instant now = clock.instant();
        SiteInventory inventory = SiteCatalog.applying(history, now).inventory();
        Parameters parameters = request.parameters();
        ZoneId zone = parameters.zone("tz", inventory);
        TimeSpan range = parameters
                .month("month")
                .map(month -> CalendarMonth.of(month, inventory.zone()))
                .map(month -> new TimeSpan(month.start(), month.end()))
                .orElseGet(() -> range(parameters, step, now));
        if (parameters.text("month").isPresent()
                && (parameters.text("start").isPresent()
                        || parameters.text("end").isPresent())) {
            parameters.refuse("month", "is not taken together with start and end");
        }
        for (String name : List.of("start", "end")) {
            Instant instant = name.equals("start") ? range.start() : range.end();
            if (!TimeSpan.isOn(instant, step)) {
                parameters.refuse(name, "must lie on a row, every " + step + " from the full hour, was " + instant);
            }
        }
        if (range.length().compareTo(longest) > 0) {
            parameters.refuse("end", "must be at most " + longest.toHours() + " hours after start");
        }
        parameters.check();
        Instant asOf = Optional.ofNullable(ledger.lastMinutes(tenant).get(site))
                .map(minute -> minute.plusSeconds(60))
                .orElse(range.end());
        return new Asked(site, inventory, zone, range, asOf, range.end().isAfter(now));
    }

    private static TimeSpan range(Parameters parameters, Duration step, Instant now) {
        Instant last = TimeSpan.floor(now, step);
        Optional<Instant> start = parameters.minute("start");
        Optional<Instant> end = parameters.minute("end");
        if (parameters.text("start").isPresent() != parameters.text("end").isPresent()) {
            parameters.refuse(
                    start.isPresent() ? "end" : "start", "is needed, because the other end of the range is given");
        }
        if (start.isPresent() && end.isPresent() && !start.get().isBefore(end.get())) {
            parameters.refuse("end", "must be after start, was " + end.get());
        }
        parameters.check();
        return start.isPresent()
                ? new TimeSpan(start.get(), end.orElseThrow())
                : new TimeSpan(last.minus(Duration.ofHours(24)), last);
    }
}
