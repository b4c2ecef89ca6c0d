package io.joulestream.app;

import io.joulestream.ingest.world.Fault;
import io.joulestream.ingest.world.FaultyFeed;
import io.joulestream.ingest.world.Feed;
import io.joulestream.ingest.world.FeedPlan;
import io.joulestream.ingest.world.TruthFile;
import io.joulestream.ingest.world.World;
import io.joulestream.ingest.world.WorldPreset;
import io.joulestream.storage.Database;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Makes the telemetry of a synthetic site whose every figure is known, and the truth to hold the ledger against.",
            "The same preset, days, end and seed give the same bytes."
        },
        footer = {
            "",
            "Example:",
            "  joulestream generate --preset edge-2rack --days 7 --seed 1 --to file --out feed.bin --truth truth.txt.gz"
        })
final class GenerateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private SharedOptions shared;

    @Option(
            names = "--preset",
            required = true,
            paramLabel = "P",
            description = "exact, edge-2rack, edge-nometer, pod-128 or pod-1k.")
    private String preset;

    @Option(names = "--days", paramLabel = "N", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    private int days;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--end",
            paramLabel = "INSTANT",
            description = "End of the history, a whole hour of UTC. Default: the last one.")
    private Instant end;

    @Option(names = "--faults", paramLabel = "LIST", split = ",", description = "duplicate, reorder, offline, poison.")
    private List<String> faultNames = List.of();

    @Option(
            names = "--truth",
            paramLabel = "FILE",
            description = "Where to write the truth; compressed when it ends in .gz.")
    private Path truthFile;

    @Option(
            names = "--to",
            paramLabel = "kafka|file",
            defaultValue = "kafka",
            description = "Default: ${DEFAULT-VALUE}, of the running service.")
    private Target target;

    @Option(names = "--out", paramLabel = "FILE", description = "With --to file: where to write the records.")
    private Path out;

    private enum Target {
        kafka,
        file
    }

    @Override
    public Integer call() throws Exception {
        Set<Fault> faults = FaultNames.parse(faultNames);
        World world = world();
        FeedPlan plan =
                world.sites().get(0).preset() == WorldPreset.EXACT ? FeedPlan.exact(world) : FeedPlan.demo(world);
        TruthFile truth = TruthFile.of(world, plan, world.end());
        if (truthFile != null) {
            truth.write(truthFile); // before anything is sent, the unknowable cells among it
        }
        Feed feed = new Feed(world, plan);
        FaultyFeed records = new FaultyFeed(feed.framesBetween(world.start(), world.end()), faults, seed);
        long sent = target == Target.file ? toFile(records) : toKafka(world, records);
        if (truthFile != null) {
            truth.withFaults(records.ledger()).write(truthFile);
        }
        PrintWriter terminal = spec.commandLine().getOut();
        terminal.println(sent + " records with " + feed.samples() + " samples of site "
                + world.sites().get(0).id() + ", " + world.start() + " to " + world.end());
        return 0;
    }

    private World world() {
        WorldPreset chosen = WorldPreset.named(preset)
                .orElseThrow(() -> new UserError("--preset must be one of " + WorldPreset.names() + ", was " + preset));
        if (days < 1 || days > 400) {
            throw new UserError("--days must be 1 to 400, was " + days);
        }
        Instant until = end == null ? Instant.now().truncatedTo(ChronoUnit.HOURS) : end;
        try {
            return World.of(List.of(chosen), seed, until.minus(Duration.ofDays(days)), until);
        } catch (IllegalArgumentException e) {
            throw new UserError("--end: " + e.getMessage());
        }
    }

    private long toFile(FaultyFeed records) throws IOException {
        if (out == null) {
            throw new UserError("--to file needs --out FILE");
        }
        Path part = out.resolveSibling(out.getFileName() + ".part");
        long written = 0;
        try (DataOutputStream file =
                new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(part), 1 << 16))) {
            while (records.hasNext()) {
                records.next().write(file);
                written++;
            }
        }
        Files.move(part, out, StandardCopyOption.REPLACE_EXISTING);
        return written;
    }

    private long toKafka(World world, FaultyFeed records) throws Exception {
        AppConfig config = shared.config();
        Endpoints endpoints = Endpoints.ofRunningServiceOrRefuse(config);
        try (Database database = Database.open(endpoints.database());
                SyntheticSites sites = new SyntheticSites(world, endpoints)) {
            sites.apply(new SiteRegistry(database.sites(), endpoints.kafkaSettings(), Clock.systemUTC()));
            while (records.hasNext()) {
                sites.send(records.next());
            }
            sites.publisher().flush();
            return sites.records();
        }
    }
}
