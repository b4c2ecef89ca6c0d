package io.joulestream.app;

import io.joulestream.core.inventory.Entity;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.ingest.capture.Capture;
import io.joulestream.ingest.capture.GpuReadings;
import io.joulestream.ingest.capture.ImportedCapture;
import io.joulestream.storage.Database;
import io.joulestream.storage.HistoryTeller;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
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
            description = "What the names of the runs begin with, before the phase. Default: the site.")
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
            requireOwnRuns(target.database(), config.tenant(), capture);
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

    /**
     * The capture may have been imported before, or in part, under these names; but no run of them may be another's, else two
     * would be told as one, and it may not have been imported under others, else its tokens would be told twice.
     */
    private void requireOwnRuns(Database database, String tenant, ImportedCapture capture) {
        List<String> owners = new ArrayList<>(List.of(ImportedCapture.NODE));
        capture.runs().forEach(run -> owners.add(run.key().owner()));
        Set<HistoryTeller> told = database.historyImports().tellersOf(tenant, owners);
        boolean readingsAreTold = told.contains(new HistoryTeller(site, ImportedCapture.NODE, capture.producerId()));
        for (ImportedCapture.Run run : capture.runs()) {
            HistoryTeller own = new HistoryTeller(site, run.key().owner(), run.producerId());
            told.stream()
                    .filter(teller -> teller.owner().equals(own.owner()) && !teller.equals(own))
                    .map(HistoryTeller::site)
                    .min(Comparator.naturalOrder())
                    .ifPresent(other -> {
                        throw anothers(run, "an import into site " + other);
                    });
            if (told.contains(own)) {
                continue;
            }
            if (database.queries().run(tenant, run.runId()).isPresent()) {
                throw anothers(run, "a job that told of it itself");
            }
            if (readingsAreTold) {
                throw new UserError("this capture was imported into site " + site
                        + " before, and its runs have other names there; give the same --run again");
            }
        }
    }

    private static UserError anothers(ImportedCapture.Run run, String teller) {
        return new UserError("run " + run.runId() + " is another's: of " + teller + "; give another --run");
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
