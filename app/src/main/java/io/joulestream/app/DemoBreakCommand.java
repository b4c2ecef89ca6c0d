package io.joulestream.app;

import io.joulestream.app.embedded.DataDirectory;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "break",
        mixinStandardHelpOptions = true,
        description = "Breaks something in a running demo, to see that it does not stay unseen.",
        subcommands = DemoBreakCommand.CurrentTransformer.class,
        synopsisSubcommandLabel = "COMMAND")
final class DemoBreakCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command: ct");
    }

    @Command(
            name = "ct",
            mixinStandardHelpOptions = true,
            description = {
                "From now on a meter reads FACTOR times what it should, as with a wrong CT ratio.",
                "The page names it within minutes. A factor of 1 mends it."
            },
            footer = {"", "Example:", "  joulestream demo break ct pod-128/meter/FEED-1 1.04 --data-dir DIR"})
    static final class CurrentTransformer implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Mixin
        private SharedOptions shared;

        @Parameters(index = "0", paramLabel = "METER", description = "SITE/ENTITY, such as edge-2rack/meter/MDB-1.")
        private String meter;

        @Parameters(index = "1", paramLabel = "FACTOR", description = "0.5 to 2.")
        private BigDecimal factor;

        @Override
        public Integer call() throws Exception {
            if (factor.compareTo(new BigDecimal("0.5")) < 0 || factor.compareTo(BigDecimal.valueOf(2)) > 0) {
                throw new UserError("FACTOR must be 0.5 to 2, was " + factor);
            }
            Path directory = shared.config().dataDirectory();
            if (DataDirectory.runningService(directory).isEmpty() || !Files.exists(BrokenMeter.file(directory))) {
                throw new UserError("no demo runs on " + directory + "; a demo prints its --data-dir");
            }
            BrokenMeter.tell(directory, new BrokenMeter.Told(meter, factor));
            PrintWriter out = spec.commandLine().getOut();
            out.println(meter + " reads " + factor.toPlainString() + " times what it should, from the next reading on");
            return 0;
        }
    }
}
