package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.ALERT;
import static io.joulestream.storage.generated.Tables.ALERT_RULE;

import io.joulestream.core.alert.Alert;
import io.joulestream.core.alert.AlertKind;
import io.joulestream.core.alert.AlertRule;
import io.joulestream.core.alert.Band;
import io.joulestream.core.alert.Observation;
import io.joulestream.core.alert.Severity;
import io.joulestream.core.kpi.ReasonCode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jooq.Field;
import org.jooq.Record;

/** Rules and alerts as rows. */
final class AlertRows {
    private AlertRows() {}

    static AlertRule rule(Record row) {
        BigDecimal clearance = row.get(ALERT_RULE.CLEARANCE);
        return new AlertRule(
                row.get(ALERT_RULE.RULE),
                AlertKind.valueOf(row.get(ALERT_RULE.KIND)),
                Optional.ofNullable(row.get(ALERT_RULE.SITE)),
                Optional.ofNullable(row.get(ALERT_RULE.RUNS)),
                clearance == null
                        ? Optional.empty()
                        : Optional.of(new Band(row.get(ALERT_RULE.LOW), row.get(ALERT_RULE.HIGH), clearance)),
                Duration.ofSeconds(row.get(ALERT_RULE.HOLD_SECONDS)),
                Severity.valueOf(row.get(ALERT_RULE.SEVERITY)),
                row.get(ALERT_RULE.ENABLED));
    }

    /** Without tenant and name. */
    static Map<Field<?>, Object> row(AlertRule rule) {
        Map<Field<?>, Object> row = new LinkedHashMap<>();
        row.put(ALERT_RULE.KIND, rule.kind().name());
        row.put(ALERT_RULE.SITE, rule.site().orElse(null));
        row.put(ALERT_RULE.RUNS, rule.runs().orElse(null));
        row.put(ALERT_RULE.LOW, rule.band().map(Band::low).orElse(null));
        row.put(ALERT_RULE.HIGH, rule.band().map(Band::high).orElse(null));
        row.put(ALERT_RULE.CLEARANCE, rule.band().map(Band::clearance).orElse(null));
        row.put(ALERT_RULE.HOLD_SECONDS, Math.toIntExact(rule.holdFor().toSeconds()));
        row.put(ALERT_RULE.SEVERITY, rule.severity().name());
        row.put(ALERT_RULE.ENABLED, rule.enabled());
        return row;
    }

    static Alert alert(Record row) {
        String missing = row.get(ALERT.MISSING);
        String closed = row.get(ALERT.CLOSED);
        return new Alert(
                row.get(ALERT.ALERT_ID),
                row.get(ALERT.RULE),
                Severity.valueOf(row.get(ALERT.SEVERITY)),
                Alert.State.valueOf(row.get(ALERT.STATE)),
                new Observation(
                        AlertKind.valueOf(row.get(ALERT.KIND)),
                        row.get(ALERT.SITE),
                        row.get(ALERT.SUBJECT),
                        row.get(ALERT.WHAT),
                        row.get(ALERT.VALUE),
                        missing == null ? null : ReasonCode.valueOf(missing),
                        new Band(row.get(ALERT.LOW), row.get(ALERT.HIGH), row.get(ALERT.CLEARANCE)),
                        row.get(ALERT.SEEN_FROM),
                        row.get(ALERT.SEEN_TO),
                        row.get(ALERT.SEEN_AT),
                        row.get(ALERT.EXPLAINED_BY)),
                row.get(ALERT.SINCE),
                row.get(ALERT.OPENED_AT),
                row.get(ALERT.CLEAR_SINCE),
                row.get(ALERT.CLOSED_AT),
                closed == null ? null : Alert.Closing.valueOf(closed));
    }

    /** Without its tenant. */
    static Map<Field<?>, Object> row(Alert alert) {
        Observation seen = alert.last();
        Map<Field<?>, Object> row = new LinkedHashMap<>();
        row.put(ALERT.ALERT_ID, alert.id());
        row.put(ALERT.RULE, alert.rule());
        row.put(ALERT.KIND, seen.kind().name());
        row.put(ALERT.SEVERITY, alert.severity().name());
        row.put(ALERT.STATE, alert.state().name());
        row.put(ALERT.SITE, seen.site());
        row.put(ALERT.SUBJECT, seen.subject());
        row.put(ALERT.SINCE, alert.since());
        row.put(ALERT.OPENED_AT, alert.openedAt());
        row.put(ALERT.CLEAR_SINCE, alert.clearSince());
        row.put(ALERT.CLOSED_AT, alert.closedAt());
        row.put(ALERT.CLOSED, alert.closed() == null ? null : alert.closed().name());
        row.put(ALERT.WHAT, seen.what());
        row.put(ALERT.VALUE, seen.value());
        row.put(ALERT.MISSING, seen.missing() == null ? null : seen.missing().name());
        row.put(ALERT.LOW, seen.band().low());
        row.put(ALERT.HIGH, seen.band().high());
        row.put(ALERT.CLEARANCE, seen.band().clearance());
        row.put(ALERT.SEEN_FROM, seen.start());
        row.put(ALERT.SEEN_TO, seen.end());
        row.put(ALERT.SEEN_AT, seen.at());
        row.put(ALERT.EXPLAINED_BY, seen.explainedBy());
        return row;
    }
}
