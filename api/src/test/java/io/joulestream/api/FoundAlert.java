package io.joulestream.api;

import io.joulestream.core.alert.Alert;
import io.joulestream.core.alert.AlertKind;
import io.joulestream.core.alert.AlertRule;
import io.joulestream.core.alert.Observation;
import io.joulestream.core.alert.Severity;
import io.joulestream.storage.AlertMessage;
import io.joulestream.storage.AlertStore;
import io.joulestream.storage.AuditEntry;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** One alert of the site that most tests read. */
final class FoundAlert {
    static final String ID = new UUID(0, 1).toString();
    /** Of no alert. */
    static final String NONE = new UUID(0, 2).toString();

    private FoundAlert() {}

    static void open(AlertStore alerts) {
        AlertRule rule = new AlertRule(
                "coverage",
                AlertKind.COVERAGE_LOSS,
                Optional.empty(),
                Optional.empty(),
                Optional.of(AlertKind.COVERAGE_LOSS.band(BigDecimal.TEN, null, Optional.empty())),
                Duration.ZERO,
                Severity.WARNING,
                true);
        Observation seen = new Observation(
                rule.kind(),
                "berlin",
                "berlin",
                "coverage of Berlin edge hall",
                BigDecimal.ZERO,
                null,
                rule.band().orElseThrow(),
                Sites.NOON.minus(Sites.HOUR),
                Sites.NOON,
                TestApi.NOW,
                "/v1/sites/berlin/energy");
        Optional<Alert> open = Alert.after(rule, Optional.empty(), seen, () -> UUID.fromString(ID));
        alerts.addRule(Ledger.TENANT, rule, new AuditEntry("cli:test", "test.act", "x", ""));
        alerts.put(Ledger.TENANT, Optional.empty(), open, Optional.of(new AlertMessage(ID + ".opened", "{}")));
    }
}
