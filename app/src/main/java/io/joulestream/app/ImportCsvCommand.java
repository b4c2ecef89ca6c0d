package io.joulestream.app;

import io.joulestream.core.carbon.FactorSets;
import io.joulestream.core.inventory.MinimalSite;
import io.joulestream.core.inventory.SampleKind;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.ingest.ImportedPower;
import io.joulestream.ingest.PowerOutcome;
import io.joulestream.ingest.PowerReadings;
import io.joulestream.ingest.csv.PowerCsv;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
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
        name = "csv",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Imports a table with two columns, time and watts, and prints its energy and, for a known grid, its carbon.",
            "Times are ISO 8601 with offset, epoch seconds or epoch milliseconds; local times need --zone.",
            "Goes to the running service; where none runs, one is started for this import."
        },
        footer = {"", "Example:", "  joulestream import csv power.csv --zone Europe/London --grid-zone GB"})
final class ImportCsvCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE")
    private Path file;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "IANA zone of local times and of the site. Default: UTC.")
    private String zone;

    @Option(
            names = "--grid-zone",
            paramLabel = "ZONE",
            description = "Zone of the grid's emission factor: GB, or US-<eGRID subregion> such as US-CAMX.")
    private String gridZone;

    @Option(
            names = "--site",
            paramLabel = "ID",
            description = "Default: a site of the file's own, named by its content.")
    private String site;

    @Mixin
    private ImportOptions options;

    @Override
    public Integer call() throws Exception {
        AppConfig config = options.config();
        PrintWriter out = spec.commandLine().getOut();
        ImportedPower power = read(config);
        List<String> notes = new ArrayList<>();
        try (ImportTarget target = options.openOrStart(config, out)) {
            SiteInventory inventory = target.site(config.tenant(), site, minimalSite(config, power), notes);
            if (inventory.entity(power.owner()).isEmpty()) {
                throw new UserError("site " + site + " has no " + power.owner() + "; give another --site");
            }
            refuseOtherSettings(inventory, power);
            target.send(config, ImportedHistory.of(inventory, power), options.forRebuild(), notes);
            target.noteRefusals(config.tenant(), notes);
            ImportedTableReport report = ImportedTableReport.of(
                    inventory, minutes(target, config, power), power.readings(), FactorSets.shipped());
            notes.forEach(out::println);
            report.print(out);
            if (options.json()) {
                out.println(Json.line(report));
            }
        }
        return 0;
    }

    private ImportedPower read(AppConfig config) {
        PowerOutcome outcome = PowerCsv.read(file, zone == null ? Optional.empty() : Optional.of(zoneId()));
        if (outcome instanceof PowerOutcome.Refused refused) {
            throw UserError.of(refused.shown(), refused.total());
        }
        PowerReadings readings = ((PowerOutcome.Read) outcome).readings();
        if (options.samplePeriod().or(readings::samplePeriod).isEmpty()) {
            throw new UserError(file + ": one reading has no period; give more readings, or --sample-period");
        }
        site = site == null ? "csv-" + readings.sha256().substring(0, 8) : site;
        return PowerCsv.frames(readings, config.tenant(), site, options.samplePeriod());
    }

    private ZoneId zoneId() {
        try {
            return zone == null ? ZoneOffset.UTC : ZoneId.of(zone);
        } catch (DateTimeException e) {
            throw new UserError("--zone must be an IANA zone such as Europe/Berlin, was " + zone);
        }
    }

    /** A site that is known keeps what it was made with; a different wish must not be passed over in silence. */
    private void refuseOtherSettings(SiteInventory inventory, ImportedPower power) {
        String known = "site " + site + " is known with ";
        String remedy = "; give another --site, or change its site.yaml";
        if (zone != null && !inventory.zone().equals(zoneId())) {
            throw new UserError(known + "zone " + inventory.zone() + ", not " + zone + remedy);
        }
        if (gridZone != null && !inventory.gridZone().equals(Optional.of(gridZone))) {
            throw new UserError(
                    known + inventory.gridZone().map(z -> "grid zone " + z).orElse("no grid zone") + ", not " + gridZone
                            + remedy);
        }
        Duration period =
                inventory.entity(power.owner()).orElseThrow().channels().get(0).samplePeriod();
        if (!period.equals(power.samplePeriod())) {
            throw new UserError(known + "a reading every " + period + ", not " + power.samplePeriod() + remedy);
        }
    }

    private String minimalSite(AppConfig config, ImportedPower power) {
        long nameplate = options.nameplateMilliwatts(power.readings());
        return MinimalSite.of(config.tenant(), site)
                .zone(zoneId())
                .gridZone(gridZone)
                .node(power.owner(), power.samplePeriod(), SampleKind.INSTANT, nameplate)
                .toYaml();
    }

    private List<ChannelMinute> minutes(ImportTarget target, AppConfig config, ImportedPower power) {
        return target.database()
                .queries()
                .channelMinutes(
                        config.tenant(),
                        site,
                        power.owner(),
                        power.readings().first().truncatedTo(ChronoUnit.MINUTES),
                        power.readings().last().plus(Duration.ofMinutes(1)));
    }
}
