package io.joulestream.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.joulestream.core.alert.AlertKind;
import io.joulestream.core.alert.AlertRule;
import io.joulestream.core.alert.Band;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;

/**
 * One rule.
 *
 * @param site null: every site for which no rule of the kind names it; or it watches runs
 * @param runs how the names begin of the runs that are compared; null for what watches sites
 * @param low decimal string in the unit; null where there is no lower end
 * @param high decimal string in the unit; null where there is no upper end
 * @param clearance decimal string in the unit; null, as both ends are, where each site's inventory says them
 * @param holdFor ISO 8601
 */
record RuleBody(
        String name,
        AlertKind kind,
        String site,
        String runs,
        String low,
        String high,
        String clearance,
        String unit,
        @JsonProperty("for") String holdFor,
        String severity,
        boolean enabled) {
    /** @param nextCursor the cursor of the next page; null on the last one */
    record Page(List<RuleBody> rules, String nextCursor) {}

    static RuleBody of(AlertRule rule) {
        return new RuleBody(
                rule.name(),
                rule.kind(),
                rule.site().orElse(null),
                rule.runs().orElse(null),
                decimal(rule, Band::low),
                decimal(rule, Band::high),
                decimal(rule, Band::clearance),
                rule.kind().unit().symbol(),
                rule.holdFor().toString(),
                rule.severity().name(),
                rule.enabled());
    }

    private static String decimal(AlertRule rule, Function<Band, BigDecimal> end) {
        return rule.band().map(end).map(BigDecimal::toPlainString).orElse(null);
    }
}
