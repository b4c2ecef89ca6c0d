package io.joulestream.api;

import static io.joulestream.core.access.Permission.READ_AUDIT;
import static io.joulestream.core.access.Permission.READ_DEAD_LETTERS;
import static io.joulestream.core.access.Permission.READ_MEMBERS;
import static io.joulestream.core.access.Permission.READ_WEBHOOKS;
import static io.joulestream.core.access.Permission.WRITE_ALERTS;
import static io.joulestream.core.access.Permission.WRITE_MEMBERS;

import java.util.List;

/** Every address there is. {@code openapi.yaml} describes the same ones. */
final class Routes {
    private Routes() {}

    static List<Route> all(TenantResources.OfAll tenants, SessionResource session, SignInResource signIn) {
        PageFiles pages = new PageFiles(Routes.class.getClassLoader());
        return List.of(
                Route.get("/v1/health", tenants.with(own -> own.health()::now)),
                Route.get("/v1/sites", tenants.figures(own -> own.sites()::list)),
                Route.get("/v1/sites/{site}", tenants.figures(own -> own.sites()::one)),
                Route.get(
                        "/v1/sites/{site}/pue",
                        tenants.figures(own -> own.sites()::pue),
                        "window",
                        "start",
                        "end",
                        "tz",
                        "format"),
                Route.get("/v1/sites/{site}/windows", tenants.figures(own -> own.sites()::windows), "tz"),
                Route.get(
                        "/v1/sites/{site}/demand",
                        tenants.figures(own -> own.quantities()::demand),
                        "of",
                        "month",
                        "start",
                        "end",
                        "tz",
                        "format"),
                Route.get(
                        "/v1/sites/{site}/quantities",
                        tenants.figures(own -> own.quantities()::volumes),
                        "month",
                        "start",
                        "end",
                        "tz",
                        "format"),
                Route.get(
                        "/v1/sites/{site}/energy",
                        tenants.figures(own -> own.sites()::energy),
                        "step",
                        "start",
                        "end",
                        "tz",
                        "format"),
                Route.get("/v1/sites/{site}/live", tenants.with(own -> own.live()::listen)),
                Route.get("/v1/sites/{site}/residuals", tenants.figures(own -> own.sites()::residuals)),
                Route.get(
                        "/v1/sites/{site}/checks",
                        tenants.figures(own -> own.sites()::checks),
                        "hours",
                        "limit",
                        "format"),
                Route.get(
                        "/v1/sites/{site}/balance",
                        tenants.figures(own -> own.sites()::balance),
                        "step",
                        "start",
                        "end",
                        "tz",
                        "format"),
                Route.get("/v1/runs", tenants.figures(own -> own.runs()::list), "limit", "cursor", "format"),
                Route.get("/v1/runs/{run}", tenants.figures(own -> own.runs()::one), "training"),
                Route.get("/v1/alerts", tenants.with(own -> own.alerts()::list), "state", "site", "limit", "cursor"),
                Route.get("/v1/alerts/{alert}", tenants.with(own -> own.alerts()::one)),
                Route.get("/v1/alert-rules", tenants.with(own -> own.alertRules()::list), "limit", "cursor"),
                Route.post(
                        "/v1/alert-rules", Access.needs(WRITE_ALERTS), tenants.with(own -> own.alertRules()::create)),
                Route.get("/v1/alert-rules/{rule}", tenants.with(own -> own.alertRules()::one)),
                Route.put(
                        "/v1/alert-rules/{rule}",
                        Access.needs(WRITE_ALERTS),
                        tenants.with(own -> own.alertRules()::replace)),
                Route.delete(
                        "/v1/alert-rules/{rule}",
                        Access.needs(WRITE_ALERTS),
                        tenants.with(own -> own.alertRules()::remove)),
                Route.get("/v1/webhooks", READ_WEBHOOKS, tenants.with(own -> own.webhooks()::list), "limit", "cursor"),
                Route.post("/v1/webhooks", Access.needs(WRITE_ALERTS), tenants.with(own -> own.webhooks()::create)),
                Route.get("/v1/webhooks/{webhook}", READ_WEBHOOKS, tenants.with(own -> own.webhooks()::one)),
                Route.patch(
                        "/v1/webhooks/{webhook}",
                        Access.needs(WRITE_ALERTS),
                        tenants.with(own -> own.webhooks()::change)),
                Route.delete(
                        "/v1/webhooks/{webhook}",
                        Access.needs(WRITE_ALERTS),
                        tenants.with(own -> own.webhooks()::remove)),
                Route.post(
                        "/v1/webhooks/{webhook}/rotation",
                        Access.needs(WRITE_ALERTS),
                        tenants.with(own -> own.webhooks()::rotate)),
                Route.get(
                        "/v1/webhooks/{webhook}/deliveries",
                        READ_WEBHOOKS,
                        tenants.with(own -> own.webhooks()::deliveries),
                        "state",
                        "limit",
                        "cursor"),
                Route.get(
                        "/v1/dead-letters",
                        READ_DEAD_LETTERS,
                        tenants.with(own -> own.deadLetters()::list),
                        "site",
                        "code",
                        "since",
                        "limit",
                        "cursor"),
                Route.get("/v1/reports/carbon", tenants.figures(own -> own.reports()::carbon), "site", "month"),
                Route.get("/v1/reports/cost", tenants.figures(own -> own.reports()::cost), "site", "month"),
                Route.get("/v1/exports/{month}", tenants.figures(own -> own.reports()::export), "site", "format"),
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
                Route.get("/v1/audit", READ_AUDIT, tenants.with(own -> own.audit()::list), "limit", "cursor", "format"),
                Route.open("/v1/session", session::show),
                Route.post("/v1/session", Access.open(), session::open),
                Route.delete("/v1/session", Access.open(), session::close),
                Route.open("/v1/session/ways", signIn::ways),
                Route.open("/v1/session/oidc", signIn::begin),
                Route.open("/v1/session/oidc/callback", signIn::end, "code", "state", "iss", "error"),
                Route.open("/openapi.yaml", OpenApiFile::yaml),
                Route.open("/openapi.json", OpenApiFile::json),
                Route.open("/docs", pages::docs),
                Route.open("/", pages::index),
                Route.open("/assets/{file}", pages::asset));
    }
}
