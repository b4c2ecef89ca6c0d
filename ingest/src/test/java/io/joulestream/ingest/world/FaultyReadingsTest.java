package io.joulestream.ingest.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.joulestream.ingest.world.TruthFile.Cells;
import io.joulestream.ingest.world.TruthFile.Rule;
import io.joulestream.ingest.world.TruthFile.Table;
import io.joulestream.ingest.world.TruthFile.Unknowable;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameResult;
import io.joulestream.wire.v1.TelemetryFrame;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultyReadingsTest {
    /** Clocks were set back in Berlin an hour after midnight, UTC, of the last day. */
    private static final Instant END = Instant.parse("2026-10-26T00:00:00Z");

    private static final Instant START = END.minus(Duration.ofHours(48));

    private static World world(long seed, Set<Fault> faults) {
        return World.of(List.of(WorldPreset.EDGE_2RACK, WorldPreset.EDGE_NOMETER), seed, START, END, faults);
    }

    private static FeedPlan plan() {
        return new FeedPlan(END.minus(Duration.ofHours(2)), END.minus(Duration.ofHours(20)), true);
    }

    private static FaultyFeed feed(World world) {
        Iterator<TelemetryFrame> frames = new Feed(world, plan()).framesBetween(START, END);
        return new FaultyFeed(frames, world, new FaultyReadings(world, plan()));
    }

    @Test
    void everyFaultHappensAndIsListed() {
        World world = world(1, EnumSet.allOf(Fault.class));
        FaultyFeed feed = feed(world);
        feed.forEachRemaining(record -> {});

        TruthFile truth = TruthFile.of(world, plan(), END).withFaults(feed.ledger());

        Set<String> listed = truth.faults().stream().map(FaultEntry::kind).collect(Collectors.toSet());
        for (Fault fault : EnumSet.complementOf(EnumSet.of(Fault.OFFLINE, Fault.OFFLINE_72H, Fault.LEAP_DAY))) {
            assertThat(listed).as("%s", listed).contains(fault.name());
        }
        assertThat(listed).contains("OFFLINE_REPLAY", "CLOCK_CHANGE");
        assertThat(truth.faults()).allSatisfy(fault -> {
            assertThat(fault.count()).isPositive();
            assertThat(fault.effect()).isNotBlank();
            assertThat(fault.from()).isBeforeOrEqualTo(fault.to());
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void fewCellsAreUnknowableAndTheirBoundsAreNarrowAndTrue(long seed) {
        World world = world(seed, EnumSet.allOf(Fault.class));

        TruthFile truth = TruthFile.of(world, plan(), END);

        Map<String, Cells> cells = truth.cells().stream().collect(Collectors.toMap(c -> name(c), c -> c));
        long all = truth.cells().stream().mapToLong(c -> c.values().length).sum();
        List<Unknowable> bounded =
                truth.unknowable().stream().filter(u -> u.rule() == Rule.BOUNDS).toList();
        assertThat(bounded).hasSizeBetween(100, (int) (all / 50));
        for (Unknowable cell : truth.unknowable()) {
            Cells of = cells.get(
                    String.join("|", cell.table().name(), cell.site(), cell.run(), cell.subject(), "" + cell.metric()));
            long index = Duration.between(of.start(), cell.from()).toSeconds() / of.stepSeconds();
            long value = of.values()[(int) index];
            assertThat(cell.leastMicrojoules()).isBetween(0L, value);
            assertThat(cell.greatestMicrojoules()).isGreaterThanOrEqualTo(value);
            if (cell.table() == Table.CHANNEL_MINUTE && cell.coveredMillis() != 0) {
                assertThat(cell.greatestMicrojoules()).isLessThanOrEqualTo(mostMicrojoules(world, cell, 5));
            } else if (cell.table() == Table.CHANNEL_MINUTE) {
                assertThat(cell.greatestMicrojoules()).isLessThanOrEqualTo(mostMicrojoules(world, cell, 45));
            }
        }
    }

    private static String name(Cells c) {
        return String.join("|", c.table().name(), c.site(), c.run(), c.subject(), "" + c.metric());
    }

    private static long mostMicrojoules(World world, Unknowable cell, int minutes) {
        WorldEntity entity = world.sites().stream()
                .filter(site -> site.id().equals(cell.site()))
                .flatMap(site -> site.entities().stream())
                .filter(e -> e.id().equals(cell.subject()))
                .findFirst()
                .orElseThrow();
        return entity.nameplateWatts() * 1_000_000 * 60 * minutes;
    }

    @Test
    void agentsNumberTheirFramesWithoutGapsWhateverIsCutOrAdded() {
        EnumSet<Fault> faults = EnumSet.complementOf(EnumSet.of(Fault.LOST_FRAMES, Fault.AGENT_RESTART_SAME_SESSION));
        faults.removeAll(Fault.OF_LINKS);
        FaultyFeed feed = feed(world(2, faults));
        Map<String, Long> numbers = new HashMap<>();

        while (feed.hasNext()) {
            TelemetryFrame frame =
                    ((FrameResult.Decoded) FrameCodec.decode(feed.next().value())).frame();
            String agent = frame.getSiteId() + "|" + frame.getOwnerId() + "|" + frame.getProducerId() + "|"
                    + frame.getSessionId();
            assertThat(frame.getFrameSeq()).as(agent).isEqualTo(numbers.merge(agent, 1L, Long::sum));
        }
        assertThat(numbers.keySet()).anyMatch(agent -> agent.contains(SecondOpinion.PRODUCER_SUFFIX));
        assertThat(numbers).hasSizeGreaterThan(30);
    }

    @Test
    void aSeedDecidesWhatHappens() {
        assertThat(digest(feed(world(5, EnumSet.allOf(Fault.class)))))
                .isEqualTo(digest(feed(world(5, EnumSet.allOf(Fault.class)))))
                .isNotEqualTo(digest(feed(world(6, EnumSet.allOf(Fault.class)))));
    }

    private static int digest(FaultyFeed feed) {
        int digest = 1;
        while (feed.hasNext()) {
            FeedRecord record = feed.next();
            digest = 31 * digest + Arrays.hashCode(record.value()) + Long.hashCode(record.clockMillis());
        }
        return digest;
    }

    @Test
    void withoutFaultsFramesStayAsTheyAre() {
        World world = world(5, Set.of());
        List<TelemetryFrame> told = new ArrayList<>();
        FaultyReadings readings = new FaultyReadings(world, plan());
        new Feed(world, plan()).framesBetween(START, END).forEachRemaining(frame -> told.addAll(readings.apply(frame)));

        assertThat(told).isEqualTo(FeedTest.all(new Feed(world, plan()), START, END));
    }

    @Test
    void aLeapDayIsListed() {
        Instant end = Instant.parse("2024-03-01T12:00:00Z");
        World world = World.of(
                List.of(WorldPreset.EDGE_NOMETER), 1, end.minus(Duration.ofDays(2)), end, Set.of(Fault.LEAP_DAY));

        assertThat(TruthFile.of(world, FeedPlan.exact(world), end).faults())
                .filteredOn(fault -> fault.kind().equals("LEAP_DAY"))
                .singleElement()
                .satisfies(fault -> {
                    assertThat(fault.kind()).isEqualTo("LEAP_DAY");
                    // in Kathmandu
                    assertThat(fault.from()).isEqualTo("2024-02-28T18:15:00Z");
                    assertThat(fault.to()).isEqualTo("2024-02-29T18:15:00Z");
                });
    }

    @Test
    void aDayCutOffForThreeDaysComesInOrder() {
        Instant start = END.minus(Duration.ofDays(6));
        World world = World.of(List.of(WorldPreset.EDGE_NOMETER), 3, start, END, Set.of(Fault.OFFLINE_72H));
        FeedPlan plan = new FeedPlan(END, END, false);
        FaultyFeed feed =
                new FaultyFeed(new Feed(world, plan).framesBetween(start, END), world, new FaultyReadings(world, plan));
        Map<String, Long> numbers = new HashMap<>();
        Instant first = Instant.MAX;
        Instant last = Instant.MIN;

        while (feed.hasNext()) {
            TelemetryFrame frame =
                    ((FrameResult.Decoded) FrameCodec.decode(feed.next().value())).frame();
            assertThat(frame.getFrameSeq()).isEqualTo(numbers.merge(frame.getOwnerId(), 1L, Long::sum));
            if (frame.getBackfill()) {
                Instant at = Instant.ofEpochMilli(Pieces.lastMillis(frame));
                first = at.isBefore(first) ? at : first;
                last = at.isAfter(last) ? at : last;
            }
        }

        assertThat(Duration.between(first, last)).isBetween(Duration.ofHours(60), Duration.ofHours(144));
    }

    @Test
    void aLinkAloneHasNoFaultsOfDevices() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FaultyFeed(
                        FeedTest.all(new Feed(world(1, Set.of()), plan()), START, START.plusSeconds(60))
                                .iterator(),
                        Set.of(Fault.GAP),
                        1));
    }
}
