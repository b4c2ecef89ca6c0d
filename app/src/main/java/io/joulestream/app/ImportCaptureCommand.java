package io.joulestream.app;

import io.joulestream.core.inventory.Entity;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.ingest.capture.Capture;
import io.joulestream.ingest.capture.GpuReadings;
import io.joulestream.ingest.capture.ImportedCapture;
import io.joulestream.storage.LedgerQueries;
import io.joulestream.storage.RunTotals;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "capture",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Imports a capture of real GPUs in training, and prints the energy of each phase per token.",
            "DIR holds nvml.csv (what NVML said), steps.jsonl (what the job did) and about.json (what hardware it was). Each phase"
                    + " becomes a run. A site is one host. The energy is that of the GPU boards: host and cooling are not metered."
        },
        footer = {
            "",
            "Example, with the capture that ships with the project:",
            "  joulestream import capture --once core/src/test/resources/captures/h200 --site lab"
        })
final class ImportCaptureCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR")
    private Path directory;

    @Option(
            names = "--site",
            required = true,
            paramLabel = "ID",
            description = "Where it ran. An unknown site gets a minimal inventory.")
    private String site;

    @Option(
            names = "--run",
            paramLabel = "PREFIX",
            description = "What the names of the runs begin with, before the phase. Default: the site's.")
    private String prefix;

    @Mixin
    private ImportOptions options;

    @Override
    public Integer call() throws Exception {
        AppConfig config = options.config();
        PrintWriter out = spec.commandLine().getOut();
        ImportedCapture capture = read(config);
        List<String> notes = new ArrayList<>();
        try (ImportTarget target = options.open(config, out)) {
            CaptureSite minimal = new CaptureSite(config.tenant(), site, null);
            SiteInventory inventory = target.site(
                    config.tenant(),
                    site,
                    minimal.yaml(
                            capture,
                            options.samplePeriod().orElse(capture.samplePeriod()),
                            options::nameplateMilliwatts),
                    notes);
            requireGpus(inventory, capture);
            requireOwnRuns(target.database().queries(), config.tenant(), capture);
            target.send(config, ImportedHistory.of(inventory, capture), options.forRebuild(), notes);
            CaptureReport report = CaptureReport.of(target.database().queries(), config.tenant(), inventory, capture);
            target.noteRefusals(config.tenant(), notes);
            notes.forEach(out::println);
            report.print(out);
            if (options.json()) {
                out.println(Json.line(report));
            }
        }
        return 0;
    }

    private ImportedCapture read(AppConfig config) {
        Capture.Outcome outcome = Capture.read(directory);
        if (outcome instanceof Capture.Outcome.Refused refused) {
            throw UserError.of(refused.shown(), refused.total());
        }
        Capture capture = ((Capture.Outcome.Read) outcome).capture();
        String names = prefix == null ? site : prefix;
        ImportedCapture.refusal(capture, config.tenant(), site, names).ifPresent(problem -> {
            throw new UserError(problem.toString());
        });
        return ImportedCapture.of(capture, config.tenant(), site, names);
    }

    /** A run that is known must be the one of this capture, else two would be told as one. */
    private static void requireOwnRuns(LedgerQueries ledger, String tenant, ImportedCapture capture) {
        for (ImportedCapture.Run run : capture.runs()) {
            Optional<RunTotals> known = ledger.run(tenant, run.runId()).filter(totals -> reachesBeyond(run, totals));
            if (known.isPresent()) {
                throw new UserError("run " + run.runId() + " is another capture's, from "
                        + known.get().startedAt().orElseThrow() + " to "
                        + known.get().endedAt().orElseThrow() + "; give another --run");
            }
        }
    }

    private static boolean reachesBeyond(ImportedCapture.Run run, RunTotals known) {
        return known.startedAt().filter(run.phase().start()::isAfter).isPresent()
                || known.endedAt().filter(run.phase().end()::isBefore).isPresent();
    }

    /** A known site must have the GPUs, each among the devices of the node that tells of it. */
    private void requireGpus(SiteInventory inventory, ImportedCapture capture) {
        for (GpuReadings gpu : capture.capture().gpus()) {
            String id = ImportedCapture.entity(gpu);
            if (inventory
                    .entity(id)
                    .map(Entity::ownerId)
                    .filter(ImportedCapture.NODE::equals)
                    .isEmpty()) {
                throw new UserError("site " + site + " has no " + id + " of owner " + ImportedCapture.NODE
                        + " in its inventory; add it to its site.yaml and use: joulestream site apply");
            }
        }
    }
}
