package io.joulestream.api;

import static io.joulestream.core.access.Permission.READ_AUDIT;
import static io.joulestream.core.access.Permission.READ_DEAD_LETTERS;
import static io.joulestream.core.access.Permission.READ_MEMBERS;
import static io.joulestream.core.access.Permission.WRITE_MEMBERS;

import java.util.List;

/** Every address there is. {@code openapi.yaml} describes the same ones. */
final class Routes {
    private Routes() {}

    static List<Route> all(TenantResources.OfAll tenants, SessionResource session) {
        PageFiles pages = new PageFiles(Routes.class.getClassLoader());
        return List.of(
                Route.get("/v1/health", tenants.with(own -> own.health()::now)),
                Route.get("/v1/sites", tenants.holding(own -> own.sites()::list)),
                Route.get("/v1/sites/{site}", tenants.holding(own -> own.sites()::one)),
                Route.get(
                        "/v1/sites/{site}/pue",
                        tenants.holding(own -> own.sites()::pue),
                        "window",
                        "start",
                        "end",
                        "tz"),
                Route.get("/v1/sites/{site}/windows", tenants.holding(own -> own.sites()::windows), "tz"),
                Route.get(
                        "/v1/sites/{site}/demand",
                        tenants.holding(own -> own.quantities()::demand),
                        "of",
                        "month",
                        "start",
                        "end",
                        "tz"),
                Route.get(
                        "/v1/sites/{site}/quantities",
                        tenants.holding(own -> own.quantities()::volumes),
                        "month",
                        "start",
                        "end",
                        "tz"),
                Route.get(
                        "/v1/sites/{site}/energy",
                        tenants.holding(own -> own.sites()::energy),
                        "step",
                        "start",
                        "end",
                        "tz"),
                Route.get("/v1/sites/{site}/residuals", tenants.holding(own -> own.sites()::residuals)),
                Route.get("/v1/sites/{site}/checks", tenants.holding(own -> own.sites()::checks), "hours", "limit"),
                Route.get(
                        "/v1/sites/{site}/balance",
                        tenants.holding(own -> own.sites()::balance),
                        "step",
                        "start",
                        "end",
                        "tz"),
                Route.get("/v1/runs", tenants.holding(own -> own.runs()::list), "limit", "cursor"),
                Route.get("/v1/runs/{run}", tenants.holding(own -> own.runs()::one), "training"),
                Route.get("/v1/alerts", tenants.with(own -> own.alerts()::list), "state", "site", "limit", "cursor"),
                Route.get("/v1/alerts/{alert}", tenants.with(own -> own.alerts()::one)),
                Route.get(
                        "/v1/dead-letters",
                        READ_DEAD_LETTERS,
                        tenants.with(own -> own.deadLetters()::list),
                        "site",
                        "code",
                        "since",
                        "limit",
                        "cursor"),
                Route.get("/v1/reports/carbon", tenants.holding(own -> own.reports()::carbon), "site", "month"),
                Route.get("/v1/reports/cost", tenants.holding(own -> own.reports()::cost), "site", "month"),
                Route.get("/v1/exports/{month}", tenants.holding(own -> own.reports()::export), "site", "format"),
                Route.compute("/v1/nvfp4/quantize", QuantizeResource::quantize),
                Route.get("/v1/members", READ_MEMBERS, tenants.with(own -> own.members()::list)),
                Route.post("/v1/members", Access.needs(WRITE_MEMBERS), tenants.with(own -> own.members()::create)),
                Route.delete(
                        "/v1/members/{member}",
                        Access.needs(WRITE_MEMBERS),
                        tenants.with(own -> own.members()::disable)),
                Route.get("/v1/keys", READ_MEMBERS, tenants.with(own -> own.keys()::list)),
                Route.post("/v1/keys", Access.needs(WRITE_MEMBERS), tenants.with(own -> own.keys()::create)),
                Route.post(
                        "/v1/keys/{prefix}/rotation",
                        Access.needs(WRITE_MEMBERS),
                        tenants.with(own -> own.keys()::rotate)),
                Route.delete("/v1/keys/{prefix}", Access.needs(WRITE_MEMBERS), tenants.with(own -> own.keys()::revoke)),
                Route.get("/v1/audit", READ_AUDIT, tenants.with(own -> own.audit()::list), "limit", "cursor"),
                Route.open("/v1/session", session::show),
                Route.post("/v1/session", Access.open(), session::open),
                Route.delete("/v1/session", Access.open(), session::close),
                Route.open("/openapi.yaml", OpenApiFile::yaml),
                Route.open("/openapi.json", OpenApiFile::json),
                Route.open("/docs", pages::docs),
                Route.open("/", pages::index),
                Route.open("/assets/{file}", pages::asset));
    }
}
