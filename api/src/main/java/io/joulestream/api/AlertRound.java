package io.joulestream.api;

import io.joulestream.core.alert.Alert;
import io.joulestream.core.alert.AlertRule;
import io.joulestream.core.alert.Observation;
import io.joulestream.storage.AlertStore;
import io.joulestream.storage.AuditEntry;
import io.joulestream.storage.LedgerQueries;
import io.joulestream.storage.SiteStore;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Looks at all that a tenant's rules watch, and opens and closes its alerts. A round depends on nothing but what is stored
 * and the clock, so that any process may do the next one; where two are at it, an alert is written by one of them. For one
 * thread at a time.
 */
public final class AlertRound {
    private static final String ACTOR = "service";

    private final AlertStore alerts;
    private final AlertObservations observations;
    private final Clock clock;
    private final String tenant;
    private boolean hasRules;

    public AlertRound(AlertStore alerts, LedgerQueries ledger, SiteStore sites, Clock clock, String tenant) {
        this.alerts = alerts;
        this.observations = new AlertObservations(ledger, sites, clock, tenant);
        this.clock = clock;
        this.tenant = tenant;
    }

    /** Of a rule and what it watches at most one alert is not closed. */
    private record Key(String rule, String site, String subject) {
        static Key of(String rule, Observation seen) {
            return new Key(rule, seen.site(), seen.subject());
        }
    }

    /**
     * One round.
     *
     * @throws RuntimeException if the database does not answer, or of a site or by a rule something cannot be read: then all
     *     else is judged first, and the alerts there stay as they are; what was written stays
     */
    public void once() {
        addDefaults();
        look();
    }

    /** A tenant begins with the rules that need nobody; one that was changed or disabled stays so. */
    private void addDefaults() {
        if (!hasRules) {
            AlertRule.defaults()
                    .forEach(rule -> alerts.addRule(
                            tenant, rule, new AuditEntry(ACTOR, "alert.rule.add", rule.name(), "by default")));
            hasRules = true;
        }
    }

    private void look() {
        Map<Key, Alert> left = new HashMap<>();
        alerts.notClosed(tenant).forEach(alert -> left.put(Key.of(alert.rule(), alert.last()), alert));
        AlertSight sight = observations.of(alerts.rules(tenant));
        sight.seen()
                .forEach((rule, of) -> of.forEach(one -> {
                    Optional<Alert> before = Optional.ofNullable(left.remove(Key.of(rule.name(), one)));
                    put(before, Alert.after(rule, before, one, () -> id(rule, one)));
                }));
        Instant now = clock.instant();
        left.values().stream()
                .filter(alert -> !sight.isUnseen(alert.rule(), alert.last().site()))
                .forEach(alert -> put(Optional.of(alert), alert.notWatched(now)));
        sight.failure().ifPresent(failure -> {
            throw failure;
        });
    }

    /** The same for all who see it begin at the same instant. */
    private UUID id(AlertRule rule, Observation first) {
        String beginning = String.join(
                "\n",
                tenant,
                rule.name(),
                first.site(),
                first.subject(),
                first.at().toString());
        return UUID.nameUUIDFromBytes(beginning.getBytes(StandardCharsets.UTF_8));
    }

    private void put(Optional<Alert> before, Optional<Alert> after) {
        if (!before.equals(after)) {
            alerts.put(tenant, before, after, AlertEvent.of(tenant, before, after));
        }
    }
}
