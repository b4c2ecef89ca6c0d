package io.joulestream.api;

import io.joulestream.core.carbon.FactorSets;
import io.joulestream.storage.LedgerQueries;
import io.joulestream.storage.SiteStore;
import java.time.Clock;
import java.util.List;

/** Every address there is. {@code openapi.yaml} describes the same ones. */
final class Routes {
    private Routes() {}

    static List<Route> all(LedgerQueries ledger, SiteStore siteStore, HealthSource health, Clock clock, String tenant) {
        SiteCatalog catalog = new SiteCatalog(siteStore, tenant);
        SitesResource sites = new SitesResource(catalog, ledger, clock, tenant);
        QuantitiesResource quantities = new QuantitiesResource(catalog, ledger, clock, tenant);
        RunsResource runs = new RunsResource(catalog, ledger, clock, tenant);
        ReportsResource reports = new ReportsResource(catalog, ledger, FactorSets.shipped(), clock, tenant);
        PageFiles pages = new PageFiles(Routes.class.getClassLoader());
        return List.of(
                Route.get("/v1/health", request -> health(request, health, clock)),
                Route.get("/v1/sites", sites::list),
                Route.get("/v1/sites/{site}", sites::one),
                Route.get("/v1/sites/{site}/pue", sites::pue, "window", "start", "end", "tz"),
                Route.get("/v1/sites/{site}/windows", sites::windows, "tz"),
                Route.get("/v1/sites/{site}/demand", quantities::demand, "of", "month", "start", "end", "tz"),
                Route.get("/v1/sites/{site}/quantities", quantities::volumes, "month", "start", "end", "tz"),
                Route.get("/v1/sites/{site}/energy", sites::energy, "step", "start", "end", "tz"),
                Route.get("/v1/sites/{site}/residuals", sites::residuals),
                Route.get("/v1/sites/{site}/checks", sites::checks, "hours", "limit"),
                Route.get("/v1/sites/{site}/balance", sites::balance, "step", "start", "end", "tz"),
                Route.get("/v1/runs", runs::list, "limit", "cursor"),
                Route.get("/v1/runs/{run}", runs::one, "training"),
                Route.get("/v1/reports/carbon", reports::carbon, "site", "month"),
                Route.get("/v1/reports/cost", reports::cost, "site", "month"),
                Route.get("/v1/exports/{month}", reports::export, "site", "format"),
                Route.open("/openapi.yaml", OpenApiFile::answer),
                Route.open("/", pages::index),
                Route.open("/assets/{file}", pages::asset));
    }

    private static Answer health(Request request, HealthSource health, Clock clock) {
        request.parameters().check();
        return Answer.json(HealthBody.of(health.health(), clock.instant()));
    }
}
