package io.joulestream.ingest.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.joulestream.ingest.world.TruthFile.Cells;
import io.joulestream.ingest.world.TruthFile.Rule;
import io.joulestream.ingest.world.TruthFile.Table;
import io.joulestream.ingest.world.TruthFile.Unknowable;
import io.joulestream.wire.Quality;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TruthFileTest {
    private static final Instant END = Instant.parse("2026-10-25T12:00:00Z");
    private static final Instant START = END.minus(Duration.ofHours(24));
    private static final World WORLD =
            World.of(List.of(WorldPreset.POD_128, WorldPreset.EDGE_2RACK, WorldPreset.EDGE_NOMETER), 42, START, END);
    private static final FeedPlan PLAN =
            new FeedPlan(END.minus(Duration.ofHours(1)), END.minus(Duration.ofHours(4)), true);
    private static final TruthFile TRUTH = TruthFile.of(WORLD, PLAN, END);

    @TempDir
    Path folder;

    @Test
    void whatIsWrittenIsRead() throws IOException {
        List<FaultEntry> faults =
                List.of(new FaultEntry("POISON", "pod-128", "", START, END, 3, "DECODE_ERROR", "no frames"));
        TruthFile truth = TRUTH.withFaults(faults);
        for (String name : List.of("truth.txt", "truth.gz")) {
            Path file = folder.resolve(name);

            truth.write(file);
            TruthFile read = TruthFile.read(file);

            assertThat(read.withFaults(List.of()).faults()).isEqualTo(truth.faults());
            assertThat(read.steps()).isEqualTo(truth.steps());
            assertThat(read.unknowable()).isEqualTo(truth.unknowable());
            assertThat(read.sites()).isEqualTo(truth.sites());
            assertThat(read.cells().get(3).values())
                    .isEqualTo(truth.cells().get(3).values());
            Path again = folder.resolve("again-" + name);
            read.write(again);
            assertThat(again).hasSameBinaryContentAs(file);
        }
        assertThat(Files.size(folder.resolve("truth.gz"))).isLessThan(Files.size(folder.resolve("truth.txt")) / 3);
    }

    @Test
    void aBrokenFileIsToldByItsLine() throws IOException {
        Path file = folder.resolve("truth.txt");
        Files.writeString(
                file, TruthFile.MAGIC + "\t1\tdefault\t" + START + "\t" + END + "\nrole\tpod-128\tNODE_IN\tmany\n");

        assertThatIOException().isThrownBy(() -> TruthFile.read(file)).withMessageContaining("line 2");
    }

    @Test
    void readingsAddUpToTheTruthInEveryKnowableMinute() {
        Map<String, Long> before = new HashMap<>();
        Map<String, long[]> minutes = new HashMap<>();
        Map<String, long[]> runMinutes = new HashMap<>();
        Map<String, long[]> tokens = new HashMap<>();
        FeedTest.all(new Feed(WORLD, PLAN), START, END).forEach(frame -> {
            long[] times = SlotTimes.of(frame);
            for (Entity entity : frame.getEntitiesList()) {
                for (Series series : entity.getSeriesList()) {
                    long[] values = SeriesValues.unpack(series, times.length);
                    Quality[] quality = Quality.expand(series.getQualityRunsList(), times.length);
                    for (int i = 0; i < times.length; i++) {
                        int minute = (int) ((times[i] - START.toEpochMilli()) / 60_000);
                        if (series.getMetric() == 60 && quality[i] != Quality.MISSING) {
                            int ending = (int) ((times[i] - 1 - START.toEpochMilli()) / 60_000);
                            tokens.computeIfAbsent(entity.getRunId(), r -> new long[24 * 60])[ending] += values[i];
                        }
                        if (series.getExp10() != -3
                                || !series.getSourceUnit().equals("mJ")
                                || times[i] % 60_000 != 0
                                || quality[i] == Quality.MISSING) {
                            continue;
                        }
                        String key = frame.getSiteId() + " " + entity.getEntityId() + " " + series.getMetric();
                        Long earlier = before.put(key, values[i]);
                        if (earlier != null) {
                            long energy = (values[i] - earlier) * 1_000;
                            minutes.computeIfAbsent(key, k -> new long[24 * 60])[minute - 1] += energy;
                            if (series.getMetric() == 21 && !entity.getRunId().isEmpty()) {
                                runMinutes.computeIfAbsent(entity.getRunId(), r -> new long[24 * 60])[minute - 1] +=
                                        energy;
                            }
                        }
                    }
                }
            }
        });

        int compared = 0;
        for (Cells cells : TRUTH.cells()) {
            long[] found = switch (cells.table()) {
                case CHANNEL_MINUTE -> minutes.get(cells.site() + " " + cells.subject() + " " + cells.metric());
                case RUN_MINUTE -> runMinutes.get(cells.run());
                case RUN_MINUTE_TOKENS -> tokens.get(cells.run());
                default -> null;
            };
            if (found == null) {
                continue;
            }
            int first = (int) Duration.between(START, cells.start()).toMinutes();
            for (int i = 0; i < cells.values().length; i++) {
                Instant minute = cells.start().plusSeconds(60L * i);
                if (TRUTH.unknowable().stream().noneMatch(u -> covers(u, cells, minute))) {
                    assertThat(found[first + i]).as("%s %s", cells, minute).isEqualTo(cells.values()[i]);
                    compared++;
                }
            }
        }
        assertThat(compared).isGreaterThan(100_000);
    }

    private static boolean covers(Unknowable unknowable, Cells cells, Instant minute) {
        return unknowable.table() == cells.table()
                && unknowable.site().equals(cells.site())
                && unknowable.subject().equals(cells.subject())
                && unknowable.run().equals(cells.run())
                && unknowable.metric() == cells.metric()
                && !minute.isBefore(unknowable.from())
                && minute.isBefore(unknowable.to());
    }

    @Test
    void theGapHidesItsMinutesButNotItsHour() {
        FaultEntry gap = fault("GAP");
        List<Unknowable> cells = TRUTH.unknowable().stream()
                .filter(u -> u.site().equals(gap.site()) && u.reason().contains("bridged"))
                .toList();

        assertThat(gap.owner()).isEqualTo("meter/MDB-1");
        assertThat(cells.stream().filter(u -> u.table() == Table.CHANNEL_MINUTE))
                .hasSize(45);
        assertThat(cells.stream().filter(u -> u.table() == Table.SITE_MINUTE)).hasSize(45);
        assertThat(cells.stream().filter(u -> u.table() == Table.SITE_HOUR))
                .singleElement()
                .satisfies(u -> assertThat(u.rule()).isEqualTo(Rule.TOTAL_ONLY));
        long missing = FeedTest.all(new Feed(WORLD, PLAN), START, END).stream()
                .filter(f -> f.getOwnerId().equals(gap.owner()) && f.getSiteId().equals(gap.site()))
                .flatMap(f -> Arrays.stream(
                        Quality.expand(f.getEntities(0).getSeries(0).getQualityRunsList(), f.getSlots())))
                .filter(quality -> quality == Quality.MISSING)
                .count();
        assertThat(missing).isEqualTo(gap.count()).isEqualTo(44);
    }

    @Test
    void theResetHidesWhatTheOldRegisterNeverShowed() {
        FaultEntry reset = fault("COUNTER_RESET");
        WorldSite site = WORLD.sites().get(0);
        List<TelemetryFrame> frames = FeedTest.all(new Feed(WORLD, PLAN), START, END).stream()
                .filter(f ->
                        f.getSiteId().equals(reset.site()) && f.getOwnerId().equals(reset.owner()))
                .toList();
        TelemetryFrame reborn = frames.stream()
                .filter(f -> f.getEntities(0).getSeries(0).getQualityRunsCount() > 0)
                .findFirst()
                .orElseThrow();

        Series series = reborn.getEntities(0).getSeries(0);
        Unknowable cell = TRUTH.unknowable().stream()
                .filter(u -> u.table() == Table.CHANNEL_MINUTE && u.reason().contains("reset"))
                .findFirst()
                .orElseThrow();

        assertThat(Quality.expand(series.getQualityRunsList(), reborn.getSlots())[0])
                .isEqualTo(Quality.RESET);
        assertThat(Instant.ofEpochMilli(reborn.getT0Ms())).isEqualTo(cell.to());
        assertThat(SeriesValues.unpack(series, reborn.getSlots())[0] * 1_000).isEqualTo(cell.leastMicrojoules());
        assertThat(Instant.ofEpochMilli(series.getCounterStartMs())).isBetween(cell.from(), cell.to());
        assertThat(site.microjoules(reset.owner(), cell.from(), cell.to()))
                .isBetween(cell.leastMicrojoules(), cell.greatestMicrojoules());
        assertThat(TRUTH.unknowable().stream().filter(u -> u.reason().contains("reset")))
                .extracting(Unknowable::table)
                .containsExactlyInAnyOrder(Table.CHANNEL_MINUTE, Table.SITE_MINUTE, Table.SITE_HOUR);
    }

    @Test
    void restartsLoseTheStepsSinceTheLastCheckpoint() {
        FaultEntry restart = fault("RESTART");
        TruthFile.Run run = TRUTH.runs().stream()
                .filter(r -> restart.owner().equals("job/" + r.run()))
                .findFirst()
                .orElseThrow();
        List<TruthFile.Step> steps =
                TRUTH.steps().stream().filter(s -> s.run().equals(run.run())).toList();

        assertThat(steps).anyMatch(s -> s.attempt() == 2);
        assertThat(steps.stream().mapToLong(TruthFile.Step::tokens).sum()).isEqualTo(run.tokens());
        long processedPerStep = WORLD.sites().get(0).shape().tokensPerStep();
        long paddingPerStep = processedPerStep / SiteShape.TOKENS_PER_SAMPLE * 128;
        long stepsDone = run.tokens() / processedPerStep;
        assertThat(run.effectiveTokens()).isEqualTo(run.tokens() - stepsDone * paddingPerStep);
        assertThat(run.effectiveTokens() - run.retainedTokens())
                .isPositive()
                .isEqualTo(restart.count() * (processedPerStep - paddingPerStep));
        long lastStep = steps.get(steps.size() - 1).step();
        assertThat(run.retainedTokens()).isEqualTo(lastStep * (processedPerStep - paddingPerStep));
    }

    @Test
    void theChangeOfClocksIsListed() {
        assertThat(TRUTH.faults())
                .filteredOn(f -> f.kind().equals("CLOCK_CHANGE"))
                .singleElement()
                .satisfies(f -> {
                    assertThat(f.site()).isEqualTo("edge-2rack");
                    assertThat(f.effect()).contains("1500 minutes");
                });
    }

    @Test
    void stepsOfTheLedgerAreSumsOfMinutesAndTotalsAreSumsOfSteps() {
        for (Cells hours : TRUTH.cells()) {
            if (hours.table() != Table.SITE_HOUR) {
                continue;
            }
            Cells minutes = TRUTH.cells().stream()
                    .filter(c -> c.table() == Table.SITE_MINUTE
                            && c.site().equals(hours.site())
                            && c.subject().equals(hours.subject()))
                    .findFirst()
                    .orElseThrow();
            assertThat(Arrays.stream(hours.values()).sum())
                    .isEqualTo(Arrays.stream(minutes.values()).sum());
        }
        for (TruthFile.Site site : TRUTH.sites()) {
            WorldSite world = WORLD.sites().stream()
                    .filter(s -> s.id().equals(site.id()))
                    .findFirst()
                    .orElseThrow();
            assertThat(1_000 * site.facilityMillijoules()).isEqualTo(world.facilityMicrojoules(START, END));
            assertThat(1_000 * site.itMillijoules()).isEqualTo(world.itMicrojoules(START, END));
        }
        for (TruthFile.Run run : TRUTH.runs()) {
            WorldSite world = WORLD.sites().stream()
                    .filter(s -> s.id().equals(run.site()))
                    .findFirst()
                    .orElseThrow();
            WorldRun known = world.runs(END).stream()
                    .filter(r -> r.id().equals(run.run()))
                    .findFirst()
                    .orElseThrow();
            assertThat(run.energyMicrojoules()).isEqualTo(world.runMicrojoules(known, START, END));
        }
    }

    private static FaultEntry fault(String kind) {
        return TRUTH.faults().stream()
                .filter(f -> f.kind().equals(kind))
                .findFirst()
                .orElseThrow();
    }
}
