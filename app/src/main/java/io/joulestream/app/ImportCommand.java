package io.joulestream.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Sends files of readings through the whole pipeline and prints what they amount to.",
            "An import is deterministic: the same file again changes nothing."
        },
        subcommands = {ImportMlperfCommand.class, ImportCsvCommand.class, ImportCaptureCommand.class})
final class ImportCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command: mlperf-power, csv or capture");
    }
}
