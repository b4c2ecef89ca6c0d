package io.joulestream.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.core.ledger.RejectCode;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameKey;
import io.joulestream.wire.ReplayProducer;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.EntityKind;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import io.joulestream.wire.v1.ValueKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each code of a dead letter through the operator that writes it, restarted after every record: the letters of a code are
 * those of the same records without a restart, none lost and none twice.
 */
class EveryRejectCodeTest {
    private static final long NOW = Instant.parse("2026-03-10T12:00:00Z").toEpochMilli();
    private static final long SECOND = 1_000;
    private static final long HOUR = Duration.ofHours(1).toMillis();

    /** No frame can hold what these refuse: they are told by importers and adapters, and by the gate of a rebuilt site. */
    private static final Set<RejectCode> NOT_OF_A_FRAME = EnumSet.of(
            RejectCode.TIME_NONEXISTENT, RejectCode.NOT_FINITE, RejectCode.UNKNOWN_ALIAS, RejectCode.BEFORE_FLOOR);

    private static final InventoryHistory SITE = InventoryHistory.of(
            List.of(new InventoryVersion(1, SiteInventoryParser.parse("""
                    tenant: t
                    site: s
                    kind: hyperscale
                    zone: Europe/Berlin
                    effectiveFrom: 2015-01-01T00:00:00Z
                    acceptHistory: P7D
                    itBoundary: NODE_IN
                    entities:
                      - { id: meter/1, kind: METER, role: GRID_IMPORT, nameplateW: 10000, channels: [
                          { metric: meter.energy.active, samplePeriod: PT1S } ] }
                      - { id: node-1, kind: NODE, role: NODE_IN, nameplateW: 1000, parent: meter/1, channels: [
                          { metric: node.power, samplePeriod: PT1S } ] }
                    """).orElseThrow())));

    private long offset;

    static Stream<RejectCode> codesOfFrames() {
        return Stream.of(RejectCode.values()).filter(code -> !NOT_OF_A_FRAME.contains(code));
    }

    @ParameterizedTest
    @MethodSource("codesOfFrames")
    void aRecordIsToldUnderItsCodeOnceWhateverRestarts(RejectCode code) throws Exception {
        List<TelemetryRecord> records = records(code);

        List<DeadLetter> undisturbed = letters(records, false);
        List<DeadLetter> restarted = letters(records, true);

        assertThat(undisturbed).extracting(DeadLetter::code).contains(code.name());
        assertThat(undisturbed).extracting(DeadLetter::identity).doesNotHaveDuplicates();
        assertThat(restarted)
                .extracting(DeadLetter::identity)
                .containsExactlyInAnyOrderElementsOf(
                        undisturbed.stream().map(DeadLetter::identity).toList());
    }

    /** So that `dlq replay` can name every letter it sends again. */
    @ParameterizedTest
    @MethodSource("codesOfFrames")
    void everyIdentityCanBeReadBack(RejectCode code) throws Exception {
        assertThat(letters(records(code), false))
                .allSatisfy(letter -> assertThat(ReplayProducer.ofIdentity(letter.identity()))
                        .contains(new ReplayProducer(
                                letter.topic(),
                                letter.partition(),
                                letter.offset(),
                                letter.entity(),
                                letter.metric(),
                                letter.slot(),
                                letter.code())));
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "DUP_CONFLICT",
                "LATE_REDUNDANT",
                "CORRECTION_LATE",
                "TOO_OLD",
                "BEFORE_FLOOR",
                "SENTINEL",
                "SEQ_REGRESSION"
            })
    void whatSendingAgainCannotMendIsNotReplayable(RejectCode code) {
        assertThat(code.isReplayable()).isFalse();
    }

    @Test
    void allOthersAreReplayable() {
        assertThat(Stream.of(RejectCode.values()).filter(code -> !code.isReplayable()))
                .hasSize(7);
    }

    private List<TelemetryRecord> records(RejectCode code) {
        offset = 0;
        return switch (code) {
            case DECODE_ERROR -> List.of(bytes("t|s|node-1", new byte[] {-1, -1}));
            case SCHEMA_UNSUPPORTED -> List.of(sent(power(1, 1).setSchemaVersion(9)));
            case TENANT_MISMATCH ->
                List.of(bytes("t|s|node-2", FrameCodec.encode(power(1, 1).build())));
            case UNKNOWN_SITE -> List.of(sent(power(1, 1).setSiteId("nowhere")));
            case UNKNOWN_ENTITY -> List.of(sent(power(1, 1).setOwnerId("node-9").setEntities(0, entity("node-9"))));
            case FRAME_TOO_LARGE -> List.of(sent(power(1, 1).setSlots(3_601)));
            case SLOT_MISMATCH -> List.of(sent(power(1, 1).setSlots(7)));
            case UNKNOWN_METRIC -> List.of(sent(of("node-1", gauge(9_999, 1))));
            case UNIT_UNKNOWN -> List.of(sent(of("node-1", node(1).setSourceUnit("horsepower"))));
            case UNIT_MISMATCH -> List.of(sent(of("node-1", node(1).setSourceUnit("kWh"))));
            case CLOCK_FUTURE -> List.of(sent(at(power(1, 1), NOW + 120_001)));
            case CLOCK_SKEW -> List.of(sent(power(1, 1).setSentMs(NOW + 300_001)));
            case TIME_IMPLAUSIBLE ->
                List.of(sent(
                        at(power(1, 1), Instant.parse("2014-12-31T23:59:59Z").toEpochMilli())));
            case TOO_OLD -> List.of(sent(at(power(1, 1), NOW - 8 * 24 * HOUR)));
            case OUT_OF_RANGE -> List.of(sent(power(1, 5_000)));
            case SENTINEL -> List.of(sent(power(1, 9_223_372_036_854_775_793L)));
            case COUNTER_REGRESSION -> registers(1_000, 2_000, 5, 20_000);
            case RATE_IMPLAUSIBLE -> registers(1_000, 2_000, 900_000_000, 4_000);
            case DUP_CONFLICT -> List.of(sent(power(1, 100)), sent(power(2, 200)));
            case SEQ_REGRESSION -> List.of(sent(power(1, 100)), sent(at(power(1, 100), NOW - 9 * SECOND)));
            case LATE_REDUNDANT ->
                afterALongStretch(at(power(9, 100).setProducerId("other"), NOW - 500 * SECOND + 500));
            case CORRECTION_LATE ->
                afterALongStretch(
                        at(power(9, 100).setProducerId("other").setCorrection(true), NOW - 500 * SECOND + 500));
            case ALLOC_TOO_LATE -> lateAllocation();
            case TOKENS_REGRESSION -> List.of(sent(tokens()));
            default -> throw new IllegalArgumentException("how is " + code + " made?");
        };
    }

    /** A register's readings a second apart, then silence long enough to leave the raw tail. */
    private List<TelemetryRecord> registers(long... joules) {
        List<TelemetryRecord> records = new ArrayList<>();
        for (int i = 0; i < joules.length; i++) {
            records.add(sent(at(register(i + 1, joules[i]), NOW - (400 - i) * SECOND)));
        }
        records.add(sent(at(register(9, joules[joules.length - 1] + 400), NOW - SECOND)));
        return records;
    }

    private List<TelemetryRecord> afterALongStretch(TelemetryFrame.Builder late) {
        return List.of(sent(stretch(1, NOW - 600 * SECOND, 600)), sent(late));
    }

    /** An hour of a run, two days of other data, then somebody else is said to have held the hour. */
    private List<TelemetryRecord> lateAllocation() {
        TelemetryFrame.Builder first = stretch(1, NOW - 100 * HOUR, 3_600);
        first.getEntitiesBuilder(0).setRunId("a");
        TelemetryFrame.Builder other =
                stretch(3, NOW - 100 * HOUR + 600 * SECOND, 1).setProducerId("scheduler");
        other.getEntitiesBuilder(0).clearSeries().setRunId("b").setAllocFromMs(NOW - 100 * HOUR + 60 * SECOND);
        return List.of(sent(first), sent(stretch(2, NOW - 600 * SECOND, 600)), sent(other));
    }

    // ---- frames

    private static TelemetryFrame.Builder power(long sequence, long watts) {
        return of("node-1", node(watts)).setFrameSeq(sequence);
    }

    private static TelemetryFrame.Builder register(long sequence, long joules) {
        Series.Builder series = Series.newBuilder()
                .setMetric(Metric.METER_ENERGY_ACTIVE.number())
                .setKind(ValueKind.COUNTER);
        SeriesValues.pack(new long[] {joules}, series);
        return of("meter/1", series).setFrameSeq(sequence);
    }

    private static TelemetryFrame.Builder stretch(long sequence, long from, int slots) {
        long[] watts = new long[slots];
        long[] times = new long[slots];
        for (int i = 0; i < slots; i++) {
            watts[i] = 100;
            times[i] = from + i * SECOND;
        }
        Series.Builder series =
                Series.newBuilder().setMetric(Metric.NODE_POWER.number()).setKind(ValueKind.GAUGE);
        SeriesValues.pack(watts, series);
        TelemetryFrame.Builder frame = of("node-1", series).setFrameSeq(sequence);
        SlotTimes.set(frame, times);
        return frame;
    }

    private static TelemetryFrame.Builder tokens() {
        Series.Builder series =
                Series.newBuilder().setMetric(Metric.JOB_TOKENS.number()).setKind(ValueKind.DELTA);
        SeriesValues.pack(new long[] {0, -5}, series);
        TelemetryFrame.Builder frame = of("job/1", series);
        frame.getEntitiesBuilder(0).setKind(EntityKind.JOB).setRunId("r");
        SlotTimes.set(frame, new long[] {NOW - 20 * SECOND, NOW - 10 * SECOND});
        return frame;
    }

    private static Series.Builder node(long watts) {
        return gauge(Metric.NODE_POWER.number(), watts);
    }

    private static Series.Builder gauge(int metric, long value) {
        Series.Builder series = Series.newBuilder().setMetric(metric).setKind(ValueKind.GAUGE);
        SeriesValues.pack(new long[] {value}, series);
        return series;
    }

    private static Entity.Builder entity(String id) {
        return Entity.newBuilder().setEntityId(id).addSeries(node(1));
    }

    private static TelemetryFrame.Builder of(String owner, Series.Builder series) {
        return at(
                TelemetryFrame.newBuilder()
                        .setSchemaVersion(1)
                        .setTenantId("t")
                        .setSiteId("s")
                        .setOwnerId(owner)
                        .setProducerId("agent")
                        .setSessionId(77)
                        .setFrameSeq(1)
                        .addEntities(Entity.newBuilder().setEntityId(owner).addSeries(series)),
                NOW - 10 * SECOND);
    }

    private static TelemetryFrame.Builder at(TelemetryFrame.Builder frame, long time) {
        SlotTimes.set(frame, new long[] {time});
        return frame;
    }

    private TelemetryRecord sent(TelemetryFrame.Builder frame) {
        TelemetryFrame built = frame.build();
        return bytes(FrameKey.of(built).toString(), FrameCodec.encode(built));
    }

    private TelemetryRecord bytes(String key, byte[] value) {
        return new TelemetryRecord("js.telemetry.v1.t", 0, offset++, NOW, key, value);
    }

    // ---- the operator

    private static List<DeadLetter> letters(List<TelemetryRecord> records, boolean restarting) throws Exception {
        List<DeadLetter> letters = new ArrayList<>();
        JobConfig config =
                new JobConfig(new Properties(), "g", 1_000, 10, new DatabaseAddress("jdbc:postgresql://x/y", "u", "p"));
        try (Subtasks<TelemetryRecord, ChannelMinute> owners = new Subtasks<>(
                () -> new MeterMinutes(config, kafka -> (tenant, site, at) -> site.equals("s") ? SITE : null),
                TelemetryRecord::stateKey,
                List.of(MeterMinutes.REFUSED),
                value -> {
                    if (value instanceof DeadLetter letter) {
                        letters.add(letter);
                    }
                })) {
            if (restarting) {
                owners.processRestartingAfterEach(records);
                owners.endInput();
            } else {
                owners.processToTheEnd(records);
            }
        }
        return letters;
    }
}
