package io.joulestream.core.alert;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is watched, where, and from when on somebody is told.
 *
 * @param name unique in its tenant
 * @param site where; empty: at every site for which no rule of this kind names it
 * @param runs the beginning of the names of the runs that are compared with each other; empty for what watches sites
 * @param band empty: what each site's inventory says, where the kind allows it
 * @param holdFor for how long a figure must be outside before an alert opens, and well inside before it closes
 * @param enabled a rule that is not watches nothing, and keeps those for every site from the one it names
 */
public record AlertRule(
        String name,
        AlertKind kind,
        Optional<String> site,
        Optional<String> runs,
        Optional<Band> band,
        Duration holdFor,
        Severity severity,
        boolean enabled) {
    public static final String NAME = "[a-z0-9][a-z0-9.-]{0,62}";

    private static final Duration LONGEST_HOLD = Duration.ofDays(7);

    /** @throws IllegalArgumentException if the parts do not go together; the message is for whoever gave them */
    public AlertRule {
        requireNonNull(kind, "kind");
        requireNonNull(severity, "severity");
        if (!name.matches(NAME)) {
            throw new IllegalArgumentException(
                    "a rule's name is made of a to z, 0 to 9, . and -, at most 63, was " + name);
        }
        if (kind.isOfRuns() != runs.isPresent() || kind.isOfRuns() && site.isPresent()) {
            throw new IllegalArgumentException(
                    kind.isOfRuns()
                            ? kind + " needs the runs that are compared with each other, and no site"
                            : kind + " watches sites, not runs");
        }
        if (band.isEmpty() && !kind.mayFollowInventory()) {
            throw new IllegalArgumentException(
                    kind + " needs a lower or an upper end, in " + kind.unit().symbol());
        }
        if (holdFor.isNegative() || holdFor.compareTo(LONGEST_HOLD) > 0) {
            throw new IllegalArgumentException("a figure is held for PT0S to P7D, was " + holdFor);
        }
    }

    /** Those that every tenant begins with: what can be judged without anybody having said anything. */
    public static List<AlertRule> defaults() {
        return List.of(
                everywhere("pue", AlertKind.PUE_OUT_OF_BAND, null, null, Duration.ofMinutes(15), Severity.WARNING),
                everywhere("coverage", AlertKind.COVERAGE_LOSS, "95", null, Duration.ofMinutes(5), Severity.WARNING),
                everywhere("residual", AlertKind.RESIDUAL, null, null, Duration.ZERO, Severity.WARNING),
                everywhere(
                        "inversion", AlertKind.METER_INVERSION, "-2", null, Duration.ofMinutes(15), Severity.CRITICAL),
                everywhere(
                        "backwards", AlertKind.METER_BACKWARDS, "0", null, Duration.ofMinutes(15), Severity.CRITICAL));
    }

    private static AlertRule everywhere(
            String name, AlertKind kind, String low, String high, Duration holdFor, Severity severity) {
        Optional<Band> band = low == null && high == null
                ? Optional.empty()
                : Optional.of(kind.band(decimal(low), decimal(high), Optional.empty()));
        return new AlertRule(name, kind, Optional.empty(), Optional.empty(), band, holdFor, severity, true);
    }

    private static BigDecimal decimal(String text) {
        return text == null ? null : new BigDecimal(text);
    }

    /** The rules that watch a site: of a kind those that name it, else those for every site. */
    public static List<AlertRule> watching(List<AlertRule> rules, String site) {
        return rules.stream()
                .filter(rule -> rule.enabled() && !rule.kind().isOfRuns())
                .filter(rule -> rule.names(site)
                        || rule.site().isEmpty()
                                && rules.stream().noneMatch(other -> other.kind() == rule.kind() && other.names(site)))
                .toList();
    }

    private boolean names(String name) {
        return site.equals(Optional.of(name));
    }

    public AlertRule withEnabled(boolean whether) {
        return new AlertRule(name, kind, site, runs, band, holdFor, severity, whether);
    }
}
