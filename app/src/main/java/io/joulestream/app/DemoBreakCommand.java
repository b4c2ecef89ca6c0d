package io.joulestream.app;

import io.joulestream.core.inventory.Channel;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.storage.Database;
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
            footer = {"", "Example:", "  joulestream demo break ct edge-2rack/meter/MDB-1 1.04 --data-dir DIR"})
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
            AppConfig config = shared.config();
            Path directory = config.dataDirectory();
            Endpoints endpoints = Endpoints.ofRunningService(config)
                    .filter(running -> Files.exists(BrokenMeter.file(directory)))
                    .orElseThrow(() -> new UserError("no demo that is live runs on " + directory
                            + "; a demo prints its --data-dir when its history is in"));
            requireMeter(config, endpoints);
            BrokenMeter.tell(directory, new BrokenMeter.Told(meter, factor));
            PrintWriter out = spec.commandLine().getOut();
            out.println(meter + " reads " + factor.toPlainString() + " times what it should, from the next reading on");
            return 0;
        }

        private void requireMeter(AppConfig config, Endpoints endpoints) {
            int slash = meter.indexOf('/');
            if (slash < 1) {
                throw new UserError("METER must be SITE/ENTITY such as edge-2rack/meter/MDB-1, was " + meter);
            }
            String site = meter.substring(0, slash);
            String entity = meter.substring(slash + 1);
            try (Database database = Database.open(endpoints.database())) {
                SiteInventory inventory = SiteRegistry.parsed(SiteCommand.version(database, config.tenant(), site, null)
                        .yaml());
                boolean isElectrical = inventory.entity(entity).stream()
                        .flatMap(known -> known.channels().stream())
                        .map(Channel::metric)
                        .anyMatch(metric -> metric.isElectricalEnergy() || metric.isElectricalPower());
                if (!isElectrical) {
                    throw new UserError("site " + site + " has no electrical meter " + entity
                            + "; see: joulestream site show " + site);
                }
            }
        }
    }
}
