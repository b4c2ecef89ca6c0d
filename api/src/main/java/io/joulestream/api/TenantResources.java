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
        SitesResource sites,
        QuantitiesResource quantities,
        RunsResource runs,
        ReportsResource reports,
        HealthResource health,
        MembersResource members,
        KeysResource keys,
        AuditResource audit,
        AlertsResource alerts,
        DeadLettersResource deadLetters) {
    static TenantResources of(Database database, HealthSource health, Clock clock, String tenant) {
        LedgerQueries ledger = database.queries();
        SiteCatalog catalog = new SiteCatalog(database.sites(), tenant);
        return new TenantResources(
                new SitesResource(catalog, ledger, clock, tenant),
                new QuantitiesResource(catalog, ledger, clock, tenant),
                new RunsResource(catalog, ledger, clock, tenant),
                new ReportsResource(catalog, ledger, FactorSets.shipped(), clock, tenant),
                new HealthResource(health, clock, tenant),
                new MembersResource(database.identity(), tenant),
                new KeysResource(database.identity(), clock, tenant),
                new AuditResource(database.audit(), tenant),
                new AlertsResource(database.alerts(), tenant),
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
        Function<Request, Answer> with(Function<TenantResources, Function<Request, Answer>> resource) {
            return request -> {
                String tenant = request.caller().tenant().orElseThrow();
                return resource.apply(byTenant.computeIfAbsent(tenant, make)).apply(request);
            };
        }

        /** As {@link #with}, for figures of the ledger: who asks the same within a moment is given the same. */
        Function<Request, Answer> holding(Function<TenantResources, Function<Request, Answer>> resource) {
            return request -> held.answer(request.caller().tenant().orElseThrow(), request, with(resource));
        }
    }
}
