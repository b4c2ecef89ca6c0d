package io.joulestream.app;

import io.joulestream.core.inventory.MinimalSite;
import io.joulestream.core.inventory.SampleKind;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.ingest.ImportedPower;
import io.joulestream.ingest.mlperf.ImportedRun;
import io.joulestream.ingest.mlperf.MlperfImport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "mlperf-power",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Imports MLPerf power logs and the run's result log, and prints the run's energy per token.",
            "Several --ac files are the nodes of one run. --dc is a second meter on the same load: never added."
        },
        footer = {
            "",
            "Example:",
            "  joulestream import mlperf-power --once --ac node_0.txt --mllog result_0.txt --run lora-1 --site lab"
        })
final class ImportMlperfCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--ac",
            required = true,
            arity = "1..*",
            paramLabel = "FILE",
            description = "Power at the wall, one file per node.")
    private List<Path> ac;

    @Option(names = "--dc", paramLabel = "FILE", description = "Power behind the supplies of the first node.")
    private Path dc;

    @Option(names = "--mllog", required = true, paramLabel = "FILE", description = "Result log of the run.")
    private Path mllog;

    @Option(names = "--run", required = true, paramLabel = "ID", description = "What to call the run.")
    private String run;

    @Option(
            names = "--site",
            required = true,
            paramLabel = "ID",
            description = "Where it ran. An unknown site gets a minimal inventory.")
    private String site;

    @Mixin
    private ImportOptions options;

    @Override
    public Integer call() throws Exception {
        AppConfig config = options.config();
        PrintWriter out = spec.commandLine().getOut();
        MlperfImport.Outcome.Ready logs = read(config);
        List<String> notes = new ArrayList<>();
        try (ImportTarget target = options.open(config, out)) {
            SiteInventory inventory = target.site(config.tenant(), site, minimalSite(config, logs), notes);
            requireEntities(inventory, logs);
            target.send(config, ImportedHistory.of(inventory, logs), options.forRebuild(), notes);
            ImportedRunReport report =
                    ImportedRunReport.of(target.database().queries(), config.tenant(), site, run, hasTokens(logs));
            target.noteRefusals(config.tenant(), notes);
            notes.forEach(out::println);
            print(report, out);
            if (options.json()) {
                out.println(Json.line(report));
            }
        }
        return 0;
    }

    private MlperfImport.Outcome.Ready read(AppConfig config) {
        MlperfImport.Outcome outcome = MlperfImport.read(new MlperfImport.Request(
                config.tenant(),
                site,
                ac,
                Optional.ofNullable(dc),
                Optional.of(mllog),
                Optional.of(run),
                options.samplePeriod()));
        if (outcome instanceof MlperfImport.Outcome.Refused refused) {
            throw UserError.of(refused.problems(), refused.problems().size());
        }
        return (MlperfImport.Outcome.Ready) outcome;
    }

    private String minimalSite(AppConfig config, MlperfImport.Outcome.Ready logs) {
        MinimalSite minimal = MinimalSite.of(config.tenant(), site);
        for (ImportedPower node : logs.nodes()) {
            minimal = minimal.node(
                    node.owner(),
                    node.samplePeriod(),
                    SampleKind.INSTANT,
                    options.nameplateMilliwatts(node.readings()));
        }
        if (logs.dc().isPresent()) {
            ImportedPower meter = logs.dc().get();
            minimal = minimal.check(
                    meter.owner(),
                    logs.nodes().get(0).owner(),
                    Metric.METER_POWER_ACTIVE,
                    meter.samplePeriod(),
                    SampleKind.INSTANT,
                    options.nameplateMilliwatts(meter.readings()));
        }
        return minimal.toYaml();
    }

    private void requireEntities(SiteInventory inventory, MlperfImport.Outcome.Ready logs) {
        List<ImportedPower> all = new ArrayList<>(logs.nodes());
        logs.dc().ifPresent(all::add);
        for (ImportedPower power : all) {
            if (inventory.entity(power.owner()).isEmpty()) {
                throw new UserError("site " + site + " has no " + power.owner()
                        + " in its inventory; add it to its site.yaml and use: joulestream site apply");
            }
        }
    }

    private static boolean hasTokens(MlperfImport.Outcome.Ready logs) {
        return logs.run()
                .map(ImportedRun::log)
                .map(log -> log.tokens().isPresent())
                .orElse(false);
    }

    private static void print(ImportedRunReport report, PrintWriter out) {
        out.println("run " + report.run() + " at site " + report.site());
        if (report.energyMillijoules() == null) {
            out.println("  energy          none: " + String.join(", ", report.reasons()));
            return;
        }
        out.println("  IT energy       " + Amounts.energy(report.energyMillijoules()) + ", "
                + Amounts.percent(report.coverage()) + " covered, " + Amounts.percent(report.estimatedShare())
                + " estimated");
        out.println("  tokens          "
                + (report.tokens() == null ? "unknown: NO_TOKENS" : report.tokens() + " processed, padding included"));
        out.println("  energy / token  "
                + (report.joulesPerToken() == null
                        ? "not told: " + String.join(", ", report.reasons())
                        : report.joulesPerToken().toPlainString() + " J per processed token (IT, gauge by trapezoid)"));
        for (ImportedRunReport.Meter meter : report.meters()) {
            out.println(String.format(
                    Locale.ROOT,
                    "  %-14s  %s, %s, %s covered%s%s",
                    meter.meter(),
                    meter.side(),
                    Amounts.energy(meter.energyMillijoules()),
                    Amounts.percent(meter.coverage()),
                    meter.side().equals("dc") ? ", a check on the same load, not added" : "",
                    meter.coversRun() ? "" : ", DOES NOT COVER THE RUN"));
        }
    }
}
