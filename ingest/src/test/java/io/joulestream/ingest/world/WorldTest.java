package io.joulestream.ingest.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WorldTest {
    private static final Instant START = Instant.parse("2026-10-24T00:00:00Z");
    private static final Instant END = START.plus(Duration.ofHours(12));

    private static WorldSite site(WorldPreset preset, long seed) {
        return World.of(List.of(preset), seed, START, END).sites().get(0);
    }

    @ParameterizedTest
    @EnumSource(WorldPreset.class)
    void energyAddsUpHoweverTimeIsSplit(WorldPreset preset) {
        long seed = 20_261_125L;
        WorldSite site = site(preset, seed);
        SplittableRandom random = new SplittableRandom(seed);
        List<String> entities = site.entityIds();

        for (int i = 0; i < 2_000; i++) {
            long[] ticks = random.longs(3, 0, 24 * Ticks.HOUR).sorted().toArray();
            Instant a = START.plusMillis(ticks[0] * 100);
            Instant b = START.plusMillis(ticks[1] * 100);
            Instant c = START.plusMillis(ticks[2] * 100);
            String entity = entities.get(random.nextInt(entities.size()));

            assertThat(site.microjoules(entity, a, b) + site.microjoules(entity, b, c))
                    .as("seed %d, %s, %s %s %s", seed, entity, a, b, c)
                    .isEqualTo(site.microjoules(entity, a, c));
            assertThat(site.facilityMicrojoules(a, b) + site.facilityMicrojoules(b, c))
                    .isEqualTo(site.facilityMicrojoules(a, c));
        }
    }

    @Test
    void closedFormIsTheSumOfAllTicks() {
        WorldSite site = site(WorldPreset.EDGE_2RACK, 3);
        List<WorldEntity> metered =
                site.entities().stream().filter(e -> e.counter().isPresent()).toList();
        long[] sums = new long[metered.size()];

        for (long tick = 0; tick < 5 * Ticks.HOUR; tick++) {
            Moment moment = site.climate().at(tick);
            for (int e = 0; e < sums.length; e++) {
                sums[e] += metered.get(e).load().centiwatts(moment);
            }
        }

        Moment end = site.climate().at(5 * Ticks.HOUR);
        for (int e = 0; e < sums.length; e++) {
            assertThat(metered.get(e).load().millijoules(end))
                    .as(metered.get(e).id())
                    .isEqualTo(sums[e]);
        }
        assertThat(site.runs(START.plus(Duration.ofHours(5))))
                .as("a restart is in it")
                .anyMatch(run -> run.attempts().size() == 2);
    }

    @ParameterizedTest
    @EnumSource(WorldPreset.class)
    void facilityIsTheSumOfItsPartsAndOfItsMetersInEveryMinute(WorldPreset preset) {
        WorldSite site = site(preset, 11);
        List<WorldEntity> entities = site.entities();

        for (int minute = 0; minute < 12 * 60; minute++) {
            Instant from = START.plusSeconds(60L * minute);
            Instant to = from.plusSeconds(60);
            long facility = site.facilityMicrojoules(from, to);
            long it = site.itMicrojoules(from, to);

            assertThat(site.partsMicrojoules(from, to).values().stream()
                            .mapToLong(Long::longValue)
                            .sum())
                    .isEqualTo(facility);
            assertThat(sum(site, entities, "NODE_IN", from, to)).isEqualTo(it).isPositive();
            assertThat(facility).isGreaterThan(it);
            if (site.hasFacilityMeter()) {
                assertThat(sum(site, entities, "GRID_IMPORT", from, to) + sum(site, entities, "ONSITE_GEN", from, to))
                        .isEqualTo(facility);
                assertThat(sum(site, entities, "PDU_OUT", from, to)).isEqualTo(it);
                assertThat(sum(site, entities, "GRID_IMPORT", from, to)).isPositive();
            }
        }
    }

    private static long sum(WorldSite site, List<WorldEntity> entities, String role, Instant from, Instant to) {
        return entities.stream()
                .filter(e -> e.role().equals(role))
                .mapToLong(e -> site.microjoules(e.load(), from, to))
                .sum();
    }

    @ParameterizedTest
    @EnumSource(WorldPreset.class)
    void nothingEverExceedsItsNameplate(WorldPreset preset) {
        WorldSite site = site(preset, 12);

        for (WorldEntity entity : site.entities()) {
            for (int minute = 0; entity.counter().isPresent() && minute < 12 * 60; minute += 3) {
                Instant from = START.plusSeconds(60L * minute);
                assertThat(site.microjoules(entity.load(), from, from.plusSeconds(60)))
                        .as("%s from %s", entity.id(), from)
                        .isBetween(0L, entity.nameplateWatts() * 60_000_000);
            }
        }
    }

    @Test
    void runsAndIdleTimeAreAllOfTheNodes() {
        WorldSite site = site(WorldPreset.POD_128, 5);

        long runs = site.runs(END).stream()
                .mapToLong(run -> site.runMicrojoules(run, START, END))
                .sum();
        long idle = 0;
        for (WorldEntity node :
                site.entities().stream().filter(WorldEntity::isNode).toList()) {
            for (Timeline.Holding holding : site.pools().get(node.pool()).holdings(Ticks.since(START, END))) {
                if (holding.run() < 0) {
                    Instant to = START.plusMillis(Math.min(holding.to(), Ticks.since(START, END)) * 100);
                    idle += site.microjoules(node.id(), START.plusMillis(holding.from() * 100), to);
                }
            }
        }

        assertThat(runs).isPositive();
        assertThat(idle).isPositive();
        assertThat(runs + idle).isEqualTo(site.itMicrojoules(START, END));
    }

    @Test
    void aRunIsUnderWayWhenTheHistoryEnds() {
        for (WorldPreset preset : WorldPreset.values()) {
            for (long seed = 0; seed < 40; seed++) {
                WorldSite site = site(preset, seed);
                for (Timeline pool : site.pools()) {
                    assertThat(pool.holdingBefore(Ticks.since(START, END)).run())
                            .as("%s, seed %d", preset, seed)
                            .isNotNegative();
                }
                assertThat(site.runs(END))
                        .as("restart")
                        .anyMatch(run -> run.attempts().size() == 2);
            }
        }
    }

    @Test
    void aTokenCostsLessInNvfp4() {
        World world = World.of(List.of(WorldPreset.EDGE_2RACK), 5, START, START.plus(Duration.ofDays(35)));
        WorldSite site = world.sites().get(0);

        TruthFile truth = TruthFile.of(world, FeedPlan.demo(world), world.end());

        assertThat(truth.runs().get(0).precision()).isEqualTo("NVFP4");
        assertThat(truth.runs().get(1).precision()).isEqualTo("FP16");
        assertThat(joulesPerMillionTokens(truth.runs().get(0)))
                .isLessThan(joulesPerMillionTokens(truth.runs().get(1)) * 3 / 4);
        assertThat(site.runs(world.end())).hasSizeBetween(8, 20);
    }

    private static long joulesPerMillionTokens(TruthFile.Run run) {
        return run.energyMicrojoules() / run.tokens();
    }

    @Test
    void aSeedDecidesEverything() {
        WorldSite one = site(WorldPreset.POD_128, 1);
        WorldSite again = site(WorldPreset.POD_128, 1);
        WorldSite other = site(WorldPreset.POD_128, 2);

        assertThat(again.facilityMicrojoules(START, END)).isEqualTo(one.facilityMicrojoules(START, END));
        assertThat(again.runs(END)).isEqualTo(one.runs(END));
        assertThat(other.facilityMicrojoules(START, END)).isNotEqualTo(one.facilityMicrojoules(START, END));
        assertThat(other.runs(END)).isNotEqualTo(one.runs(END));
    }

    @Test
    void airAndLiquidTakeAwayTheHeatWithALag() {
        WorldSite site = site(WorldPreset.POD_128, 1);

        long heat = site.microjoules("loop/CDU-1", START, END) + site.microjoules("loop/AIR-1", START, END);

        assertThat(heat).isBetween(site.itMicrojoules(START, END) * 95 / 100, site.itMicrojoules(START, END));
        for (int hour = 0; hour < 12; hour++) {
            Moment moment = site.climate().at((long) hour * Ticks.HOUR);
            long airflow = Climate.rackAirflow(1_000_000);
            assertThat(Climate.liquidReturn(moment) - Climate.liquidSupply()).isBetween(7_500L, 8_500L);
            assertThat(site.climate().rackExhaust(moment, 0, 500_000, airflow)
                            - site.climate().rackInlet(moment, 0))
                    .isBetween(5_500L, 6_500L);
            assertThat(site.outdoorMilliCelsius(START.plus(Duration.ofHours(hour))))
                    .isBetween(-10_000L, 40_000L);
        }
    }

    @Test
    void truthIsWholeNumbersOnly() throws IOException {
        Pattern inexact =
                Pattern.compile("\\b(double|float|Double|Float|Math\\.(round|sin|pow))\\b|\\d\\.\\d+[fd;, )]");

        try (Stream<Path> sources = Files.list(Path.of("src/main/java/io/joulestream/ingest/world"))) {
            for (Path source : sources.toList()) {
                String code = Files.readString(source)
                        .replaceAll("(?s)/\\*.*?\\*/|//[^\\n]*", "")
                        .replaceAll("\"[^\"\\n]*\"", "");
                assertThat(inexact.matcher(code).find()).as(source.toString()).isFalse();
                assertThat(code).as(source.toString()).doesNotContain("io.joulestream.core");
            }
        }
    }

    @Test
    void onlyWholeHoursMakeAHistory() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> World.of(List.of(WorldPreset.EXACT), 1, START.plusSeconds(60), END));
        assertThatIllegalArgumentException().isThrownBy(() -> World.of(List.of(WorldPreset.EXACT), 1, END, START));
    }
}
