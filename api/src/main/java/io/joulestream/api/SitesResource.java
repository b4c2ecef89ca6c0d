package io.joulestream.api;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.storage.LedgerQueries;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sites, their PUE, their energy, and how far their meters agree. */
final class SitesResource {
    private final SiteCatalog catalog;
    private final LedgerQueries ledger;
    private final WindowReader reader;
    private final Live live;
    private final ResidualsReader residuals;
    private final Clock clock;
    private final String tenant;

    SitesResource(SiteCatalog catalog, LedgerQueries ledger, Clock clock, String tenant) {
        this.catalog = catalog;
        this.ledger = ledger;
        this.reader = new WindowReader(ledger, tenant);
        this.live = new Live(reader);
        this.residuals = new ResidualsReader(ledger, tenant);
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
        Step window = parameters
                .text("window")
                .flatMap(text -> or(
                        Step.parse(text),
                        parameters,
                        "window",
                        "must be a duration of whole minutes such as PT15M, PT1H, P1D or P1M, was "
                                + Parameters.quoted(text)))
                .orElse(Step.HOUR);
        ZoneId zone = parameters.zone("tz", inventory);
        WindowPlan plan = WindowPlan.rolling(parameters, window, zone, inventory.ledgerStep(), now);
        Instant lastDataAt = lastDataAt(site);
        Instant asOf = lastDataAt == null ? plan.end() : lastDataAt;
        List<PueBody.PointBody> points = new ArrayList<>();
        reader.read(history, site, plan, read -> points.add(PueBody.PointBody.of(read, zone, asOf)));
        return Answer.json(new PueBody(
                site,
                zone.getId(),
                plan.start(),
                plan.end(),
                window.text(),
                plan.rows().name(),
                lastDataAt,
                points));
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
        return Answer.json(
                new EnergyBody(site, zone.getId(), plan.start(), plan.end(), step.text(), lastDataAt, points));
    }

    Answer residuals(Request request) {
        request.parameters().check();
        String site = request.path("site");
        InventoryHistory history = catalog.require(site);
        return Answer.json(
                residuals.of(history, site, ledger.lastMinutes(tenant).get(site)));
    }

    private static Optional<Step> or(Optional<Step> step, Parameters parameters, String name, String otherwise) {
        return step.isPresent() ? step : parameters.refuse(name, otherwise);
    }

    private Instant lastDataAt(String site) {
        return endOf(ledger.lastMinutes(tenant).get(site));
    }

    private static Instant endOf(Instant minute) {
        return minute == null ? null : minute.plusSeconds(60);
    }
}
