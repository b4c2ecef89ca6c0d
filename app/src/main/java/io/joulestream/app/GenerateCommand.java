package io.joulestream.app;

import io.joulestream.ingest.world.Fault;
import io.joulestream.ingest.world.FaultyFeed;
import io.joulestream.ingest.world.FaultyReadings;
import io.joulestream.ingest.world.Feed;
import io.joulestream.ingest.world.FeedPlan;
import io.joulestream.ingest.world.FeedRecord;
import io.joulestream.ingest.world.NaiveLocalCsv;
import io.joulestream.ingest.world.StampedFeed;
import io.joulestream.ingest.world.StampedPreset;
import io.joulestream.ingest.world.StampedSite;
import io.joulestream.ingest.world.TruthFile;
import io.joulestream.ingest.world.World;
import io.joulestream.ingest.world.WorldPreset;
import io.joulestream.ingest.world.WorldSite;
import io.joulestream.storage.Database;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
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
    private static final int DEFAULT_DAYS = 1;
    private static final int DEFAULT_MINUTES = 10;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SharedOptions shared;

    @Option(
            names = "--preset",
            required = true,
            paramLabel = "P",
            description =
                    "exact, edge-2rack, edge-nometer, pod-128 or pod-1k; or hall-10k or fleet-100k, whose frames are made once and stamped, so that one machine can feed two million samples a second.")
    private String preset;

    @Option(
            names = "--days",
            paramLabel = "N",
            description = "Of all presets but hall-10k and fleet-100k. Default: " + DEFAULT_DAYS + ".")
    private Integer days;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description = "Of hall-10k and fleet-100k, instead of days. Default: " + DEFAULT_MINUTES + ".")
    private Integer minutes;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--end",
            paramLabel = "INSTANT",
            description = "End of the history, a whole hour of UTC. Default: the last one.")
    private Instant end;

    @Option(names = "--faults", paramLabel = "LIST", split = ",", description = FaultNames.DESCRIPTION)
    private List<String> faultNames = List.of();

    @Option(
            names = "--truth",
            paramLabel = "FILE",
            description = "Where to write the truth; compressed when it ends in .gz.")
    private Path truthFile;

    @Option(
            names = "--to",
            paramLabel = "kafka|file|csv",
            defaultValue = "kafka",
            description =
                    "Default: ${DEFAULT-VALUE}, of the running service. With csv only the power of the first node, by local times without offset, as a logger writes it that knows its wall clock alone.")
    private Target target;

    @Option(names = "--out", paramLabel = "FILE", description = "With --to file or csv: where to write.")
    private Path out;

    private enum Target {
        kafka,
        file,
        csv
    }

    @Override
    public Integer call() throws Exception {
        Optional<StampedPreset> hall = StampedPreset.named(preset);
        return hall.isPresent() ? stamped(hall.get()) : simulated();
    }

    private int naiveLocalCsv(World world) throws IOException {
        WorldSite site = world.sites().get(0);
        Path part = part();
        long written;
        try (Writer file = Files.newBufferedWriter(part)) {
            written = NaiveLocalCsv.write(world, site, world.start(), world.end(), file);
        }
        Files.move(part, out, StandardCopyOption.REPLACE_EXISTING);
        spec.commandLine()
                .getOut()
                .println(written + " readings of " + site.id() + " in local time of " + site.zone() + ", "
                        + world.start() + " to " + world.end());
        return 0;
    }

    private int stamped(StampedPreset hall) throws Exception {
        if (target == Target.csv) {
            throw new UserError("--to csv is for presets whose readings are made one by one, not for " + preset);
        }
        if (!faultNames.isEmpty()) {
            throw new UserError("--faults need readings that are made one by one; " + preset + " has stamped ones");
        }
        if (days != null) {
            throw new UserError("--days is not for " + preset + ", whose feed is told in --minutes");
        }
        int minutes = this.minutes == null ? DEFAULT_MINUTES : this.minutes;
        if (minutes < 1 || minutes > 1_440) {
            throw new UserError("--minutes must be 1 to 1440, was " + minutes);
        }
        Instant start = until().minus(Duration.ofHours((minutes + 59) / 60));
        StampedSite site;
        try {
            site = StampedSite.of(hall, seed, start);
        } catch (IllegalArgumentException e) {
            throw new UserError("--end: " + e.getMessage());
        }
        Duration length = Duration.ofMinutes(minutes);
        if (truthFile != null) {
            site.truth(start.plus(length)).write(truthFile);
        }
        StampedFeed records = new StampedFeed(site, length, true);
        long sent = target == Target.file ? toFile(records) : toKafka(List.of(site.siteYaml()), records);
        say(sent, records.samples(), hall.presetName(), start, start.plus(length));
        return 0;
    }

    private int simulated() throws Exception {
        World world = world(FaultNames.parse(faultNames));
        if (target == Target.csv) {
            return naiveLocalCsv(world);
        }
        FeedPlan plan =
                world.sites().get(0).preset() == WorldPreset.EXACT ? FeedPlan.exact(world) : FeedPlan.demo(world);
        TruthFile truth = TruthFile.of(world, plan, world.end());
        if (truthFile != null) {
            truth.write(truthFile); // before anything is sent, the unknowable cells among it
        }
        Feed feed = new Feed(world, plan);
        FaultyFeed records =
                new FaultyFeed(feed.framesBetween(world.start(), world.end()), world, new FaultyReadings(world, plan));
        long sent = target == Target.file
                ? toFile(records)
                : toKafka(world.sites().stream().map(WorldSite::siteYaml).toList(), records);
        if (truthFile != null) {
            truth.withFaults(records.ledger()).write(truthFile);
        }
        say(sent, feed.samples(), world.sites().get(0).id(), world.start(), world.end());
        return 0;
    }

    private void say(long sent, long samples, String site, Instant from, Instant to) {
        PrintWriter terminal = spec.commandLine().getOut();
        terminal.println(sent + " records with " + samples + " samples of site " + site + ", " + from + " to " + to);
    }

    private Instant until() {
        return end == null ? Instant.now().truncatedTo(ChronoUnit.HOURS) : end;
    }

    private World world(Set<Fault> faults) {
        WorldPreset chosen = WorldPreset.named(preset)
                .orElseThrow(() -> new UserError("--preset must be one of " + WorldPreset.names() + ", "
                        + StampedPreset.names() + ", was " + preset));
        if (minutes != null) {
            throw new UserError("--minutes is only for " + StampedPreset.names() + "; give --days for " + preset);
        }
        int days = this.days == null ? DEFAULT_DAYS : this.days;
        if (days < 1 || days > 400) {
            throw new UserError("--days must be 1 to 400, was " + days);
        }
        Instant until = until();
        try {
            return World.of(List.of(chosen), seed, until.minus(Duration.ofDays(days)), until, faults);
        } catch (IllegalArgumentException e) {
            throw new UserError("--end: " + e.getMessage());
        }
    }

    /** Where a file is written until it is whole. */
    private Path part() {
        if (out == null) {
            throw new UserError("--to " + target + " needs --out FILE");
        }
        return out.resolveSibling(out.getFileName() + ".part");
    }

    private long toFile(Iterator<FeedRecord> records) throws IOException {
        Path part = part();
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

    private long toKafka(List<String> inventories, Iterator<FeedRecord> records) throws Exception {
        AppConfig config = shared.config();
        Endpoints endpoints = Endpoints.ofRunningServiceOrRefuse(config);
        try (Database database = Database.open(endpoints.database());
                SyntheticSites sites = new SyntheticSites(inventories, endpoints)) {
            sites.apply(new SiteRegistry(database.sites(), endpoints.kafkaSettings(), Clock.systemUTC()));
            while (records.hasNext()) {
                sites.send(records.next());
            }
            sites.publisher().flush();
            return sites.records();
        }
    }
}
