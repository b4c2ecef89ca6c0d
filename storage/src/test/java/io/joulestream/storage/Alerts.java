package io.joulestream.storage;

import static io.joulestream.storage.Rows.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.alert.Alert;
import io.joulestream.core.alert.AlertKind;
import io.joulestream.core.alert.AlertRule;
import io.joulestream.core.alert.Observation;
import io.joulestream.core.alert.Severity;
import io.joulestream.core.kpi.ReasonCode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Rules, alerts and webhooks for tests. */
final class Alerts {
    static final AuditEntry ACT = new AuditEntry("cli:test", "alert.test", "it", "");
    static final byte[] SECRET = "0123456789abcdef01234567".getBytes(StandardCharsets.UTF_8);

    static final AlertRule RULE = new AlertRule(
            "coverage-fra1",
            AlertKind.COVERAGE_LOSS,
            Optional.of("fra1"),
            Optional.empty(),
            Optional.of(AlertKind.COVERAGE_LOSS.band(new BigDecimal("95.5"), null, Optional.empty())),
            Duration.ZERO,
            Severity.WARNING,
            true);

    private Alerts() {}

    /** A row in every table of alerts. */
    static void fill(AlertStore alerts, String tenant) {
        assertThat(alerts.addRule(tenant, RULE, ACT)).isTrue();
        assertThat(alerts.createWebhook(tenant, "pager", "https://pager.example/hook", SECRET, ACT))
                .isTrue();
        Optional<Alert> open = open("fra1", NOON);
        assertThat(alerts.put(tenant, Optional.empty(), open, opened(open))).isTrue();
    }

    static Optional<Alert> open(String subject, Instant at) {
        return Alert.after(RULE, Optional.empty(), seen(subject, "12.5", at), UUID::randomUUID);
    }

    static Optional<Alert> after(Optional<Alert> before, Observation seen) {
        return Alert.after(RULE, before, seen, UUID::randomUUID);
    }

    static Optional<AlertMessage> opened(Optional<Alert> alert) {
        return alert.map(one -> new AlertMessage(one.id() + ".opened", "{\"opened\":1}"));
    }

    static Optional<AlertMessage> closed(Optional<Alert> alert) {
        return alert.map(one -> new AlertMessage(one.id() + ".closed", "{\"closed\":1}"));
    }

    /** @param percent null: not known */
    static Observation seen(String subject, String percent, Instant at) {
        return new Observation(
                AlertKind.COVERAGE_LOSS,
                "fra1",
                subject,
                "coverage of " + subject,
                percent == null ? null : new BigDecimal(percent),
                percent == null ? ReasonCode.NO_DATA : null,
                RULE.band().orElseThrow(),
                at.minus(Duration.ofHours(1)),
                at,
                at,
                "/v1/sites/fra1/energy");
    }
}
