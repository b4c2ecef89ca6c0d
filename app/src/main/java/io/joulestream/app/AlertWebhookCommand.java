package io.joulestream.app;

import io.joulestream.core.alert.WebhookSecret;
import io.joulestream.storage.Database;
import io.joulestream.storage.Webhook;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "webhook",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Where alerts are sent, as CloudEvents signed as Standard Webhooks says.",
            "Hosts must be named in joulestream.outbound. What is not taken is sent again for a day."
        })
final class AlertWebhookCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Missing command: create, list, rotate, enable, disable or remove");
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Adds a webhook, and shows the secret that signs what is sent. It is shown once.")
    int create(
            @Mixin SharedOptions shared,
            @Mixin DatabaseOptions options,
            @Parameters(paramLabel = "NAME", description = "Of a to z, 0 to 9 and -.") String name,
            @Parameters(paramLabel = "URL", description = "Of the receiver.") String url) {
        AppConfig config = shared.config();
        config.outbound().refusal(url).ifPresent(why -> {
            throw new UserError(url + " may not be called: " + why);
        });
        WebhookSecret secret = WebhookSecret.random(new SecureRandom());
        try (Database database = Database.open(options.address(config))) {
            boolean made = database.alerts()
                    .createWebhook(
                            config.tenant(),
                            name,
                            url,
                            secret.bytes(),
                            Identities.byCommand("alert.webhook.create", name, "to " + Webhook.hostOf(url)));
            if (!made) {
                throw new UserError("there is a webhook " + name + " already; see: joulestream alert webhook list");
            }
        } catch (IllegalArgumentException e) {
            throw new UserError(e.getMessage());
        }
        out().println("Alerts are sent to " + name + " from now on. Its secret is shown once; keep it:");
        out().println(secret.text());
        return 0;
    }

    @Command(
            name = "rotate",
            mixinStandardHelpOptions = true,
            description = {
                "Makes another secret, and shows it. It is shown once.",
                "Until the overlap is over messages have a signature by each of both, then by the new one only."
            })
    int rotate(
            @Mixin SharedOptions shared,
            @Mixin DatabaseOptions options,
            @Parameters(paramLabel = "NAME", description = "As `alert webhook list` prints it.") String name,
            @Option(
                            names = "--overlap",
                            paramLabel = "DURATION",
                            defaultValue = "PT24H",
                            description = "At most P7D. Default: ${DEFAULT-VALUE}.")
                    Duration overlap) {
        if (!Webhook.isOverlap(overlap)) {
            throw new UserError("--overlap must be PT0S to P7D, was " + overlap);
        }
        AppConfig config = shared.config();
        WebhookSecret secret = WebhookSecret.random(new SecureRandom());
        try (Database database = Database.open(options.address(config))) {
            boolean rotated = database.alerts()
                    .rotateWebhook(
                            config.tenant(),
                            name,
                            secret.bytes(),
                            overlap,
                            Identities.byCommand("alert.webhook.rotate", name, "overlap " + overlap));
            if (!rotated) {
                throw unknown(name);
            }
        }
        out().println("Messages to " + name + " are signed with another secret from now on, and for " + overlap
                + " with the one before too. It is shown once; keep it:");
        out().println(secret.text());
        return 0;
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description = "Removes a webhook with all its messages, also those that wait.")
    int remove(
            @Mixin SharedOptions shared,
            @Mixin DatabaseOptions options,
            @Parameters(paramLabel = "NAME", description = "As `alert webhook list` prints it.") String name) {
        AppConfig config = shared.config();
        try (Database database = Database.open(options.address(config))) {
            if (!database.alerts()
                    .removeWebhook(config.tenant(), name, Identities.byCommand("alert.webhook.remove", name, ""))) {
                throw unknown(name);
            }
        }
        out().println("webhook " + name + " is removed");
        return 0;
    }

    private static UserError unknown(String name) {
        return new UserError("there is no webhook " + name + "; see: joulestream alert webhook list");
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the webhooks, without their secrets.")
    int list(
            @Mixin SharedOptions shared,
            @Mixin DatabaseOptions options,
            @Option(names = "--json", description = "One JSON object on one line.") boolean json) {
        AppConfig config = shared.config();
        List<Webhook> webhooks;
        try (Database database = Database.open(options.address(config))) {
            webhooks = database.alerts().webhooks(config.tenant());
        }
        if (json) {
            out().println(Json.line(Map.of(
                    "webhooks", webhooks.stream().map(AlertWebhookCommand::body).toList())));
            return 0;
        }
        webhooks.forEach(webhook -> out().println(String.format(
                Locale.ROOT,
                "%-16s  %-8s  %d waiting, %d given up, last %s  %s",
                webhook.name(),
                webhook.enabled() ? "enabled" : "disabled",
                webhook.waiting(),
                webhook.dead(),
                Objects.requireNonNullElse(webhook.lastResult(), "never sent"),
                webhook.host())));
        if (webhooks.isEmpty()) {
            out().println("no webhooks");
        }
        return 0;
    }

    private static Map<String, Object> body(Webhook webhook) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("webhook", webhook.name());
        body.put("host", webhook.host());
        body.put("created_at", webhook.createdAt().toString());
        body.put("enabled", webhook.enabled());
        body.put("waiting", webhook.waiting());
        body.put("given_up", webhook.dead());
        body.put("last_result", webhook.lastResult());
        return body;
    }

    @Command(name = "enable", mixinStandardHelpOptions = true, description = "Sends alerts there again.")
    int enable(
            @Mixin SharedOptions shared,
            @Mixin DatabaseOptions options,
            @Parameters(paramLabel = "NAME", description = "As `alert webhook list` prints it.") String name) {
        return enable(shared.config(), options, name, true);
    }

    @Command(
            name = "disable",
            mixinStandardHelpOptions = true,
            description = "Sends nothing there any more; what waits for it is kept.")
    int disable(
            @Mixin SharedOptions shared,
            @Mixin DatabaseOptions options,
            @Parameters(paramLabel = "NAME", description = "As `alert webhook list` prints it.") String name) {
        return enable(shared.config(), options, name, false);
    }

    private int enable(AppConfig config, DatabaseOptions options, String name, boolean enabled) {
        String word = enabled ? "enabled" : "disabled";
        try (Database database = Database.open(options.address(config))) {
            boolean changed = database.alerts()
                    .enableWebhook(
                            config.tenant(), name, enabled, Identities.byCommand("alert.webhook." + word, name, ""));
            if (!changed) {
                throw new UserError("no webhook " + name + " that is not " + word
                        + " already; see: joulestream alert webhook list");
            }
        }
        out().println("webhook " + name + " is " + word);
        return 0;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
