package io.joulestream.api;

import io.joulestream.core.alert.AlertRule;
import io.joulestream.core.alert.Observation;
import io.joulestream.storage.LedgerQueries;
import io.joulestream.storage.SiteStore;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a tenant's rules see now, read from the ledger as the answers are to which each observation refers. Thread-safe.
 *
 * <p>A site that never had data is not looked at, for nothing can be lost of it.
 */
final class AlertObservations {
    private final LedgerQueries ledger;
    private final SiteCatalog catalog;
    private final SiteObserver sites;
    private final RunObserver runs;
    private final Clock clock;
    private final String tenant;

    AlertObservations(LedgerQueries ledger, SiteStore sites, Clock clock, String tenant) {
        this.ledger = ledger;
        this.catalog = new SiteCatalog(sites, tenant);
        this.sites = new SiteObserver(ledger, tenant);
        this.runs = new RunObserver(ledger, clock, tenant);
        this.clock = clock;
        this.tenant = tenant;
    }

    /** What is seen by each rule that watches anything; all at one instant, a whole second. */
    Map<AlertRule, List<Observation>> of(List<AlertRule> rules) {
        Instant now = Instant.ofEpochSecond(clock.instant().getEpochSecond());
        Map<AlertRule, List<Observation>> seen = new LinkedHashMap<>();
        Map<String, Instant> lastMinutes = ledger.lastMinutes(tenant);
        catalog.newest().forEach(newest -> {
            String site = newest.inventory().site();
            Instant lastMinute = lastMinutes.get(site);
            if (lastMinute != null) {
                sites.observe(
                        catalog.history(site).orElseThrow(),
                        site,
                        lastMinute.plusSeconds(60),
                        now,
                        AlertRule.watching(rules, site),
                        (rule, one) -> add(seen, rule, one));
            }
        });
        rules.stream()
                .filter(rule -> rule.enabled() && rule.kind().isOfRuns())
                .forEach(rule -> runs.observe(rule, lastMinutes, now).forEach(one -> add(seen, rule, one)));
        return seen;
    }

    private static void add(Map<AlertRule, List<Observation>> seen, AlertRule rule, Observation one) {
        seen.computeIfAbsent(rule, of -> new ArrayList<>()).add(one);
    }
}
