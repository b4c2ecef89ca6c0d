package io.joulestream.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.joulestream.core.account.GroupReport;
import io.joulestream.core.account.RunReport;
import io.joulestream.core.account.RunReport.StepReport;
import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameKey;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.EntityKind;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import io.joulestream.wire.v1.ValueKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Frames that are well-formed and yet odd: the job goes on, and what it does not take it tells. */
class OddFramesTest {
    private static final long START = Instant.parse("2026-03-10T12:00:00Z").toEpochMilli();
    private static final String NODE = "  - { id: node-1, kind: NODE, role: NODE_IN, nameplateW: 1000, channels: [ "
            + "{ metric: node.power, samplePeriod: PT1S } ] }\n";
    private static final String STORE = "  - { id: store, kind: METER, role: STORAGE_SOC, channels: [ "
            + "{ metric: storage.soc, samplePeriod: PT1S } ] }\n";
    private static final String METER =
            "  - { id: meter, kind: METER, role: GRID_IMPORT, nameplateW: 1000, channels: [ "
                    + "{ metric: meter.energy.active, samplePeriod: PT1S, ctRatio: 1/1000 } ] }\n";

    private static final String GPU = "  - { id: node-1/gpu0, kind: GPU, role: GPU, parent: node-1, owner: node-1, "
            + "nameplateW: 700, channels: [ { metric: gpu.power, samplePeriod: PT1S } ] }\n";

    private static volatile InventoryHistory known;
    private final List<Object> out = new ArrayList<>();
    private Subtasks<TelemetryRecord, ChannelMinute> owners;

    @BeforeEach
    void start() throws Exception {
        known = null;
        JobConfig config =
                new JobConfig(new Properties(), "g", 1_000, 10, new DatabaseAddress("jdbc:postgresql://x/y", "u", "p"));
        owners = new Subtasks<>(
                () -> new MeterMinutes(config, kafka -> (tenant, site, at) -> known),
                TelemetryRecord::stateKey,
                List.of(
                        MeterMinutes.REFUSED,
                        MeterMinutes.SITE_REPORTS,
                        MeterMinutes.RUN_REPORTS,
                        MeterMinutes.GROUP_REPORTS),
                out::add);
    }

    @AfterEach
    void stop() throws Exception {
        owners.close();
    }

    @Test
    void aLevelOfMoreThanAnyStoreHoldsIsRefusedAndTheOthersCount() throws Exception {
        knows(version(1, "2026-01-01T00:00:00Z", STORE));

        owners.process(frame("store", 1, at(0), gauge("store", Metric.STORAGE_SOC, 0, 1)));
        owners.process(frame("store", 2, at(1), gauge("store", Metric.STORAGE_SOC, 9, 4_000_000)));
        owners.process(frame("store", 3, at(2), gauge("store", Metric.STORAGE_SOC, 0, 1_800_000_000_000L)));
        owners.process(frame("store", 4, at(3), gauge("store", Metric.STORAGE_SOC, 0, 1_800_000_000_001L)));
        owners.checkpoint();

        assertThat(codes()).containsExactly("OUT_OF_RANGE", "OUT_OF_RANGE");
        assertThat(all(ChannelMinute.class))
                .singleElement()
                .satisfies(
                        minute -> assertThat(minute.energy().totalMicrojoules()).isEqualTo(1_799_999_999_999_000_000L));
    }

    @Test
    void moreRowsThanMemoryShouldHoldDoNotWaitForTheCheckpoint() throws Exception {
        int days = 20;
        knows(version(1, "2026-01-01T00:00:00Z", METER, "allowHistory: true\n"));

        owners.process(frame("meter", 1, true, at(-days * 86_400), counter("meter", 1)));
        owners.process(frame("meter", 2, at(0), counter("meter", 1_000_001)));

        assertThat(codes()).isEmpty();
        assertThat(owners.emitted()).isGreaterThan(MeterMinutes.MOST_UNPUBLISHED);
        owners.checkpoint();
        assertThat(all(ChannelMinute.class)).hasSize(days * 1_440 + 1);
    }

    @Test
    void aRefusedReadingBehindASmallRatioHasItsLetterAsTheMeterShowedIt() throws Exception {
        knows(version(1, "2026-01-01T00:00:00Z", METER));

        owners.process(frame("meter", 1, at(0), counter("meter", 1)));
        owners.process(frame("meter", 2, at(1), counter("meter", 4_000_000_000_000_000_000L)));
        for (int second = 2; second < 700; second++) {
            owners.process(frame("meter", 1 + second, at(second), counter("meter", 1 + second)));
        }
        owners.checkpoint();

        assertThat(codes()).containsExactly("RATE_IMPLAUSIBLE");
        TelemetryFrame shown =
                TelemetryFrame.parseFrom(all(DeadLetter.class).get(0).payload());
        Series series = shown.getEntities(0).getSeries(0);
        assertThat(SeriesValues.unpack(series, 1)[0]).isEqualTo(4_000_000_000_000_000_000L);
        assertThat(series.getExp10()).isZero();
    }

    @Test
    void anAllocationOfYearsCountsAsFarBackAsTheSiteAccepts() throws Exception {
        knows(version(1, "2020-01-01T00:00:00Z", NODE));
        Entity since2015 = gauge("node-1", Metric.NODE_POWER, 0, 600, 600).toBuilder()
                .setRunId("r")
                .setAllocFromMs(Instant.parse("2015-01-02T00:00:00Z").toEpochMilli())
                .build();

        owners.process(frame("node-1", 1, at(0, 1), since2015));
        owners.process(
                frame("node-1", 2, at(1, 2), since2015.toBuilder().clearSeries().build()));
        owners.checkpoint();

        assertThat(all(GroupReport.class).get(0).touched())
                .extracting(GroupReport.Touched::fromMinute)
                .first()
                .isEqualTo(Instant.parse("2026-02-03T00:00:00Z").getEpochSecond() / 60);
        assertThat(codes()).containsExactly("ALLOC_TOO_LATE");
    }

    @Test
    void anImportOfHistoryIsAllocatedFromTheFirstInventoryOn() throws Exception {
        knows(version(1, "2025-12-01T00:00:00Z", NODE, "allowHistory: true\n"));
        Entity since2015 = Entity.newBuilder()
                .setEntityId("node-1")
                .setRunId("r")
                .setAllocFromMs(Instant.parse("2015-01-02T00:00:00Z").toEpochMilli())
                .build();

        owners.process(frame("node-1", 1, true, at(0, 1), since2015));
        owners.checkpoint();

        assertThat(all(RunReport.class))
                .extracting(RunReport::fromMillis)
                .containsExactly(Instant.parse("2025-12-01T00:00:00Z").toEpochMilli());
    }

    @Test
    void framesOfOneSlotGiveTheirEnergyToTheirRun() throws Exception {
        knows(version(1, "2026-01-01T00:00:00Z", NODE));
        for (int second = 0; second < 120; second++) {
            owners.process(frame("node-1", 1 + second, at(second), ofRun("r", 600)));
        }
        owners.checkpoint();

        assertThat(energyOf("r")).isEqualTo(119 * 600_000_000L);
        assertThat(codes()).isEmpty();
    }

    @Test
    void ofFramesOfOneSlotThatComeInAnyOrderEachExtendsToTheNext() throws Exception {
        knows(version(1, "2026-01-01T00:00:00Z", NODE));
        for (int second : new int[] {4, 1, 0, 3, 2}) {
            owners.process(frame("node-1", 1 + second, at(second), ofRun(second < 2 ? "a" : "b", 600)));
        }
        owners.checkpoint();

        assertThat(energyOf("a")).isEqualTo(2 * 600_000_000L);
        assertThat(energyOf("b")).isEqualTo(2 * 600_000_000L);
    }

    @Test
    void anAllocationFromAfterItsFrameIsTold() throws Exception {
        knows(version(1, "2026-01-01T00:00:00Z", NODE));

        owners.process(frame(
                "node-1",
                1,
                at(0, 1),
                ofRun("r", 600, 600).toBuilder().setAllocFromMs(START + 2_000).build()));
        owners.checkpoint();

        assertThat(codes()).containsExactly("TIME_IMPLAUSIBLE");
    }

    @Test
    void anAmountOfAJobsFirstSlotIsTold() throws Exception {
        knows(version(1, "2026-01-01T00:00:00Z", NODE));

        owners.process(frame("job/1", 1, at(0), job(1, 10)));
        owners.process(frame("job/1", 2, at(1, 2), job(1, 10, 20)));
        owners.checkpoint();

        assertThat(codes()).containsExactly("OUT_OF_RANGE", "OUT_OF_RANGE");
        assertThat(steps()).extracting(StepReport::tokens).containsExactly(20L);
    }

    @Test
    void aMetricThatIsNoneOfAJobIsToldAndMissingSamplesAreNone() throws Exception {
        knows(version(1, "2026-01-01T00:00:00Z", NODE));
        Series samples = entity("job/1", Metric.JOB_SAMPLES, ValueKind.DELTA, 0, 0, 7, 7).getSeries(0).toBuilder()
                .addAllQualityRuns(List.of(2, 0, 1, 6))
                .build();
        Series unknown = samples.toBuilder().setMetric(9_999).build();
        Series ofMeter = gauge("job/1", Metric.NODE_POWER, 0, 1, 2, 3).getSeries(0);

        owners.process(frame(
                "job/1",
                1,
                at(0, 1, 2),
                job(0, 0, 10, 10).toBuilder()
                        .addSeries(samples)
                        .addSeries(unknown)
                        .addSeries(ofMeter)
                        .build()));
        owners.checkpoint();

        assertThat(codes()).containsExactly("UNKNOWN_METRIC", "UNKNOWN_METRIC");
        assertThat(steps()).extracting(StepReport::samples).containsExactly(7L, 0L);
    }

    @Test
    void anEntityIsTakenFromTheSlotOnFromWhichItIsKnown() throws Exception {
        knows(version(1, "2026-01-01T00:00:00Z", NODE), version(2, "2026-03-10T12:00:00Z", NODE + GPU));

        owners.process(
                frame("node-1", 1, at(-1, 0, 1, 2), gauge("node-1/gpu0", Metric.GPU_POWER, 0, 9, 600, 600, 600)));
        owners.checkpoint();

        assertThat(all(DeadLetter.class))
                .extracting(DeadLetter::code, DeadLetter::slot)
                .containsExactly(tuple("UNKNOWN_ENTITY", 0));
        assertThat(all(ChannelMinute.class))
                .singleElement()
                .satisfies(
                        minute -> assertThat(minute.energy().totalMicrojoules()).isEqualTo(1_200_000_000L));
    }

    @Test
    void anEntityIsRefusedFromTheSlotOnFromWhichItIsAnotherOwners() throws Exception {
        String moved = GPU.replace("owner: node-1", "owner: node-2").replace("parent: node-1", "parent: node-2");
        knows(
                version(1, "2026-01-01T00:00:00Z", NODE + GPU),
                version(2, "2026-03-10T12:00:00Z", NODE + NODE.replace("node-1", "node-2") + moved));

        owners.process(frame("node-1", 1, at(-2, -1, 0), gauge("node-1/gpu0", Metric.GPU_POWER, 0, 600, 600, 600)));
        owners.checkpoint();

        assertThat(all(DeadLetter.class))
                .extracting(DeadLetter::code, DeadLetter::slot)
                .containsExactly(tuple("UNKNOWN_ENTITY", 2));
    }

    @Test
    void stepsOfAnAgentThatBeganItsNumbersAgainAreTakenAndARepeatIsNot() throws Exception {
        knows(version(1, "2026-01-01T00:00:00Z", NODE));
        owners.process(frame("job/1", 1, at(0, 1, 2), job(0, 0, 10, 10)));
        owners.process(frame("job/1", 1, at(0, 1, 2), job(0, 0, 10, 10)));
        owners.process(frame("job/1", 1, at(2, 3, 4), job(2, 0, 20, 20)));
        owners.process(frame("job/1", 1, at(2, 3, 4), job(2, 0, 20, 20)));
        owners.checkpoint();

        assertThat(steps()).extracting(StepReport::tokens).containsExactlyInAnyOrder(10L, 10L, 20L, 20L);
        assertThat(codes()).containsExactly("SEQ_REGRESSION");
    }

    @Test
    void holdersToldByASchedulerThatBeganItsNumbersAgainAreTaken() throws Exception {
        knows(version(1, "2026-01-01T00:00:00Z", NODE));
        owners.process(frame("node-1", 1, at(0, 60), holder("a")));
        owners.process(frame("node-1", 1, at(60, 120), holder("b")));
        owners.process(frame("node-1", 1, at(60, 120), holder("b")));
        owners.checkpoint();

        assertThat(all(RunReport.class)).extracting(RunReport::run).containsExactly("a", "b");
        assertThat(codes()).containsExactly("SEQ_REGRESSION");
    }

    // ----

    private static Entity holder(String run) {
        return Entity.newBuilder().setEntityId("node-1").setRunId(run).build();
    }

    private static Entity ofRun(String run, long... watts) {
        return gauge("node-1", Metric.NODE_POWER, 0, watts).toBuilder()
                .setRunId(run)
                .build();
    }

    private static Entity job(long firstStep, long... tokens) {
        long[] steps = LongStream.range(firstStep, firstStep + tokens.length).toArray();
        return Entity.newBuilder()
                .setEntityId("job/1")
                .setKind(EntityKind.JOB)
                .setRunId("r")
                .addSeries(entity("job/1", Metric.JOB_TOKENS, ValueKind.DELTA, 0, tokens)
                        .getSeries(0))
                .addSeries(entity("job/1", Metric.JOB_STEP, ValueKind.COUNTER, 0, steps)
                        .getSeries(0))
                .build();
    }

    private List<StepReport> steps() {
        return all(RunReport.class).stream()
                .flatMap(report -> report.steps().stream())
                .toList();
    }

    private long energyOf(String run) {
        return all(GroupReport.class).stream()
                .flatMap(report -> report.amounts().stream())
                .filter(amount -> amount.run().equals(run))
                .mapToLong(amount -> amount.energy().totalMicrojoules())
                .sum();
    }

    private static long[] at(int... seconds) {
        long[] times = new long[seconds.length];
        for (int i = 0; i < seconds.length; i++) {
            times[i] = START + seconds[i] * 1_000L;
        }
        return times;
    }

    private static InventoryVersion version(int number, String from, String entities) {
        return version(number, from, entities, "");
    }

    private static InventoryVersion version(int number, String from, String entities, String settings) {
        return new InventoryVersion(
                number,
                SiteInventoryParser.parse("tenant: t\nsite: s\nkind: edge\nzone: Europe/Berlin\neffectiveFrom: " + from
                                + "\nitBoundary: NODE_IN\n" + settings + "entities:\n" + entities)
                        .orElseThrow());
    }

    private static void knows(InventoryVersion... versions) {
        known = InventoryHistory.of(List.of(versions));
    }

    private static Entity gauge(String id, Metric metric, int exp10, long... values) {
        return entity(id, metric, ValueKind.GAUGE, exp10, values);
    }

    private static Entity counter(String id, long... values) {
        return entity(id, Metric.METER_ENERGY_ACTIVE, ValueKind.COUNTER, 0, values);
    }

    private static Entity entity(String id, Metric metric, ValueKind kind, int exp10, long... values) {
        Series.Builder series =
                Series.newBuilder().setMetric(metric.number()).setKind(kind).setExp10(exp10);
        SeriesValues.pack(values, series);
        return Entity.newBuilder().setEntityId(id).addSeries(series).build();
    }

    private long offset;

    private TelemetryRecord frame(String owner, long sequence, long[] at, Entity... entities) {
        return frame(owner, sequence, false, at, entities);
    }

    private TelemetryRecord frame(String owner, long sequence, boolean history, long[] at, Entity... entities) {
        TelemetryFrame.Builder frame = TelemetryFrame.newBuilder()
                .setSchemaVersion(1)
                .setTenantId("t")
                .setSiteId("s")
                .setOwnerId(owner)
                .setProducerId("agent")
                .setSessionId(77)
                .setFrameSeq(sequence)
                .setHistory(history)
                .addAllEntities(List.of(entities));
        SlotTimes.set(frame, at);
        offset++;
        return new TelemetryRecord(
                "js.telemetry.v1.t",
                0,
                offset,
                at[at.length - 1],
                FrameKey.of(frame.build()).toString(),
                FrameCodec.encode(frame.build()));
    }

    private <T> List<T> all(Class<T> type) {
        return out.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private List<String> codes() {
        return all(DeadLetter.class).stream().map(DeadLetter::code).toList();
    }
}
