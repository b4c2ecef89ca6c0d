package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.app.embedded.DataDirectory;
import io.joulestream.app.truth.CheckReport;
import io.joulestream.app.truth.LedgerCheck;
import io.joulestream.ingest.kafka.Settlement;
import io.joulestream.ingest.world.Fault;
import io.joulestream.ingest.world.FaultEntry;
import io.joulestream.ingest.world.FeedPlan;
import io.joulestream.ingest.world.TruthFile;
import io.joulestream.ingest.world.World;
import io.joulestream.ingest.world.WorldPreset;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that may go wrong between devices and broker, through a real broker, job and database. */
class FaultsIT {
    /** Clocks were set back in Berlin the day before. */
    private static final Instant END = Instant.parse("2026-10-26T00:00:00Z");

    private static final Duration LENGTH = Duration.ofHours(48);
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void theLedgerIsTrueWhateverBefallsDevicesAgentsAndLinks(long seed) throws Exception {
        World world = World.of(
                List.of(WorldPreset.EDGE_2RACK, WorldPreset.EDGE_NOMETER),
                seed,
                END.minus(LENGTH),
                END,
                EnumSet.allOf(Fault.class));
        FeedPlan plan = new FeedPlan(END.minus(Duration.ofHours(2)), END.minus(Duration.ofHours(20)), true);
        TruthFile knownBefore = TruthFile.of(world, plan, world.end());
        DataDirectory directory = DataDirectory.temporary();
        AppConfig config =
                AppConfig.load(null).withDataDirectory(directory.path()).withApiPort(0);

        CheckReport report;
        TruthFile truth;
        try (Service service = Service.start(config, directory, stage -> {});
                SyntheticSites sites = new SyntheticSites(world, service.endpoints());
                Admin admin = Admin.create(service.endpoints().kafkaSettings())) {
            sites.apply(new SiteRegistry(
                    service.database().sites(), service.endpoints().kafkaSettings(), Clock.systemUTC()));
            DemoFeed feed = new DemoFeed(world, plan, sites, new BrokenMeter(directory.path()));
            feed.sendHistory(world.end());
            sites.publisher().flush();
            Settlement settlement = new Settlement(admin, config.group(), sites.publisher()::nudge);
            assertThat(settlement.await(sites.publisher().highestOffsets(), PATIENCE))
                    .isNotInstanceOf(Settlement.Outcome.TimedOut.class);
            service.job().finish(); // what still waits for its inventory is refused
            truth = knownBefore.withFaults(feed.injected());
            try (Connection database = DriverManager.getConnection(
                    service.endpoints().database().jdbcUrl(),
                    service.endpoints().database().user(),
                    service.endpoints().database().password())) {
                report = LedgerCheck.compareAtEnd(truth, database);
            }
        }

        assertThat(report.rowsWrong())
                .as(
                        "seed %d, faults %s, first wrong %s",
                        seed,
                        truth.faults(),
                        report.firstWrong().stream().limit(20).toList())
                .isZero();
        assertThat(report.unknowable().rows()).isPositive().isLessThan(report.rowsChecked() / 50);
        Set<String> happened = truth.faults().stream().map(FaultEntry::kind).collect(Collectors.toSet());
        assertThat(happened).contains("COUNTER_RESET", "CLOCK_2Y", "WRAP", "POISON", "LOST_FRAMES");
    }
}
