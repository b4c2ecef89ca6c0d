package io.joulestream.api;

import io.joulestream.core.alert.AlertRule;
import io.joulestream.storage.LedgerQueries;
import io.joulestream.storage.SiteStore;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

    /**
     * What is seen; all at one instant, a whole second. A site or a rule that cannot be read keeps no other from being looked at.
     *
     * @throws io.joulestream.storage.StorageException if not even the sites can be read
     */
    AlertSight of(List<AlertRule> rules) {
        Instant now = Instant.ofEpochSecond(clock.instant().getEpochSecond());
        AlertSight sight = new AlertSight();
        Map<String, Instant> lastMinutes = ledger.lastMinutes(tenant);
        for (String site : catalog.names()) {
            Instant lastMinute = lastMinutes.get(site);
            if (lastMinute != null) {
                lookAt(site, lastMinute.plusSeconds(60), now, AlertRule.watching(rules, site), sight);
            }
        }
        rules.stream()
                .filter(rule -> rule.enabled() && rule.kind().isOfRuns())
                .forEach(rule -> lookAtRuns(rule, now, sight));
        return sight;
    }

    private void lookAt(String site, Instant lastDataAt, Instant now, List<AlertRule> watching, AlertSight sight) {
        try {
            sites.observe(catalog.history(site).orElseThrow(), site, lastDataAt, now, watching, sight);
        } catch (RuntimeException e) {
            watching.forEach(rule -> sight.fail(rule, Optional.of(site), e));
        }
    }

    private void lookAtRuns(AlertRule rule, Instant now, AlertSight sight) {
        try {
            sight.add(rule, ledger.asOfOneMoment(tenant, () -> runs.observe(rule, ledger.lastMinutes(tenant), now)));
        } catch (RuntimeException e) {
            sight.fail(rule, Optional.empty(), e);
        }
    }
}
