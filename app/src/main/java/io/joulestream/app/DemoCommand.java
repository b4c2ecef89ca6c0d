package io.joulestream.app;

import io.joulestream.app.embedded.DataDirectory;
import io.joulestream.app.truth.CaptureCheck;
import io.joulestream.app.truth.CheckReport;
import io.joulestream.app.truth.LedgerCheck;
import io.joulestream.ingest.kafka.Settlement;
import io.joulestream.ingest.world.Fault;
import io.joulestream.ingest.world.FeedPlan;
import io.joulestream.ingest.world.TruthFile;
import io.joulestream.ingest.world.World;
import io.joulestream.ingest.world.WorldPreset;
import io.joulestream.ingest.world.WorldSite;
import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.storage.LedgerQueries;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = DemoBreakCommand.class,
        description = {
            "Shows the whole product with three synthetic sites and a real capture.",
            "The synthetic ones are a hall of 128 GPUs, an edge site, and one without a facility meter. Their history goes through the real pipeline, then they go on living. The site "
                    + RealSite.ID
                    + " is what one NVIDIA H200 said of itself in training, with its own times. Nothing else is real, nothing of it stays. Ctrl-C stops."
        })
final class DemoCommand implements Callable<Integer> {
    private static final List<WorldPreset> SITES =
            List.of(WorldPreset.POD_128, WorldPreset.EDGE_2RACK, WorldPreset.EDGE_NOMETER);
    private static final int LAST_PORT_TRIED = 50;
    /**
     * So the history comes in its order. Of several partitions one is read days ahead of another, and a site's minutes are stored
     * each time that something more of them comes: nearly twice, and a run's three times.
     */
    private static final int PARTITIONS = 1;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SharedOptions shared;

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "35",
            description = "Days of history. Default: ${DEFAULT-VALUE}.")
    private int days;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Of the synthetic world. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--faults", paramLabel = "LIST", split = ",", description = FaultNames.DESCRIPTION)
    private List<String> faultNames = List.of();

    @Option(names = "--port", paramLabel = "PORT", description = "Port of pages and API; the next free one when taken.")
    private Integer port;

    @Mixin
    private AdminOptions admin;

    @Option(names = "--parallelism", paramLabel = "N", description = "Subtasks of the ledger job.")
    private Integer parallelism;

    @Option(
            names = "--once",
            description = "Stops when the history is in the ledger, and compares every stored row with the truth.")
    private boolean once;

    @Option(names = "--json", description = "With --once: one JSON object on the last line.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Set<Fault> faults = FaultNames.parse(faultNames);
        if (days < 1 || days > 400) {
            throw new UserError("--days must be 1 to 400, was " + days);
        }
        PrintWriter out = spec.commandLine().getOut();
        AppConfig config = config(out);
        Stages stages = new Stages(out);
        Instant end = Instant.now().truncatedTo(ChronoUnit.HOURS);
        World world = World.of(SITES, seed, end.minus(Duration.ofDays(days)), end, faults);
        FeedPlan plan = FeedPlan.demo(world);
        DataDirectory directory = DataDirectory.temporary();
        try (Service service = Service.start(config.withDataDirectory(directory.path()), directory, stages)) {
            return once ? check(service, config, world, plan, stages) : live(service, config, world, plan, stages);
        }
    }

    private AppConfig config(PrintWriter out) {
        // synthetic data goes into no database of the user's
        AppConfig config = shared.config().selfContained().withoutKeys().withPartitions(PARTITIONS);
        config = parallelism == null ? config : config.withParallelism(parallelism);
        if (once) {
            return admin.applied(config.withApiPort(0));
        }
        config = admin.applied(port == null ? config : config.withApiPort(port));
        int api = free(config.api().host(), config.api().port(), out);
        return config.withApiPort(api)
                .withAdminPort(free(config.admin().host(), config.admin().port(), out));
    }

    private static int free(String host, int wanted, PrintWriter out) {
        int free = FreePort.from(host, wanted, LAST_PORT_TRIED);
        if (free != wanted) {
            out.println("port " + wanted + " is taken; using " + free);
        }
        return free;
    }

    /** The history, settled, then every stored row against the truth, and those of the capture against the board's counter. */
    private int check(Service service, AppConfig config, World world, FeedPlan plan, Stages stages) throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        CheckReport report;
        CaptureCheck.Result captured;
        List<DemoReport.Run> runs;
        List<DemoReport.Run> realRuns;
        long samples;
        try (SyntheticSites sites = new SyntheticSites(world, service.endpoints())) {
            RealSite real = applied(service, sites);
            DemoFeed feed = new DemoFeed(world, plan, sites, new BrokenMeter(service.directory()));
            history(service, config, real, sites, feed, world.end(), stages);
            samples = feed.samples();
            service.job().finish();
            TruthFile truth = TruthFile.of(world, plan, world.end()).withFaults(feed.injected());
            stages.say("comparing every stored row with the truth");
            DatabaseAddress address = service.endpoints().database();
            report = compare(truth, address);
            captured = compare(real, address);
            runs = runs(report, truth, address);
            realRuns = runs(captured, address);
        }
        DemoReport body = DemoReport.of(
                report,
                runs,
                captured,
                new DemoReport.Real(RealSite.ID, RealSite.NAME, realRuns),
                samples,
                stages.seconds());
        body.print(out);
        if (json) {
            out.println(Json.line(body));
        }
        return body.rowsWrong() == 0 ? 0 : 1;
    }

    /** With the tokens that no restart discarded, as the API tells them, beside the true ones. */
    private static List<DemoReport.Run> runs(CheckReport report, TruthFile truth, DatabaseAddress address) {
        Map<String, TruthFile.Run> truths =
                truth.runs().stream().collect(Collectors.toMap(TruthFile.Run::run, Function.identity()));
        try (Database database = Database.open(address)) {
            return report.runs().stream()
                    .map(run -> DemoReport.run(
                            run,
                            retained(database.queries(), run.run()),
                            truths.get(run.run()).retainedTokens()))
                    .toList();
        }
    }

    private static List<DemoReport.Run> runs(CaptureCheck.Result captured, DatabaseAddress address) {
        try (Database database = Database.open(address)) {
            return captured.runs().stream()
                    .map(run -> DemoReport.run(
                            run.figures(),
                            retained(database.queries(), run.figures().run()),
                            run.retainedTruth()))
                    .toList();
        }
    }

    /** Null without tokens. */
    private static BigInteger retained(LedgerQueries ledger, String run) {
        return ledger.runLineage(WorldSite.TENANT, run).tokens().retained();
    }

    private static CheckReport compare(TruthFile truth, DatabaseAddress database) throws SQLException {
        try (Connection connection =
                DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password())) {
            return LedgerCheck.compareAtEnd(truth, connection);
        }
    }

    private static CaptureCheck.Result compare(RealSite real, DatabaseAddress database)
            throws SQLException, IOException {
        try (Connection connection =
                DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password())) {
            return real.compare(connection);
        }
    }

    /** The history, then a frame of each sensor as its time comes, until Ctrl-C. */
    private int live(Service service, AppConfig config, World world, FeedPlan plan, Stages stages) throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        String address = service.endpoints().api().orElseThrow();
        out.println("        pages at " + address + " (they fill while the history runs in)");
        out.println("        metrics at " + service.admin() + "/metrics");
        ScheduledExecutorService clock = BackgroundThread.named("demo-clock");
        try (SyntheticSites sites = new SyntheticSites(world, service.endpoints())) {
            RealSite real = applied(service, sites);
            BrokenMeter brokenMeter = new BrokenMeter(service.directory());
            DemoFeed feed = new DemoFeed(world, plan, sites, brokenMeter);
            history(service, config, real, sites, feed, Instant.now().truncatedTo(ChronoUnit.SECONDS), stages);
            brokenMeter.open();
            DemoGuide.print(address, world, service.directory(), out);
            CompletableFuture<String> asked = StopSignal.awaited();
            CompletableFuture<String> broken = new CompletableFuture<>();
            clock.scheduleAtFixedRate(
                    () -> {
                        try {
                            feed.sendLive(Instant.now().truncatedTo(ChronoUnit.SECONDS));
                        } catch (RuntimeException e) {
                            broken.complete("the synthetic feed ended: " + e.getMessage());
                        }
                    },
                    1,
                    1,
                    TimeUnit.SECONDS);
            String end = (String)
                    CompletableFuture.anyOf(asked, broken, service.servers().failure(), UpCommand.ended(service))
                            .get();
            clock.shutdownNow();
            clock.awaitTermination(5, TimeUnit.SECONDS);
            if (!end.equals(StopSignal.ASKED)) {
                throw new UserError(end);
            }
            return 0;
        }
    }

    /** Inventories must precede frames. */
    private static RealSite applied(Service service, SyntheticSites sites) throws IOException, InterruptedException {
        sites.apply(registry(service));
        RealSite real = RealSite.unpackedInto(service.directory().resolve("capture"));
        real.apply(registry(service), service.database());
        return real;
    }

    private static SiteRegistry registry(Service service) {
        return new SiteRegistry(service.database().sites(), service.endpoints().kafkaSettings(), Clock.systemUTC());
    }

    private static void history(
            Service service,
            AppConfig config,
            RealSite real,
            SyntheticSites sites,
            DemoFeed feed,
            Instant until,
            Stages stages)
            throws InterruptedException {
        stages.say("sending the capture of a real GPU, then the history of synthetic sites");
        try (Admin admin = Admin.create(service.endpoints().kafkaSettings());
                SettledShare settled = new SettledShare(admin, config.group(), sites.publisher(), stages)) {
            real.send(sites.publisher());
            feed.sendHistory(until);
            sites.publisher().flush();
            settled.sent(sites.records() + real.records());
            Settlement.Outcome outcome = new Settlement(admin, config.group(), sites.publisher()::nudge)
                    .await(sites.publisher().highestOffsets(), config.importPatience());
            if (outcome instanceof Settlement.Outcome.TimedOut late) {
                throw new UserError(
                        "the history was not settled within " + config.importPatience() + ": " + late.missing());
            }
        }
        stages.say(feed.samples() + " samples in the ledger");
    }
}
