package io.joulestream.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.account.SiteReport.RoleDifference;
import io.joulestream.core.energy.OwnerChanges;
import io.joulestream.core.energy.OwnerLedger;
import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryResult;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.ingest.world.Fault;
import io.joulestream.ingest.world.FaultEntry;
import io.joulestream.ingest.world.FaultyFeed;
import io.joulestream.ingest.world.FaultyReadings;
import io.joulestream.ingest.world.Feed;
import io.joulestream.ingest.world.FeedPlan;
import io.joulestream.ingest.world.FeedRecord;
import io.joulestream.ingest.world.TruthFile;
import io.joulestream.ingest.world.TruthFile.Cells;
import io.joulestream.ingest.world.TruthFile.Table;
import io.joulestream.ingest.world.TruthFile.Unknowable;
import io.joulestream.ingest.world.World;
import io.joulestream.ingest.world.WorldPreset;
import io.joulestream.ingest.world.WorldSite;
import io.joulestream.wire.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * All faults at once, through the job's own admission and accounts in one thread: channels, sites and dead letters are held to
 * the truth that was written down before. No broker, job or database; so many more seeds than with them.
 */
class FaultySitesSimulationTest {
    /** Clocks were set back in Berlin the day before. */
    private static final Instant END = Instant.parse("2026-10-26T00:00:00Z");

    private static final Duration LENGTH = Duration.ofHours(48);

    /** How many seeds; {@code -Dfault.seeds=1000} for more than the test run has time for. */
    private static LongStream seeds() {
        return LongStream.rangeClosed(1, Long.getLong("fault.seeds", 2));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void channelsSitesAndDeadLettersAreAsTheTruthSays(long seed) {
        World world = World.of(
                List.of(WorldPreset.EDGE_2RACK, WorldPreset.EDGE_NOMETER, WorldPreset.EXACT),
                seed,
                END.minus(LENGTH),
                END,
                EnumSet.allOf(Fault.class));
        hold(world, new FeedPlan(END.minus(Duration.ofHours(2)), END.minus(Duration.ofHours(20)), true));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void framesOfTenSecondsThatOvertakeEachOtherChangeNothing(long seed) {
        Instant start = END.minus(Duration.ofHours(6));
        World world = World.of(List.of(WorldPreset.POD_128), seed, start, END, EnumSet.allOf(Fault.class));
        hold(world, new FeedPlan(END.minus(Duration.ofHours(1)), END.minus(Duration.ofHours(2)), false));
    }

    private static IntStream hours() {
        return IntStream.range(0, 24);
    }

    /** The sun may rise before, while or after readings by the minute become readings by the second. */
    @ParameterizedTest
    @MethodSource("hours")
    void aDemoMayEndAtAnyHourOfTheDay(int hour) {
        Instant end = Instant.parse("2026-11-26T00:00:00Z").plus(Duration.ofHours(hour));
        World world = World.of(
                List.of(WorldPreset.EDGE_2RACK, WorldPreset.EDGE_NOMETER),
                1,
                end.minus(Duration.ofHours(6)),
                end,
                EnumSet.noneOf(Fault.class));
        hold(world, FeedPlan.demo(world));
    }

    private static void hold(World world, FeedPlan plan) {
        TruthFile truth = TruthFile.of(world, plan, world.end());
        Simulation simulation = new Simulation(world);
        FaultyFeed feed = new FaultyFeed(
                new Feed(world, plan).framesBetween(world.start(), world.end()),
                world,
                new FaultyReadings(world, plan));
        feed.forEachRemaining(simulation::enter);
        simulation.publish();

        List<String> wrong = new ArrayList<>();
        for (Cells cells : truth.cells()) {
            compare(truth, cells, simulation, wrong);
        }
        assertThat(wrong).as("seed %d: %s", world.seed(), feed.ledger()).isEmpty();
        Map<String, Long> letters = new TreeMap<>();
        for (FaultEntry fault : feed.ledger()) {
            if (!fault.deadLetter().isEmpty()) {
                letters.merge(fault.deadLetter(), fault.count(), Long::sum);
            }
        }
        letters.keySet().removeAll(List.of("UNKNOWN_SITE", "UNKNOWN_ENTITY")); // these wait for an inventory
        assertThat(simulation.letters)
                .as("seed %d: %s", world.seed(), feed.ledger())
                .isEqualTo(letters);
    }

    private static void compare(TruthFile truth, Cells cells, Simulation simulation, List<String> wrong) {
        if (cells.table() != Table.CHANNEL_MINUTE && cells.table() != Table.SITE_MINUTE) {
            return;
        }
        Map<Instant, EnergyBuckets> rows =
                simulation.rows.getOrDefault(cells.site() + " " + cells.subject() + " " + cells.metric(), Map.of());
        if (rows.isEmpty() && !cells.mustExist()) {
            return;
        }
        Map<Instant, Unknowable> unknowable = new HashMap<>();
        for (Unknowable cell : truth.unknowable()) {
            if (cell.table() == cells.table()
                    && cell.site().equals(cells.site())
                    && cell.subject().equals(cells.subject())
                    && cell.metric() == cells.metric()) {
                unknowable.put(cell.from(), cell);
            }
        }
        for (int i = 0; i < cells.values().length; i++) {
            Instant minute = cells.start().plusSeconds(60L * i);
            EnergyBuckets found = rows.getOrDefault(minute, EnergyBuckets.NONE);
            Unknowable cell = unknowable.get(minute);
            boolean right = cell == null
                    ? found.equals(new EnergyBuckets(cells.values()[i], 0, 0))
                    : found.totalMicrojoules() >= cell.leastMicrojoules()
                            && found.totalMicrojoules() <= cell.greatestMicrojoules();
            int coveredMillis = cell == null ? 60_000 : cell.coveredMillis();
            int foundCovered = simulation
                    .covered
                    .getOrDefault(cells.site() + " " + cells.subject() + " " + cells.metric(), Map.of())
                    .getOrDefault(minute, 0);
            // a register that stands still says nothing before its sample period is over
            boolean openYet = cells.values()[i] == 0 && minute.plusSeconds(60).equals(truth.until());
            if (cells.table() == Table.CHANNEL_MINUTE
                    && !openYet
                    && coveredMillis != TruthFile.COVERAGE_OPEN
                    && coveredMillis != foundCovered
                    && wrong.size() < 20) {
                wrong.add(cells.site() + " " + cells.subject() + " " + minute + ": covered " + foundCovered + " ms, "
                        + coveredMillis + " ms are");
            }
            if (!right && wrong.size() < 20) {
                wrong.add(cells.site() + " " + cells.subject() + " " + minute + ": " + found + ", true are "
                        + cells.values()[i] + (cell == null ? "" : ", " + cell));
            }
        }
    }

    private static final class Simulation {
        private static final String TOPIC = Topics.telemetry(WorldSite.TENANT);

        private final AdmitFrame admission;
        private final Map<String, OwnerAccount> owners = new HashMap<>();
        private final Map<String, Long> letters = new TreeMap<>();
        private final Map<String, Map<Instant, EnergyBuckets>> rows = new HashMap<>();
        private final Map<String, Map<Instant, Integer>> covered = new HashMap<>();
        private final long now;
        private long offset;

        Simulation(World world) {
            now = world.end().plusSeconds(5).toEpochMilli();
            Map<String, InventoryHistory> inventories = new HashMap<>();
            for (WorldSite site : world.sites()) {
                InventoryResult result = SiteInventoryParser.parse(site.siteYaml());
                inventories.put(
                        site.id(),
                        InventoryHistory.of(
                                List.of(new InventoryVersion(1, ((InventoryResult.Valid) result).inventory()))));
            }
            admission = new AdmitFrame((tenant, site, appended) -> inventories.get(site));
        }

        void enter(FeedRecord sent) {
            TelemetryRecord record = new TelemetryRecord(
                    TOPIC,
                    0,
                    offset++,
                    now,
                    sent.key(),
                    sent.value(),
                    sent.clockMillis() == 0 ? TelemetryRecord.CLOCK_UNKNOWN : sent.clockMillis());
            Admission admitted = admission.admit(record);
            if (admitted.key() == null) {
                countRefused(admitted);
                return;
            }
            OwnerAccount owner = owners.computeIfAbsent(
                    record.stateKey(), key -> new OwnerAccount(admitted.key(), 0, new OwnerLedger()));
            OwnerChanges changes = owner.enter(admitted, record.offset(), record.appendedMillis());
            if (!changes.repeated()) {
                countRefused(admitted);
            }
            changes.rejects().forEach(reject -> letters.merge(reject.code().name(), 1L, Long::sum));
        }

        private void countRefused(Admission admitted) {
            admitted.refused().forEach(letter -> letters.merge(letter.code(), 1L, Long::sum));
        }

        void publish() {
            owners.values()
                    .forEach(owner -> owner.publish(
                            this::add,
                            site -> site.differences().forEach(difference -> add(site.site(), difference)),
                            run -> {},
                            meter -> {},
                            group -> {}));
        }

        private void add(ChannelMinute row) {
            rows.computeIfAbsent(row.site() + " " + row.entity() + " " + row.metric(), k -> new HashMap<>())
                    .put(row.minute(), row.energy());
            covered.computeIfAbsent(row.site() + " " + row.entity() + " " + row.metric(), k -> new HashMap<>())
                    .put(row.minute(), row.coveredMillis());
        }

        private void add(String site, RoleDifference difference) {
            rows.computeIfAbsent(site + " " + difference.role() + " 0", k -> new HashMap<>())
                    .merge(Instant.ofEpochSecond(60 * difference.minute()), difference.energy(), EnergyBuckets::plus);
        }
    }
}
