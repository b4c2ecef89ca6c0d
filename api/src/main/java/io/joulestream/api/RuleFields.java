package io.joulestream.api;

import io.joulestream.core.alert.AlertKind;
import io.joulestream.core.alert.AlertRule;
import io.joulestream.core.alert.Band;
import io.joulestream.core.alert.Severity;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A rule as a request's body says it; what is not given is as by default, as in {@code joulestream alert rule set}. */
final class RuleFields {
    static final Set<String> TEXTS = Set.of("kind", "site", "runs", "low", "high", "clearance", "for", "severity");
    static final Set<String> FLAGS = Set.of("enabled");

    private static final Duration HOLD_FOR = Duration.ofMinutes(15);
    private static final String DECIMAL = "-?[0-9]{1,12}([.][0-9]{1,9})?";
    private static final int LONGEST_NAME = 200;

    private final Parameters fields;
    private final List<String> sites;

    /** @param sites those that a rule may name */
    RuleFields(Parameters fields, List<String> sites) {
        this.fields = fields;
        this.sites = sites;
    }

    /** @throws ProblemException that names everything that is wrong */
    AlertRule read(String name) {
        Optional<AlertKind> kind = fields.required("kind").flatMap(word -> word("kind", word, AlertKind.values()));
        Optional<String> site = fields.text("site")
                .filter(asked -> sites.contains(asked)
                        || fields.refuse("site", "is no site of yours, was " + Parameters.quoted(asked))
                                .isPresent());
        Optional<String> runs = fields.text("runs").filter(this::isBeginningOfRuns);
        Optional<BigDecimal> low = decimal("low");
        Optional<BigDecimal> high = decimal("high");
        Optional<BigDecimal> clearance = decimal("clearance");
        boolean hasBand = low.isPresent() || high.isPresent();
        if (clearance.isPresent() && !hasBand) {
            fields.refuse("clearance", "needs low or high beside it");
        }
        Duration holdFor = fields.text("for").flatMap(this::duration).orElse(HOLD_FOR);
        Severity severity = fields.text("severity")
                .flatMap(word -> word("severity", word, Severity.values()))
                .orElse(Severity.WARNING);
        boolean enabled = fields.flag("enabled").orElse(true);
        fields.check();
        try {
            Optional<Band> band = hasBand
                    ? Optional.of(kind.orElseThrow().band(low.orElse(null), high.orElse(null), clearance))
                    : Optional.empty();
            return new AlertRule(name, kind.orElseThrow(), site, runs, band, holdFor, severity, enabled);
        } catch (IllegalArgumentException e) {
            throw ProblemException.invalid(List.of(new FieldError("body", "does not go together: " + e.getMessage())));
        }
    }

    private <E extends Enum<E>> Optional<E> word(String field, String word, E[] words) {
        for (E known : words) {
            if (known.name().equals(word)) {
                return Optional.of(known);
            }
        }
        return fields.refuse(field, "must be one of " + List.of(words) + ", was " + Parameters.quoted(word));
    }

    private boolean isBeginningOfRuns(String text) {
        boolean isName =
                !text.isBlank() && text.length() <= LONGEST_NAME && text.chars().noneMatch(Character::isISOControl);
        return isName
                || fields.refuse("runs", "must be how names of runs begin, at most " + LONGEST_NAME)
                        .isPresent();
    }

    /** Of a number of digits that no rule needs more of. */
    private Optional<BigDecimal> decimal(String field) {
        return fields.text(field)
                .flatMap(text -> text.matches(DECIMAL)
                        ? Optional.of(new BigDecimal(text))
                        : fields.refuse(
                                field, "must be a decimal number such as 1.35, was " + Parameters.quoted(text)));
    }

    private Optional<Duration> duration(String text) {
        try {
            Duration duration = Duration.parse(text);
            if (duration.getNano() == 0) {
                return Optional.of(duration);
            }
        } catch (DateTimeException e) {
            // told below
        }
        return fields.refuse(
                "for", "must be a duration of whole seconds such as PT15M, was " + Parameters.quoted(text));
    }
}
