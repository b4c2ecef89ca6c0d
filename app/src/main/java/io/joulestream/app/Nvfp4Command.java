package io.joulestream.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "nvfp4",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {Nvfp4QuantizeCommand.class, Nvfp4ReportCommand.class, Nvfp4TableCommand.class},
        description = "The bit-exact NVFP4 reference quantiser: what 4-bit floats do to a tensor.")
final class Nvfp4Command implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command: quantize, report or table");
    }
}
