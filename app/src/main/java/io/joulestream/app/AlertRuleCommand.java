package io.joulestream.app;

import io.joulestream.core.alert.AlertKind;
import io.joulestream.core.alert.AlertRule;
import io.joulestream.core.alert.Band;
import io.joulestream.core.alert.Severity;
import io.joulestream.storage.AlertStore;
import io.joulestream.storage.Database;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "rule",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "What is watched: a figure, where it should lie, and for how long it must not before an alert opens.",
            "A rule that names a site takes the place of those of its kind for every site there, also where it is disabled."
        })
final class AlertRuleCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Missing command: list, set, enable, disable or remove");
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the rules.")
    int list(
            @Mixin SharedOptions shared,
            @Mixin DatabaseOptions options,
            @Option(names = "--json", description = "One JSON object on one line.") boolean json) {
        AppConfig config = shared.config();
        List<AlertRule> rules;
        try (Database database = Database.open(options.address(config))) {
            rules = database.alerts().rules(config.tenant());
        }
        if (json) {
            out().println(Json.line(
                    Map.of("rules", rules.stream().map(AlertRuleCommand::body).toList())));
            return 0;
        }
        rules.forEach(rule -> out().println(line(rule)));
        if (rules.isEmpty()) {
            out().println("no rules yet; a service that is up adds those that need nobody in its first minute");
        }
        return 0;
    }

    private static String line(AlertRule rule) {
        return String.format(
                Locale.ROOT,
                "%-16s  %-16s  %-9s  %-8s  %-8s  %s%s",
                rule.name(),
                rule.kind(),
                rule.severity(),
                rule.enabled() ? "enabled" : "disabled",
                "for " + rule.holdFor(),
                rule.band().map(band -> text(band, rule.kind())).orElse("as the inventory says"),
                rule.site()
                        .map(site -> ", at " + site)
                        .or(() -> rule.runs().map(runs -> ", of runs " + runs + "*"))
                        .orElse(""));
    }

    private static String text(Band band, AlertKind kind) {
        String unit =
                kind.unit() == AlertKind.Unit.RATIO ? "" : " " + kind.unit().symbol();
        return (band.low() == null ? "" : "at least " + band.low().toPlainString() + unit + ", ")
                + (band.high() == null ? "" : "at most " + band.high().toPlainString() + unit + ", ")
                + "well again " + band.clearance().toPlainString() + unit + " inside";
    }

    private static Map<String, Object> body(AlertRule rule) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("rule", rule.name());
        body.put("kind", rule.kind().name());
        body.put("site", rule.site().orElse(null));
        body.put("runs", rule.runs().orElse(null));
        body.put(
                "low", rule.band().map(Band::low).map(BigDecimal::toPlainString).orElse(null));
        body.put(
                "high",
                rule.band().map(Band::high).map(BigDecimal::toPlainString).orElse(null));
        body.put(
                "clearance",
                rule.band().map(Band::clearance).map(BigDecimal::toPlainString).orElse(null));
        body.put("unit", rule.kind().unit().symbol());
        body.put("for", rule.holdFor().toString());
        body.put("severity", rule.severity().name());
        body.put("enabled", rule.enabled());
        return body;
    }

    @Command(
            name = "set",
            mixinStandardHelpOptions = true,
            description = {
                "Adds a rule, or puts another in the place of the one of that name; what is not given is as by default.",
                "Examples: set pue-fra1 --kind pue_out_of_band --site fra1 --high 1.35",
                "          set budget --kind energy_budget --site fra1 --high 120000",
                "          set llm --kind energy_per_token --runs llama-70b-fp8- --high 10"
            })
    int set(
            @Mixin SharedOptions shared,
            @Mixin DatabaseOptions options,
            @Parameters(paramLabel = "NAME", description = "Of a to z, 0 to 9, . and -.") String name,
            @Option(
                            names = "--kind",
                            required = true,
                            paramLabel = "KIND",
                            description = "One of ${COMPLETION-CANDIDATES}.")
                    AlertKind kind,
            @Option(names = "--site", paramLabel = "SITE", description = "Only there. Default: every site.")
                    String site,
            @Option(
                            names = "--runs",
                            paramLabel = "PREFIX",
                            description = "How the names begin of the runs that are compared with each other.")
                    String runs,
            @Option(names = "--low", paramLabel = "N", description = "The least that is well, in the kind's unit.")
                    BigDecimal low,
            @Option(names = "--high", paramLabel = "N", description = "The most that is well, in the kind's unit.")
                    BigDecimal high,
            @Option(
                            names = "--clearance",
                            paramLabel = "N",
                            description = "How far inside a figure must be before it is well again.")
                    BigDecimal clearance,
            @Option(
                            names = "--for",
                            paramLabel = "DURATION",
                            defaultValue = "PT15M",
                            description = "For how long, as PT15M. Default: ${DEFAULT-VALUE}.")
                    Duration holdFor,
            @Option(
                            names = "--severity",
                            paramLabel = "WORD",
                            defaultValue = "WARNING",
                            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
                    Severity severity) {
        AlertRule rule;
        try {
            Optional<Band> band = low == null && high == null
                    ? Optional.empty()
                    : Optional.of(kind.band(low, high, Optional.ofNullable(clearance)));
            rule = new AlertRule(
                    name, kind, Optional.ofNullable(site), Optional.ofNullable(runs), band, holdFor, severity, true);
        } catch (IllegalArgumentException e) {
            throw new UserError(e.getMessage());
        }
        AppConfig config = shared.config();
        try (Database database = Database.open(options.address(config))) {
            AlertStore alerts = database.alerts();
            refuseAnotherKind(alerts.rules(config.tenant()), rule);
            if (rule.site().isPresent()
                    && database.sites()
                            .versions(config.tenant(), rule.site().get())
                            .isEmpty()) {
                throw new UserError("there is no site " + rule.site().get() + "; see: joulestream site list");
            }
            boolean changed =
                    alerts.putRule(config.tenant(), rule, Identities.byCommand("alert.rule.set", name, line(rule)));
            if (!changed && !alerts.rules(config.tenant()).contains(rule)) {
                throw new UserError("a rule " + name + " of another kind was removed; give another name");
            }
            out().println(changed ? line(rule) : "rule " + name + " is so already");
        }
        return 0;
    }

    /** Figures of an alert that is open would be in another unit. */
    private static void refuseAnotherKind(List<AlertRule> rules, AlertRule rule) {
        rules.stream()
                .filter(known -> known.name().equals(rule.name()) && known.kind() != rule.kind())
                .findFirst()
                .ifPresent(known -> {
                    throw new UserError("rule " + rule.name() + " is of kind " + known.kind()
                            + "; give another name, and disable this one if it is no longer wanted");
                });
    }

    @Command(name = "enable", mixinStandardHelpOptions = true, description = "Lets a rule watch again.")
    int enable(
            @Mixin SharedOptions shared,
            @Mixin DatabaseOptions options,
            @Parameters(paramLabel = "NAME", description = "As `alert rule list` prints it.") String name) {
        return enable(shared.config(), options, name, true);
    }

    @Command(
            name = "disable",
            mixinStandardHelpOptions = true,
            description = "Ends what a rule watches; its alerts close as NOT_WATCHED within a minute.")
    int disable(
            @Mixin SharedOptions shared,
            @Mixin DatabaseOptions options,
            @Parameters(paramLabel = "NAME", description = "As `alert rule list` prints it.") String name) {
        return enable(shared.config(), options, name, false);
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description = "Removes a rule; its alerts close as NOT_WATCHED within a minute, and stay in the list.")
    int remove(
            @Mixin SharedOptions shared,
            @Mixin DatabaseOptions options,
            @Parameters(paramLabel = "NAME", description = "As `alert rule list` prints it.") String name) {
        AppConfig config = shared.config();
        try (Database database = Database.open(options.address(config))) {
            if (!database.alerts()
                    .removeRule(config.tenant(), name, Identities.byCommand("alert.rule.remove", name, ""))) {
                throw new UserError("there is no rule " + name + "; see: joulestream alert rule list");
            }
        }
        out().println("rule " + name + " is removed");
        return 0;
    }

    private int enable(AppConfig config, DatabaseOptions options, String name, boolean enabled) {
        String word = enabled ? "enabled" : "disabled";
        try (Database database = Database.open(options.address(config))) {
            AlertStore alerts = database.alerts();
            AlertRule rule = alerts.rules(config.tenant()).stream()
                    .filter(known -> known.name().equals(name))
                    .findFirst()
                    .orElseThrow(
                            () -> new UserError("there is no rule " + name + "; see: joulestream alert rule list"));
            boolean changed = alerts.putRule(
                    config.tenant(), rule.withEnabled(enabled), Identities.byCommand("alert.rule." + word, name, ""));
            out().println("rule " + name + (changed ? " is " + word : " is " + word + " already"));
        }
        return 0;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
