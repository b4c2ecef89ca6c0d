package io.joulestream.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.joulestream.core.account.GroupReport;
import io.joulestream.core.account.MeterHourBook;
import io.joulestream.core.account.MeterReport;
import io.joulestream.core.account.MeterReport.FeedDifference;
import io.joulestream.core.account.MeterReport.QuantityDifference;
import io.joulestream.core.account.RunReport;
import io.joulestream.core.account.RunReport.MeterDifference;
import io.joulestream.core.account.SiteHourBook;
import io.joulestream.core.account.SiteReport;
import io.joulestream.core.account.SiteReport.PartDifference;
import io.joulestream.core.account.SiteReport.RoleDifference;
import io.joulestream.core.energy.ChannelId;
import io.joulestream.core.energy.OwnerChanges;
import io.joulestream.core.energy.OwnerFrame;
import io.joulestream.core.energy.OwnerFrame.Assertion;
import io.joulestream.core.energy.OwnerFrame.ChannelReading;
import io.joulestream.core.energy.OwnerLedger;
import io.joulestream.core.energy.Reading;
import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.RejectCode;
import io.joulestream.core.ledger.VolumeBuckets;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.wire.FrameKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnerAccountTest {
    private static final long START = Instant.parse("2026-03-10T12:00:00Z").toEpochMilli();
    private static final long MINUTE = START / 60_000;
    private static final int POWER = Metric.NODE_POWER.number();
    private static final int REGISTER = Metric.METER_ENERGY_ACTIVE.number();
    private static final int WATER = Metric.WATER_VOLUME.number();
    private static final int SOC = Metric.STORAGE_SOC.number();
    private static final int FUEL = Metric.FUEL_VOLUME.number();
    private static final String SITE = """
            tenant: t
            site: s
            kind: edge
            zone: Europe/Berlin
            effectiveFrom: 2026-01-01T00:00:00Z
            itBoundary: NODE_IN
            entities:
              - { id: node-1, kind: NODE, role: NODE_IN, nameplateW: 1000, channels: [ { metric: node.power, samplePeriod: PT1S } ] }
              - { id: meter/check, kind: METER, role: CHECK, parent: node-1, owner: node-1, nameplateW: 1000, channels: [ { metric: meter.energy.active, samplePeriod: PT1S } ] }
              - { id: meter/water, kind: METER, role: WATER_IN, water: reclaimed, owner: node-1, channels: [ { metric: water.volume, samplePeriod: PT60S, modulusL: 1000000 } ] }
              - { id: meter/tower, kind: METER, role: SENSOR, owner: node-1, channels: [ { metric: water.volume, samplePeriod: PT60S } ] }
              - { id: gen/1, kind: METER, role: BACKUP_GEN, owner: node-1, nameplateW: 1000, channels: [ { metric: meter.energy.active, samplePeriod: PT1S }, { metric: fuel.volume, samplePeriod: PT60S } ] }
              - { id: battery, kind: METER, role: STORAGE_SOC, owner: node-1, channels: [ { metric: storage.soc, samplePeriod: PT60S } ] }
              - { id: meter/grid, kind: METER, role: GRID_IMPORT, owner: node-1, nameplateW: 1000, channels: [ { metric: meter.energy.active, samplePeriod: PT1S } ] }
            """;
    private static final SiteRules RULES = new SiteRules(InventoryHistory.of(
            List.of(new InventoryVersion(1, SiteInventoryParser.parse(SITE).orElseThrow()))));

    private final OwnerAccount account = new OwnerAccount(new FrameKey("t", "s", "node-1"), 0, new OwnerLedger());
    private final List<ChannelMinute> minutes = new ArrayList<>();
    private final List<RoleDifference> roles = new ArrayList<>();
    private final List<RunReport> runs = new ArrayList<>();
    private final List<MeterReport> meters = new ArrayList<>();
    private final List<GroupReport> groups = new ArrayList<>();

    @Test
    void aRowsRevisionIsOneMoreThanTheOffsetOfTheLastFrameThatTouchedIt() {
        enter(7, frame(1, List.of(), power(0, 100), power(30, 100), power(70, 100)));
        enter(9, frame(2, List.of(), power(75, 100)));
        publish();
        assertThat(minutes)
                .extracting(row -> row.minute().toEpochMilli() / 60_000 - MINUTE, ChannelMinute::revision)
                .containsExactly(tuple(0L, 8L), tuple(1L, 10L));

        enter(12, frame(3, List.of(), power(15, 100)));
        publish();

        assertThat(minutes)
                .extracting(row -> row.minute().toEpochMilli() / 60_000 - MINUTE, ChannelMinute::revision)
                .containsExactly(tuple(0L, 13L));
    }

    @Test
    void aRowThatAFrameOnlyTakesFromIsWrittenOverTheOldOne() {
        Assertion early = new Assertion("node-1", START, START + 1_000, "r");
        enter(0, frame(1, List.of(early), power(0, 100), power(1, 100), power(2, 100)));
        publish();
        ChannelMinute flagged = minutes.get(0);

        enter(1, frame(2, List.of(new Assertion("node-1", START + 1_000, START + 2_000, "r"))));
        publish();

        assertThat(flagged.flags()).isNotZero();
        assertThat(minutes)
                .extracting(ChannelMinute::flags, ChannelMinute::revision)
                .containsExactly(tuple(0, 2L));
    }

    @Test
    void aRunToldWhenItsMinutesAreSettledIsMarkedInThem() {
        ChannelReading[] readings = new ChannelReading[600];
        for (int second = 0; second < readings.length; second++) {
            readings[second] = power(second, 100);
        }
        enter(0, frame(1, List.of(), readings));
        publish();

        enter(1, frame(2, List.of(new Assertion("node-1", START + 60_000, START + 600_000, "r"))));
        publish();

        assertThat(groups).hasSize(1);
        assertThat(groups.get(0).touched())
                .extracting(touched -> touched.fromMinute() - MINUTE, GroupReport.Touched::late)
                .as("the raw tail of an edge site is four minutes")
                .containsExactlyInAnyOrder(tuple(1L, true), tuple(6L, false));
        assertThat(groups.get(0).amounts())
                .filteredOn(amount -> amount.run().equals("r") && amount.minute() == MINUTE + 2)
                .extracting(GroupReport.AmountDifference::energy)
                .containsExactly(new EnergyBuckets(6_000_000, 0, 0));
        assertThat(runs.get(0).differences())
                .filteredOn(difference -> difference.entity().equals("meter/check"))
                .isEmpty();
    }

    @Test
    void aChangeOfZoneDoesNotChangeTheLengthOfLedgerRows() {
        String later = SITE.replace("Europe/Berlin", "Asia/Kolkata").replace("2026-01-01", "2026-03-01");
        SiteRules twoZones = new SiteRules(InventoryHistory.of(List.of(
                new InventoryVersion(1, SiteInventoryParser.parse(SITE).orElseThrow()),
                new InventoryVersion(2, SiteInventoryParser.parse(later).orElseThrow()))));
        List<SiteReport> reports = new ArrayList<>();

        OwnerFrame frame = frame(1, List.of(), power(0, 100), power(30, 100));
        account.enter(new Admission(null, twoZones, frame, List.of(), List.of()), 1, START);
        account.publish(minutes::add, reports::add, runs::add, meters::add, groups::add);

        assertThat(reports).extracting(SiteReport::ledgerStepSeconds).containsExactly(3_600);
    }

    @Test
    void rowsDoNotDependOnTheOrderOfFrames() {
        assertThat(rowsAfter(1, 2, 3))
                .isNotEmpty()
                .isEqualTo(rowsAfter(1, 3, 2))
                .isEqualTo(rowsAfter(3, 2, 1));
    }

    @Test
    void aFrameChangesARoleOnceHoweverManyOfItsChannels() {
        enter(0, frame(1, List.of(), power(0, 100), power(1, 100), register("meter/grid", 0, 5)));
        enter(1, frame(2, List.of(), power(2, 100), register("meter/grid", 1, 6), register("meter/check", 1, 6)));
        enter(2, frame(2, List.of(), power(2, 100)));
        publish();

        assertThat(roles)
                .extracting(RoleDifference::role, r -> r.energy().measuredMicrojoules(), RoleDifference::changes)
                .containsExactly(tuple("GRID_IMPORT", 1_000L, 1L), tuple("NODE_IN", 200_000L, 2L));
    }

    @Test
    void whatIsSummedIsToldByWhatItIsAndByWhatFeedsIt() {
        enter(0, frame(1, List.of(), power(0, 100), power(1, 100), register("meter/grid", 0, 5)));
        enter(1, frame(2, List.of(), power(2, 100), register("meter/grid", 1, 6), register("meter/check", 1, 6)));
        List<PartDifference> parts = new ArrayList<>();
        account.publish(row -> {}, site -> parts.addAll(site.parts()), run -> {}, meter -> {}, group -> {});

        assertThat(parts)
                .extracting(PartDifference::part, p -> p.energy().measuredMicrojoules(), PartDifference::changes)
                .containsExactly(tuple("GRID_IMPORT/METER/", 1_000L, 1L), tuple("GROUP//", 200_000L, 2L));
    }

    @Test
    void aMeterOfARunHasARowFromTheRunsFirstMinuteThoughItIsSilent() {
        long since = START + 90_000;
        enter(
                0,
                frame(
                        1,
                        List.of(
                                new Assertion("node-1", since, since + 1_000, "r"),
                                new Assertion("meter/check", since, since + 1_000, "r"),
                                new Assertion("meter/grid", since, since + 1_000, "r"))));
        enter(1, frame(2, List.of(new Assertion("node-1", since, since + 2_000, "r"))));
        publish();

        assertThat(runs).extracting(RunReport::run, RunReport::assertions).containsExactly(tuple("r", 4L));
        assertThat(runs.get(0).differences())
                .containsExactlyInAnyOrder(silent("node-1", POWER, false), silent("meter/check", REGISTER, true));
        enter(2, frame(3, List.of(new Assertion("node-1", since, since + 3_000, "r"))));
        publish();
        assertThat(runs.get(0).differences()).as("known already").isEmpty();
    }

    @Test
    void aFeedIsReportedByMinuteWhoeverHeldIt() {
        Assertion held = new Assertion("meter/grid", START + 500, START + 600, "r");
        enter(0, frame(1, List.of(held), register("meter/grid", 0, 5), register("meter/grid", 1, 6)));
        enter(1, frame(2, List.of(), register("meter/grid", 2, 7), register("meter/check", 2, 7)));
        publish();

        assertThat(meters).extracting(MeterReport::entity).containsExactly("meter/grid");
        assertThat(meters.get(0).feed())
                .containsExactly(new FeedDifference(MINUTE, new EnergyBuckets(2_000, 0, 0), 2_000, 2_000, 2));
        assertThat(meters.get(0).quantities()).isEmpty();
        publish();
        assertThat(meters).isEmpty();
    }

    @Test
    void waterIsCutInMillilitresAtTheMinuteAndIsNoEnergy() {
        enter(
                0,
                frame(
                        1,
                        List.of(),
                        volume("meter/water", WATER, 30, 100, 0),
                        volume("meter/water", WATER, 90, 100, 3),
                        volume("meter/tower", WATER, 30, 7, 0),
                        volume("meter/tower", WATER, 90, 8, 0)));
        publish();

        assertThat(meters).extracting(MeterReport::entity).containsExactly("meter/tower", "meter/water");
        assertThat(meters.get(1).quantities())
                .containsExactly(
                        quantity(WATER, "RECLAIMED", false, 0, new VolumeBuckets(1, 0, 0)),
                        quantity(WATER, "RECLAIMED", false, 1, new VolumeBuckets(2, 0, 0)));
        assertThat(meters.get(0).quantities())
                .containsExactly(
                        quantity(WATER, "OTHER_WATER", true, 0, new VolumeBuckets(500, 0, 0)),
                        quantity(WATER, "OTHER_WATER", true, 1, new VolumeBuckets(500, 0, 0)));
        assertThat(minutes).isEmpty();
        assertThat(roles).isEmpty();
    }

    @Test
    void fuelOfAGeneratorStandsBesideItsEnergy() {
        enter(
                0,
                frame(
                        1,
                        List.of(),
                        volume("gen/1", FUEL, 0, 10, 0),
                        volume("gen/1", FUEL, 60, 12, 500),
                        register("gen/1", 0, 5),
                        register("gen/1", 1, 6)));
        publish();

        assertThat(meters.get(0).quantities())
                .containsExactly(quantity(FUEL, "FUEL", false, 0, new VolumeBuckets(2_500, 0, 0), 60_000));
        assertThat(roles)
                .extracting(RoleDifference::role, r -> r.energy().measuredMicrojoules())
                .containsExactly(tuple("BACKUP_GEN", 1_000L));
        assertThat(minutes).extracting(ChannelMinute::metric).containsOnly(REGISTER);
    }

    @Test
    void aWaterRegisterRollsOverAndARestartIsEstimated() {
        enter(
                0,
                frame(
                        1,
                        List.of(),
                        volume("meter/water", WATER, 0, 999_990, 0),
                        volume("meter/water", WATER, 60, 10, 0),
                        volume("meter/water", WATER, 120, 40, 0)));
        publish();
        assertThat(meters.get(0).quantities())
                .extracting(QuantityDifference::volume)
                .containsExactly(new VolumeBuckets(20_000, 0, 0), new VolumeBuckets(30_000, 0, 0));

        enter(
                1,
                frame(
                        2,
                        List.of(),
                        volume("gen/1", FUEL, 0, 100, 0),
                        volume("gen/1", FUEL, 60, 104, 0),
                        volume("gen/1", FUEL, 120, 1, 0),
                        volume("gen/1", FUEL, 180, 3, 0)));
        publish();

        assertThat(meters.get(0).quantities())
                .extracting(QuantityDifference::volume)
                .containsExactly(
                        new VolumeBuckets(4_000, 0, 0), new VolumeBuckets(0, 0, 3_000), new VolumeBuckets(2_000, 0, 0));
    }

    @Test
    void theChangeOfABatterysLevelIsItsEnergyOfEitherSignAndOverAGapIsBridged() {
        enter(
                0,
                frame(
                        1,
                        List.of(),
                        reading("battery", SOC, 0, 9_000, 1),
                        reading("battery", SOC, 60, 10_000, 1),
                        reading("battery", SOC, 90, 9_999, 1),
                        reading("battery", SOC, 1_800, 4_000, 1)));
        publish();

        EnergyBuckets first = roles.get(0).energy();
        assertThat(first).isEqualTo(new EnergyBuckets(1_000_000, 0, 0));
        assertThat(roles).extracting(RoleDifference::role).containsOnly("STORAGE_SOC");
        assertThat(roles.stream().map(RoleDifference::energy).reduce(EnergyBuckets.NONE, EnergyBuckets::plus))
                .isEqualTo(new EnergyBuckets(999_000, -5_999_000, 0));
        assertThat(roles.stream().mapToLong(RoleDifference::coveredWattMillis).sum())
                .isEqualTo(90_000);
    }

    @Test
    void moreWaterThanAnySupplyDeliversIsRefused() {
        OwnerFrame frame = frame(
                1,
                List.of(),
                volume("meter/water", WATER, 0, 100, 0),
                volume("meter/water", WATER, 60, 900_000, 0),
                volume("meter/water", WATER, 120, 101, 0),
                volume("meter/water", WATER, 600, 102, 0));

        OwnerChanges changes = account.enter(new Admission(null, RULES, frame, List.of(), List.of()), 0, START);
        publish();

        assertThat(changes.rejects())
                .extracting(OwnerChanges.Reject::code)
                .containsExactly(RejectCode.RATE_IMPLAUSIBLE);
        assertThat(meters.get(0).quantities().stream()
                        .mapToLong(difference -> difference.volume().totalMillilitres())
                        .sum())
                .isEqualTo(2_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void quartersAndVolumesDoNotDependOnTheOrderOfFramesAndQuartersAddUpToTheLedgersHours(long seed) {
        Random random = new Random(seed);
        List<OwnerFrame> frames = twoHours(random);
        Books ordered = booksAfter(frames, random, frames.size());
        Collections.shuffle(frames, random);
        Books shuffled = booksAfter(frames, random, 1 + random.nextInt(5));

        assertThat(shuffled.rows).as("seed %d", seed).isEqualTo(ordered.rows);
        for (Map.Entry<Instant, EnergyBuckets> hour : ordered.hours.entrySet()) {
            EnergyBuckets quarters = ordered.quarters.entrySet().stream()
                    .filter(quarter ->
                            quarter.getKey().truncatedTo(ChronoUnit.HOURS).equals(hour.getKey()))
                    .map(Map.Entry::getValue)
                    .reduce(EnergyBuckets.NONE, EnergyBuckets::plus);
            assertThat(quarters).as("seed %d, %s", seed, hour.getKey()).isEqualTo(hour.getValue());
        }
        assertThat(ordered.hours).hasSizeGreaterThan(1);
    }

    /** Frames of a grid feed and a water meter, with gaps and restarts of both registers. */
    private static List<OwnerFrame> twoHours(Random random) {
        List<OwnerFrame> frames = new ArrayList<>();
        long millijoules = 1_000_000;
        long litres = 5_000;
        long second = 0;
        for (int number = 1; number <= 120; number++) {
            List<ChannelReading> readings = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                second += random.nextInt(20) == 0 ? 600 : 1 + random.nextInt(40);
                millijoules = random.nextInt(40) == 0 ? random.nextInt(500) : millijoules + random.nextInt(1_000);
                litres = random.nextInt(60) == 0 ? random.nextInt(10) : litres + random.nextInt(20);
                readings.add(reading("meter/grid", REGISTER, second, millijoules, number));
                readings.add(new ChannelReading(
                        new ChannelId("meter/water", WATER),
                        0,
                        new Reading(START + second * 1_000, litres, random.nextInt(1_000), false, 1, 1, number, 0)));
            }
            frames.add(new OwnerFrame(1, number, readings, List.of()));
        }
        return frames;
    }

    /** What the site's and the meters' operators make of an owner's reports. */
    private static final class Books {
        final Map<Instant, EnergyBuckets> hours = new TreeMap<>();
        final Map<Instant, EnergyBuckets> quarters = new TreeMap<>();
        final Map<String, Object> rows = new TreeMap<>();
        final Map<Long, SiteHourBook> sites = new TreeMap<>();
        final Map<String, MeterHourBook> meters = new TreeMap<>();

        void enter(SiteReport report) {
            report.differences()
                    .forEach(difference -> sites.computeIfAbsent(
                                    SiteHourBook.hourOf(difference), hour -> new SiteHourBook())
                            .add(difference));
        }

        void enter(MeterReport report) {
            report.feed()
                    .forEach(difference -> meter(report, difference.minute()).add(difference));
            report.quantities()
                    .forEach(difference -> meter(report, difference.minute()).add(difference));
        }

        private MeterHourBook meter(MeterReport report, long minute) {
            return meters.computeIfAbsent(
                    report.entity() + "@" + MeterHourBook.hourOf(minute), hour -> new MeterHourBook());
        }

        Books closed() {
            sites.values()
                    .forEach(book -> book.publish("t", "s", 0, 3_600).stream()
                            .filter(row ->
                                    row.lengthSeconds() == 3_600 && row.role().equals("GRID_IMPORT"))
                            .forEach(row -> hours.put(row.start(), row.energy())));
            meters.forEach((name, book) -> {
                MeterHourBook.Rows changed = book.publish("t", "s", name, 0, 3_600);
                changed.demand().forEach(row -> {
                    quarters.put(row.start(), row.energy());
                    rows.put("demand " + row.start(), List.of(row.energy(), row.coveredMillis(), row.flags()));
                });
                changed.quantities()
                        .forEach(row -> rows.put(
                                "volume " + row.start(),
                                List.of(row.volume(), row.coveredMillis(), row.accountedMillis(), row.flags())));
            });
            return this;
        }
    }

    private static Books booksAfter(List<OwnerFrame> frames, Random random, int publishEvery) {
        OwnerAccount account = new OwnerAccount(new FrameKey("t", "s", "node-1"), 0, new OwnerLedger());
        Books books = new Books();
        long offset = 0;
        for (OwnerFrame frame : frames) {
            account.enter(new Admission(null, RULES, frame, List.of(), List.of()), offset++, START);
            if (offset % publishEvery == 0) {
                publish(account, books);
            }
        }
        publish(account, books);
        return books.closed();
    }

    private static void publish(OwnerAccount account, Books books) {
        account.publish(row -> {}, books::enter, run -> {}, books::enter, group -> {});
    }

    private static QuantityDifference quantity(
            int metric, String kind, boolean check, long minute, VolumeBuckets volume) {
        return quantity(metric, kind, check, minute, volume, 30_000);
    }

    private static QuantityDifference quantity(
            int metric, String kind, boolean check, long minute, VolumeBuckets volume, long millis) {
        return new QuantityDifference(metric, kind, check, MINUTE + minute, volume, millis, millis, 1);
    }

    @Test
    void nobodyHasNoRun() {
        enter(0, frame(1, List.of(new Assertion("node-1", START, START + 1_000, "")), power(0, 1), power(1, 1)));
        publish();

        assertThat(runs).isEmpty();
    }

    private static MeterDifference silent(String entity, int metric, boolean check) {
        return new MeterDifference(entity, metric, check, MINUTE + 1, EnergyBuckets.NONE, 0, 0, 0);
    }

    /** Thirty seconds in three frames, all of one run; the rows of channel and site without their revisions. */
    private static Map<String, Object> rowsAfter(int... order) {
        OwnerAccount account = new OwnerAccount(new FrameKey("t", "s", "node-1"), 0, new OwnerLedger());
        SiteHourBook book = new SiteHourBook();
        Map<String, Object> rows = new TreeMap<>();
        long offset = 0;
        for (int number : order) {
            ChannelReading[] readings = new ChannelReading[10];
            for (int i = 0; i < readings.length; i++) {
                readings[i] = reading("node-1", POWER, (number - 1) * 10 + i, 100, number);
            }
            Assertion run = new Assertion("node-1", START, START + number * 10_000L - 1_000, "r");
            account.enter(
                    new Admission(
                            null,
                            RULES,
                            new OwnerFrame(1, number, List.of(readings), List.of(run)),
                            List.of(),
                            List.of()),
                    offset++,
                    START);
            account.publish(
                    row -> rows.put(
                            "channel " + row.minute(),
                            List.of(row.energy(), row.coveredMillis(), row.samples(), row.flags())),
                    site -> site.differences().forEach(book::add),
                    report -> {},
                    report -> {},
                    report -> {});
        }
        book.publish("t", "s", 0, 3_600)
                .forEach(row ->
                        rows.put(row.role() + row.lengthSeconds() + row.start(), List.of(row.energy(), row.flags())));
        return rows;
    }

    private void enter(long offset, OwnerFrame frame) {
        account.enter(new Admission(null, RULES, frame, List.of(), List.of()), offset + 1, START);
    }

    private void publish() {
        minutes.clear();
        roles.clear();
        runs.clear();
        meters.clear();
        groups.clear();
        account.publish(minutes::add, site -> roles.addAll(site.differences()), runs::add, meters::add, groups::add);
    }

    private static OwnerFrame frame(long sequence, List<Assertion> assertions, ChannelReading... readings) {
        return new OwnerFrame(1, sequence, List.of(readings), assertions);
    }

    private static ChannelReading power(long second, long milliwatts) {
        return reading("node-1", POWER, second, milliwatts, 1);
    }

    private static ChannelReading register(String meter, long second, long millijoules) {
        return reading(meter, REGISTER, second, millijoules, 1);
    }

    private static ChannelReading volume(String meter, int metric, long second, long litres, int millilitres) {
        return new ChannelReading(
                new ChannelId(meter, metric),
                0,
                new Reading(START + second * 1_000, litres, millilitres, false, 1, 1, 1, 0));
    }

    private static ChannelReading reading(String entity, int metric, long second, long value, long sequence) {
        return new ChannelReading(
                new ChannelId(entity, metric),
                0,
                new Reading(START + second * 1_000, value, 0, false, 1, 1, sequence, 0));
    }
}
