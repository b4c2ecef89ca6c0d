package io.joulestream.api;

import io.joulestream.core.carbon.FactorSets;
import io.joulestream.storage.Database;
import io.joulestream.storage.LedgerQueries;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What is served to one tenant. Nothing in here ever learns of another: resources are made for a tenant, and a request is
 * only ever given to those of the tenant who asks.
 */
record TenantResources(
        LedgerQueries ledger,
        SitesResource sites,
        LiveResource live,
        QuantitiesResource quantities,
        RunsResource runs,
        ReportsResource reports,
        HealthResource health,
        MembersResource members,
        KeysResource keys,
        AuditResource audit,
        AlertsResource alerts,
        AlertRulesResource alertRules,
        WebhooksResource webhooks,
        DeadLettersResource deadLetters) {
    static TenantResources of(
            Database database, HealthSource health, Clock clock, WebhookTargets targets, String tenant) {
        LedgerQueries ledger = database.queries();
        SiteCatalog catalog = new SiteCatalog(database.sites(), tenant);
        return new TenantResources(
                ledger,
                new SitesResource(catalog, ledger, clock, tenant),
                new LiveResource(catalog, ledger, clock, tenant),
                new QuantitiesResource(catalog, ledger, clock, tenant),
                new RunsResource(catalog, ledger, clock, tenant),
                new ReportsResource(catalog, ledger, FactorSets.shipped(), clock, tenant),
                new HealthResource(health, clock, tenant),
                new MembersResource(database.identity(), tenant),
                new KeysResource(database.identity(), clock, tenant),
                new AuditResource(database.audit(), tenant),
                new AlertsResource(database.alerts(), tenant),
                new AlertRulesResource(database.alerts(), catalog, database.identity(), tenant),
                new WebhooksResource(database.alerts(), database.identity(), targets, tenant),
                new DeadLettersResource(ledger, tenant));
    }

    /** Made once for each tenant that asks: those have keys, so there are only so many. Thread-safe. */
    static final class OfAll {
        private final Map<String, TenantResources> byTenant = new ConcurrentHashMap<>();
        private final Function<String, TenantResources> make;
        private final HeldAnswers held;

        OfAll(Function<String, TenantResources> make, HeldAnswers held) {
            this.make = make;
            this.held = held;
        }

        /** Answers with a resource of the tenant who asks. */
        <R extends Reply> Function<Request, R> with(Function<TenantResources, Function<Request, R>> resource) {
            return request -> {
                String tenant = request.caller().tenant().orElseThrow();
                return resource.apply(byTenant.computeIfAbsent(tenant, make)).apply(request);
            };
        }

        /**
         * As {@link #with}, for figures of the ledger: all that one answer says is as of one moment, and who asks the same soon
         * after is given the same.
         */
        Function<Request, Answer> figures(Function<TenantResources, Function<Request, Answer>> resource) {
            Function<Request, Answer> made = with(own -> asOfOneMoment(own, resource.apply(own)));
            return request -> held.answer(request.caller().tenant().orElseThrow(), request, made);
        }

        private static Function<Request, Answer> asOfOneMoment(
                TenantResources own, Function<Request, Answer> resource) {
            return request ->
                    own.ledger.asOfOneMoment(request.caller().tenant().orElseThrow(), () -> resource.apply(request));
        }
    }
}
