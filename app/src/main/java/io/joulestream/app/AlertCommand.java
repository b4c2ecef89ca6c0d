package io.joulestream.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "alert",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {AlertRuleCommand.class, AlertWebhookCommand.class},
        description = {
            "What is watched, and where alerts are sent. The alerts themselves: GET /v1/alerts.",
            "Each change is written down in the tenant's audit."
        })
final class AlertCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command: rule or webhook");
    }
}
