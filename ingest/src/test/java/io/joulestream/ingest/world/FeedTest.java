package io.joulestream.ingest.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.joulestream.core.inventory.InventoryResult;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameResult;
import io.joulestream.wire.Quality;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.EntityKind;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FeedTest {
    private static final Instant START = Instant.parse("2026-10-24T00:00:00Z");
    private static final Instant END = START.plus(Duration.ofHours(8));

    private static final FeedPlan PLAN =
            new FeedPlan(END.minus(Duration.ofHours(1)), END.minus(Duration.ofHours(3)), true);

    private static World world(long seed, WorldPreset... presets) {
        return World.of(List.of(presets), seed, START, END);
    }

    @ParameterizedTest
    @EnumSource(WorldPreset.class)
    void framesAreWhatTheInventorySays(WorldPreset preset) {
        World world = world(4, preset);
        InventoryResult result = SiteInventoryParser.parse(world.sites().get(0).siteYaml());
        assertThat(result).isInstanceOf(InventoryResult.Valid.class);
        SiteInventory inventory = ((InventoryResult.Valid) result).inventory();
        assertThat(inventory.effectiveFrom()).isEqualTo(START);
        assertThat(inventory.name()).hasValueSatisfying(name -> assertThat(name).startsWith("Synthetic "));
        assertThat(inventory.ledgerStep().toMinutes()).isEqualTo(TruthBuilder.stepMinutes(inventory.zone()));
        assertThat(inventory.entities()).hasSameSizeAs(world.sites().get(0).entities());

        Iterator<TelemetryFrame> frames = new Feed(world, PLAN).framesBetween(START, END);

        while (frames.hasNext()) {
            TelemetryFrame frame = frames.next();
            assertThat(FrameCodec.decode(FrameCodec.encode(frame))).isEqualTo(new FrameResult.Decoded(frame));
            assertThat(frame.getSlots()).isLessThanOrEqualTo(60);
            for (Entity entity : frame.getEntitiesList()) {
                if (entity.getKind() == EntityKind.JOB) {
                    continue;
                }
                var known = inventory.entity(entity.getEntityId()).orElseThrow();
                assertThat(known.ownerId()).isEqualTo(frame.getOwnerId());
                assertThat(known.kind().name()).isEqualTo(entity.getKind().name());
                for (Series series : entity.getSeriesList()) {
                    Metric metric = Metric.byNumber(series.getMetric()).orElseThrow();
                    assertThat(known.channel(metric)).isPresent();
                    assertThat(metric.valueKind().name())
                            .isEqualTo(series.getKind().name());
                    if (metric.isElectricalPower()) {
                        for (long milliwatts : SeriesValues.unpack(series, frame.getSlots())) {
                            assertThat(milliwatts).isBetween(0L, known.nameplateMilliwatts());
                        }
                    }
                }
            }
        }
    }

    @Test
    void framesComeInOrderAndAreNumberedWithoutGaps() {
        World world = world(9, WorldPreset.POD_128, WorldPreset.EDGE_2RACK, WorldPreset.EDGE_NOMETER);
        Map<String, Long> sequences = new HashMap<>();
        Map<String, Long> lastOfOwner = new HashMap<>();
        long last = 0;

        for (TelemetryFrame frame : all(new Feed(world, PLAN), START, END.plusSeconds(600))) {
            long[] times = SlotTimes.of(frame);
            String owner = frame.getSiteId() + "|" + frame.getOwnerId();

            assertThat(frame.getFrameSeq()).isEqualTo(sequences.merge(owner, 1L, Long::sum));
            assertThat(times[times.length - 1]).isGreaterThanOrEqualTo(last);
            if (!frame.getOwnerId().startsWith("job/")) {
                assertThat(times[0]).as(owner).isGreaterThan(lastOfOwner.getOrDefault(owner, 0L));
            }
            assertThat(frame.getHistory()).isEqualTo(times[times.length - 1] <= END.toEpochMilli());
            last = times[times.length - 1];
            lastOfOwner.put(owner, last);
        }
        assertThat(last).isEqualTo(END.plusSeconds(600).toEpochMilli());
    }

    @Test
    void oneWorldGivesOneSequenceOfBytes() {
        String one = digest(new Feed(world(1, WorldPreset.EDGE_2RACK), PLAN));
        String again = digest(new Feed(world(1, WorldPreset.EDGE_2RACK), PLAN));
        String other = digest(new Feed(world(2, WorldPreset.EDGE_2RACK), PLAN));

        assertThat(again).isEqualTo(one);
        assertThat(other).isNotEqualTo(one);
    }

    @Test
    void askingPieceByPieceGivesTheSame() {
        World world = world(1, WorldPreset.EDGE_2RACK, WorldPreset.EXACT);
        Instant middle = START.plus(Duration.ofHours(3));
        Feed pieces = new Feed(world, PLAN);

        List<TelemetryFrame> joined = all(pieces, START, middle);
        joined.addAll(all(pieces, middle, END));

        assertThat(joined).isEqualTo(all(new Feed(world, PLAN), START, END));
        assertThatIllegalArgumentException().isThrownBy(() -> pieces.framesBetween(START, END));
    }

    @Test
    void anAssertionNeverReachesBeyondItsRun() {
        World world = world(6, WorldPreset.POD_128);
        WorldSite site = world.sites().get(0);
        Map<String, WorldRun> runs = new HashMap<>();
        site.runs(END).forEach(run -> runs.put(run.id(), run));
        Map<String, Long> assertedTo = new HashMap<>();

        for (TelemetryFrame frame : all(new Feed(world, PLAN), START, END)) {
            long[] times = SlotTimes.of(frame);
            for (Entity entity : frame.getEntitiesList()) {
                WorldRun run = runs.get(entity.getRunId());
                if (run != null) {
                    assertThat(entity.getAllocFromMs()).isEqualTo(run.start().toEpochMilli());
                    assertThat(times[times.length - 1])
                            .isLessThanOrEqualTo(run.end().toEpochMilli());
                    assertThat(times[0]).isGreaterThanOrEqualTo(run.start().toEpochMilli());
                    assertedTo.merge(run.id() + " " + entity.getEntityId(), times[times.length - 1], Math::max);
                }
            }
        }

        for (WorldRun run : runs.values()) {
            for (String node : site.nodesOf(run)) {
                assertThat(assertedTo.get(run.id() + " " + node))
                        .isEqualTo(Math.min(run.end().toEpochMilli(), END.toEpochMilli()));
            }
        }
    }

    @Test
    void aRunsLogTellsWhatItDidFromItsStartToItsEnd() {
        Instant end = START.plus(Duration.ofHours(40));
        World world = World.of(List.of(WorldPreset.EDGE_2RACK), 6, START, end);
        WorldRun failing = world.sites().get(0).runs(end).stream()
                .filter(run -> run.attempts().size() == 2 && !run.end().isAfter(end))
                .findFirst()
                .orElseThrow();
        long[] millisOfPhase = new long[7];
        long[] effective = new long[3];
        long now = failing.start().toEpochMilli();
        long kept = 0;

        for (TelemetryFrame frame : all(new Feed(world, new FeedPlan(end, end, false)), START, end)) {
            if (!frame.getOwnerId().equals("job/" + failing.id())) {
                continue;
            }
            long[] times = SlotTimes.of(frame);
            assertThat(times[0]).isEqualTo(now);
            Entity job = frame.getEntities(0);
            long[] attempt = values(job, Metric.JOB_ATTEMPT, times.length);
            long[] phase = values(job, Metric.JOB_PHASE, times.length);
            long[] tokens = values(job, Metric.JOB_TOKENS_EFFECTIVE, times.length);
            List<Integer> missing = job.getSeries(2).getQualityRunsList();
            Quality[] quality = Quality.expand(missing, times.length);
            for (int i = 1; i < times.length; i++) {
                millisOfPhase[(int) phase[i]] += times[i] - times[i - 1];
                assertThat(quality[i] == Quality.GOOD).isEqualTo(phase[i] == 2);
                effective[(int) attempt[i]] += quality[i] == Quality.GOOD ? tokens[i] : 0;
                if (phase[i] == 4) {
                    long checkpoint = values(job, Metric.JOB_CHECKPOINT_STEP, times.length)[i];
                    assertThat(checkpoint).isGreaterThan(kept);
                    kept = checkpoint;
                }
            }
            now = times[times.length - 1];
        }

        assertThat(now).isEqualTo(failing.end().toEpochMilli());
        assertThat(millisOfPhase).startsWith(0, 120_000).endsWith(300_000, 120_000);
        assertThat(millisOfPhase[3]).isPositive();
        assertThat(millisOfPhase[4]).isPositive();
        long keptOfFirst = failing.attempts().get(0).keptSteps();
        assertThat(effective[1]).isGreaterThan(keptOfFirst * failing.effectiveTokensPerStep());
        assertThat(effective[2]).isEqualTo(failing.attempts().get(1).keptSteps() * failing.effectiveTokensPerStep());
    }

    private static long[] values(Entity job, Metric metric, int slots) {
        return job.getSeriesList().stream()
                .filter(series -> series.getMetric() == metric.number())
                .map(series -> SeriesValues.unpack(series, slots))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void noMoreThanOneWindowIsEverHeld() {
        World world = World.demo(8, END);
        Feed feed = new Feed(world, FeedPlan.demo(world));
        Iterator<TelemetryFrame> frames = feed.framesBetween(world.start(), world.end());
        long taken = 0;
        long mostHeld = 0;

        while (frames.hasNext()) {
            mostHeld = Math.max(mostHeld, feed.samples() - taken);
            taken += readings(frames.next());
        }

        assertThat(taken).isEqualTo(feed.samples()).isBetween(3_000_000L, 6_000_000L);
        assertThat(mostHeld).isLessThan(20_000);
    }

    private static long readings(TelemetryFrame frame) {
        long readings = 0;
        for (Entity entity : frame.getEntitiesList()) {
            for (Series series : entity.getSeriesList()) {
                for (Quality quality : Quality.expand(series.getQualityRunsList(), frame.getSlots())) {
                    readings += quality == Quality.MISSING ? 0 : 1;
                }
            }
        }
        return readings;
    }

    static List<TelemetryFrame> all(Feed feed, Instant from, Instant to) {
        List<TelemetryFrame> all = new ArrayList<>();
        feed.framesBetween(from, to).forEachRemaining(all::add);
        return all;
    }

    private static String digest(Feed feed) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            feed.framesBetween(START, END).forEachRemaining(frame -> digest.update(FrameCodec.encode(frame)));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
