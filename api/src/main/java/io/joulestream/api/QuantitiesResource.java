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
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

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
            String site, InventoryHistory history, ZoneId zone, TimeSpan range, Instant asOf, boolean isOpen) {}

    Answer demand(Request request) {
        Parameters parameters = request.parameters();
        Format format = request.format(Format.OF_LISTS);
        String of = parameters.text("of").orElse(FEEDS);
        if (!of.equals(FEEDS) && !of.equals(RUNS)) {
            parameters.refuse("of", "must be feeds or runs, was " + Parameters.quoted(of));
        }
        Asked asked = asked(request, Optional.of(QUARTER), of.equals(RUNS) ? LONGEST_OF_RUNS : LONGEST);
        TimeSpan range = asked.range();
        List<DemandInterval> rows = of.equals(RUNS)
                ? ledger.runDemand(tenant, asked.site(), range.start(), range.end())
                : ledger.feedDemand(tenant, asked.site(), range.start(), range.end());
        DemandBody body = new DemandBody(
                asked.site(),
                asked.zone().getId(),
                range.start(),
                range.end(),
                of,
                of.equals(RUNS) ? null : peak(asked, rows),
                rows.stream()
                        .map(row -> DemandBody.IntervalBody.of(row, asked.zone()))
                        .toList());
        if (format != Format.JSON) {
            return Rows.of(
                            DemandBody.IntervalBody.class,
                            Rows.file(asked.site(), "demand-" + of, range.start(), range.end()),
                            body,
                            body.intervals())
                    .answer(format);
        }
        return Answer.json(body).with("Vary", "Accept");
    }

    private static DemandBody.PeakBody peak(Asked asked, List<DemandInterval> rows) {
        TimeSpan range = asked.range();
        LongAdder feedMillis = new LongAdder();
        asked.history()
                .forEachBetween(
                        range.start(),
                        range.end(),
                        (inventory, millis) -> feedMillis.add(millis
                                * inventory.entities().stream()
                                        .filter(entity -> entity.role() == Role.GRID_IMPORT
                                                && entity.energyChannel().isPresent())
                                        .count()));
        Demand peak = Demand.peak(rows, feedMillis.sum(), range.start(), range.end(), asked.asOf());
        return DemandBody.PeakBody.of(peak.start(), open(peak.meanKw(), asked), asked.zone());
    }

    Answer volumes(Request request) {
        Format format = request.format(Format.OF_LISTS);
        Asked asked = asked(request, Optional.empty(), LONGEST);
        TimeSpan range = asked.range();
        List<QuantityStep> rows = ledger.quantities(tenant, asked.site(), range.start(), range.end());
        QuantitiesBody body = new QuantitiesBody(
                asked.site(),
                asked.zone().getId(),
                range.start(),
                range.end(),
                totals(asked, rows),
                rows.stream()
                        .map(row -> QuantitiesBody.StepBody.of(row, asked.zone()))
                        .toList());
        if (format != Format.JSON) {
            return Rows.of(
                            QuantitiesBody.StepBody.class,
                            Rows.file(asked.site(), "quantities", range.start(), range.end()),
                            body,
                            body.steps())
                    .answer(format);
        }
        return Answer.json(body).with("Vary", "Accept");
    }

    /** One total per kind that inventory meters or a row has. */
    private static List<QuantitiesBody.TotalBody> totals(Asked asked, List<QuantityStep> rows) {
        Map<String, List<QuantityStep>> byKind = new TreeMap<>();
        Map<String, Long> meterMillis = meterMillis(asked);
        meterMillis.keySet().forEach(kind -> byKind.put(kind, new ArrayList<>()));
        rows.stream()
                .filter(row -> !row.check())
                .forEach(row -> byKind.computeIfAbsent(row.kind(), kind -> new ArrayList<>())
                        .add(row));
        List<QuantitiesBody.TotalBody> totals = new ArrayList<>();
        byKind.forEach((kind, ofKind) -> {
            Figure litres = Volume.litres(
                    ofKind,
                    meterMillis.getOrDefault(kind, 0L),
                    asked.range().start(),
                    asked.range().end(),
                    asked.asOf());
            totals.add(new QuantitiesBody.TotalBody(kind, FigureBody.of(open(litres, asked))));
        });
        return totals;
    }

    /** By kind, for how long each version of the inventory that applies in the range knows its meters. */
    private static Map<String, Long> meterMillis(Asked asked) {
        Map<String, Long> byKind = new TreeMap<>();
        asked.history().forEachBetween(asked.range().start(), asked.range().end(), (inventory, millis) -> {
            for (Entity entity : inventory.entities()) {
                if (entity.role() == Role.WATER_IN
                        && entity.channel(Metric.WATER_VOLUME).isPresent()) {
                    byKind.merge(entity.water().name(), millis, Long::sum);
                }
                if (entity.role() != Role.CHECK
                        && entity.channel(Metric.FUEL_VOLUME).isPresent()) {
                    byKind.merge(QuantityStep.FUEL, millis, Long::sum);
                }
            }
        });
        return byKind;
    }

    private static Figure open(Figure figure, Asked asked) {
        return asked.isOpen() ? figure.withFlags(List.of(FigureFlag.PERIOD_OPEN)) : figure;
    }

    /**
     * A month of the site's calendar, or the range from start to end, else the last 24 hours. What is too long is refused before
     * the site is looked up.
     *
     * @param rows how far apart rows lie; empty where the site's ledger says it
     */
    private Asked asked(Request request, Optional<Duration> rows, Duration longest) {
        Parameters parameters = request.parameters();
        Optional<ZoneId> tz = parameters.zone("tz");
        Optional<YearMonth> month = parameters.month("month");
        if (parameters.text("month").isPresent()) {
            refuseBesideAMonth(parameters, longest);
        }
        Optional<TimeSpan> given = month.isPresent() ? Optional.empty() : WindowPlan.range(parameters);
        given.ifPresent(range -> refuseTooLong(range, longest));
        String site = request.path("site");
        InventoryHistory history = catalog.require(site);
        Instant now = clock.instant();
        SiteInventory inventory = SiteCatalog.applying(history, now).inventory();
        Duration step = rows.orElse(inventory.ledgerStep());
        given.ifPresent(range -> refuseOffStep(parameters, range, step));
        parameters.check();
        TimeSpan range = month.map(asked -> monthOf(asked, inventory.zone()))
                .or(() -> given)
                .orElseGet(() -> lastDay(now, step));
        Instant asOf = Optional.ofNullable(ledger.lastMinutes(tenant).get(site))
                .map(minute -> minute.plusSeconds(60))
                .orElse(range.end());
        return new Asked(
                site,
                history,
                tz.orElse(inventory.zone()),
                range,
                asOf,
                range.end().isAfter(now));
    }

    private static void refuseTooLong(TimeSpan range, Duration longest) {
        if (range.length().compareTo(longest) > 0) {
            throw ProblemException.tooLarge(
                    range.length().toHours() + " hours are asked for, at most " + longest.toHours()
                            + " are given at once; ask for a shorter range",
                    null);
        }
    }

    private static void refuseOffStep(Parameters parameters, TimeSpan range, Duration step) {
        for (String name : List.of("start", "end")) {
            Instant instant = name.equals("start") ? range.start() : range.end();
            if (!TimeSpan.isOn(instant, step)) {
                parameters.refuse(name, "must lie on a row, every " + step + " from the full hour, was " + instant);
            }
        }
    }

    private static void refuseBesideAMonth(Parameters parameters, Duration longest) {
        if (longest.compareTo(LONGEST) < 0) {
            parameters.refuse(
                    "month",
                    "is not taken for runs, of which " + longest.toHours()
                            + " hours are given at once; ask with start and end");
        }
        for (String name : List.of("start", "end")) {
            if (parameters.text(name).isPresent()) {
                parameters.refuse(name, "is not taken together with month, which is a period of its own");
            }
        }
        parameters.check();
    }

    private static TimeSpan monthOf(YearMonth month, ZoneId zone) {
        CalendarMonth calendar = CalendarMonth.of(month, zone);
        return new TimeSpan(calendar.start(), calendar.end());
    }

    private static TimeSpan lastDay(Instant now, Duration step) {
        Instant last = TimeSpan.floor(now, step);
        return new TimeSpan(last.minus(Duration.ofHours(24)), last);
    }
}
