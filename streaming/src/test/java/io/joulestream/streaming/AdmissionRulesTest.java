package io.joulestream.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.core.ledger.LedgerFlag;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameKey;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import io.joulestream.wire.v1.ValueKind;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules of clocks, limits, units, sentinels and marks, each with its code or flag. */
class AdmissionRulesTest {
    private static final long NOW = Instant.parse("2026-03-10T12:00:00Z").toEpochMilli();
    private static final int SUSPECT_CLOCK = LedgerFlag.CLOCK_SUSPECT.mask();

    private static final InventoryHistory SITE = InventoryHistory.of(
            List.of(new InventoryVersion(1, SiteInventoryParser.parse("""
                    tenant: t
                    site: s
                    kind: edge
                    zone: Europe/Berlin
                    effectiveFrom: 2026-01-01T00:00:00Z
                    itBoundary: NODE_IN
                    entities:
                      - { id: meter/pdu, kind: METER, role: GRID_IMPORT, nameplateW: 9000, channels: [
                          { metric: meter.power.active, samplePeriod: PT1S },
                          { metric: meter.energy.active, samplePeriod: PT1S } ] }
                      - { id: node-1, kind: NODE, role: NODE_IN, nameplateW: 1000, parent: meter/pdu, channels: [
                          { metric: node.power, samplePeriod: PT1S } ] }
                      - { id: node-1/gpu0, kind: GPU, role: GPU, nameplateW: 700, parent: node-1, owner: node-1, channels: [
                          { metric: gpu.power, samplePeriod: PT1S } ] }
                      - { id: loop/1, kind: COOLING_LOOP, role: HEAT_REMOVED, nameplateW: 90000, channels: [
                          { metric: cool.heat, samplePeriod: PT1S } ] }
                    """).orElseThrow())));

    private long sent = NOW;
    private boolean history;
    private long clock = TelemetryRecord.CLOCK_UNKNOWN;

    // ---- clocks

    @ParameterizedTest
    @CsvSource({"300000, true", "300001, false"})
    void aFrameSentAfterItWasReceivedIsRefusedBeyond300Seconds(long ahead, boolean taken) {
        sent = NOW + ahead;

        assertThat(codes(power())).isEqualTo(taken ? List.of() : List.of("CLOCK_SKEW"));
    }

    @ParameterizedTest
    @CsvSource({"300001, -300000, true", "300001, -300001, false", "300000, -300001, true", "300001, 400000, true"})
    void anOldFrameIsRefusedOnlyWhereItsSenderMeasuredAClockThatIsBehind(long age, long measured, boolean taken) {
        sent = NOW - age;
        clock = measured;

        assertThat(codes(power())).isEqualTo(taken ? List.of() : List.of("CLOCK_SKEW"));
    }

    @Test
    void anOldFrameOfAnUnmeasuredClockIsTakenAndMarked() {
        sent = NOW - 86_400_000;

        Admission admission = admit(power());

        assertThat(admission.refused()).isEmpty();
        assertThat(flags(admission)).containsOnly(SUSPECT_CLOCK);
    }

    @ParameterizedTest
    @CsvSource({"2000, 0", "2001, 1", "-2000, 0", "-2001, 1"})
    void aMeasuredClockIsMarkedBeyondTwoSeconds(long measured, int marked) {
        clock = measured;

        assertThat(flags(admit(power()))).containsOnly(marked * SUSPECT_CLOCK);
    }

    @ParameterizedTest
    @CsvSource({"2000, 0", "2001, 1", "-300000, 0"})
    void aClockAheadByMoreThanTwoSecondsIsSeenWithoutMeasurementAndDelayIsNoClock(long ahead, int marked) {
        sent = NOW + ahead;

        assertThat(flags(admit(power()))).containsOnly(marked * SUSPECT_CLOCK);
    }

    @Test
    void historyHasNoSendersClockToJudge() {
        sent = NOW + 900_000;
        history = true;

        Admission admission = admit(power());

        assertThat(admission.refused()).isEmpty();
        assertThat(flags(admission)).containsOnly(0);
    }

    // ---- limits

    @ParameterizedTest
    @CsvSource({
        "GPU_UTIL, -2, 101, 102",
        "GPU_TEMP, 0, 200, 201",
        "GPU_MEM_TEMP, 0, -60, -61",
        "GPU_TENSOR_ACTIVE, -3, -1, -2",
        "ENV_HUMIDITY, -2, 100, 101",
        "METER_POWER_FACTOR, -2, -100, -101",
        "COOL_FLOW, 0, 0, -1",
        "COOL_PUMP_SPEED, -2, 0, -1"
    })
    void aGaugeOutsideItsHardLimitsIsRefusedSampleBySample(Metric metric, int exp10, long good, long bad) {
        Admission admission = admit(frame("node-1", gauge(metric, exp10, good, bad, good)));

        assertThat(admission.refused())
                .extracting(DeadLetter::code, DeadLetter::metric, DeadLetter::slot)
                .containsExactly(tuple("OUT_OF_RANGE", metric.number(), 1));
    }

    @Test
    void theSampleKeptOfARefusedGaugeIsRefusedForTheSameReasonAgain() throws Exception {
        Admission first = admit(frame("node-1", gauge(Metric.GPU_TEMP, 0, 40, 900, 41)));

        TelemetryFrame kept = TelemetryFrame.parseFrom(first.refused().get(0).payload());

        assertThat(kept.getSlots()).isEqualTo(1);
        assertThat(codes(kept.toBuilder())).containsExactly("OUT_OF_RANGE");
    }

    // ---- sentinels

    @Test
    void aSentinelIsMissingAndCountedAndKeepsNothing() {
        Admission admission =
                admit(frame("node-1", "node-1/gpu0", gauge(Metric.GPU_POWER, 0, 300, 9_223_372_036_854_775_794L, 310)));

        assertThat(admission.frame().readings())
                .extracting(r -> r.slot(), r -> r.reading().value())
                .containsExactly(tuple(0, 300_000L), tuple(2, 310_000L));
        assertThat(admission.refused())
                .extracting(DeadLetter::code, DeadLetter::entity, DeadLetter::slot)
                .containsExactly(tuple("SENTINEL", "node-1/gpu0", 1));
        assertThat(admission.refused().get(0).payload()).isEmpty();
        assertThat(new DeadLetterRecord().serialize(admission.refused().get(0), null, null))
                .as("counted only")
                .isNull();
    }

    @Test
    void aSentinelIsNotTakenForATemperatureOutOfRange() {
        assertThat(codes(frame("node-1", gauge(Metric.GPU_TEMP, 0, 40, 2_147_483_632L, 41))))
                .containsExactly("SENTINEL");
    }

    // ---- units

    @Test
    void aSourceUnitNobodyKnowsIsRefusedWithItsSeries() {
        assertThat(codes(frame("node-1", power("horsepower")))).containsExactly("UNIT_UNKNOWN");
    }

    @Test
    void aSourceUnitOfAnotherQuantityIsRefusedWithItsSeries() {
        assertThat(codes(frame("node-1", power("kWh")))).containsExactly("UNIT_MISMATCH");
    }

    @Test
    void aSourceUnitThatConvertsIsTaken() {
        assertThat(codes(frame("node-1", power("kW")))).isEmpty();
    }

    // ---- registers that are read more often than they are collected

    /** Collected each second: 0, 400 and 800 ms show one value, and the advance at 1,200 ms is not made in 400. */
    @Test
    void aRegisterReadAgainBeforeItIsCollectedAgainIsStaleAndNotZeroWatts() {
        TelemetryFrame.Builder frame = frame(
                "meter/pdu", series(Metric.METER_ENERGY_ACTIVE, ValueKind.COUNTER, 0, 7, 7, 7, 9_000, 9_000, 9_000));
        long from = NOW - 10_000;
        SlotTimes.set(frame, new long[] {from, from + 400, from + 800, from + 1_200, from + 2_099, from + 2_100});

        Admission admission = admit(frame);

        assertThat(admission.refused()).isEmpty();
        assertThat(admission.frame().readings())
                .extracting(reading -> reading.slot())
                .as("a register that stands still for a period, less the jitter of 100 ms, does stand still")
                .containsExactly(0, 3, 5);
    }

    @Test
    void aGaugeMayShowOneValueAsOftenAsItLikes() {
        TelemetryFrame.Builder frame = frame("node-1", gauge(Metric.NODE_POWER, 0, 7, 7, 7));
        SlotTimes.set(frame, new long[] {NOW - 10_000, NOW - 9_900, NOW - 9_800});

        assertThat(admit(frame).frame().readings()).hasSize(3);
    }

    // ---- marks

    @Test
    void morePowerThanApparentPowerMarksTheInstantsReadings() {
        Admission admission = admit(frame(
                "meter/pdu",
                gauge(Metric.METER_POWER_ACTIVE, 0, 6_300, 6_438, 6_300),
                series(Metric.METER_ENERGY_ACTIVE, ValueKind.COUNTER, 0, 1, 2, 3),
                gauge(Metric.METER_POWER_APPARENT, 0, 6_300, 6_300, 6_300)));

        assertThat(admission.refused()).isEmpty();
        assertThat(admission.frame().readings())
                .filteredOn(reading -> reading.slot() == 1)
                .extracting(reading -> reading.reading().flags())
                .containsExactly(LedgerFlag.PF_INCONSISTENT.mask(), LedgerFlag.PF_INCONSISTENT.mask());
        assertThat(admission.frame().readings())
                .filteredOn(reading -> reading.slot() != 1)
                .allMatch(reading -> reading.reading().flags() == 0);
    }

    @Test
    void heatThatFlowAndTemperaturesDoNotCarryIsMarkedSuspect() {
        Admission admission = admit(frame(
                "loop/1",
                gauge(Metric.COOL_HEAT, 0, 29_243, 40_000, 29_243),
                gauge(Metric.COOL_FLOW, -2, 252, 252, 252),
                gauge(Metric.COOL_TEMP_SUPPLY, 0, 20, 20, 20),
                gauge(Metric.COOL_TEMP_RETURN, 0, 30, 30, 30)));

        int mark = LedgerFlag.HEAT_MISMATCH.mask() | LedgerFlag.SUSPECT.mask();
        assertThat(admission.refused()).isEmpty();
        assertThat(flags(admission)).containsExactly(0, mark, 0);
    }

    // ---- frames

    private TelemetryFrame.Builder power() {
        return frame("node-1", power(""));
    }

    private static Series.Builder power(String unit) {
        return gauge(Metric.NODE_POWER, 0, 1, 2, 3).setSourceUnit(unit);
    }

    private static Series.Builder gauge(Metric metric, int exp10, long... values) {
        return series(metric, ValueKind.GAUGE, exp10, values);
    }

    private static Series.Builder series(Metric metric, ValueKind kind, int exp10, long... values) {
        Series.Builder series =
                Series.newBuilder().setMetric(metric.number()).setKind(kind).setExp10(exp10);
        SeriesValues.pack(values, series);
        return series;
    }

    private TelemetryFrame.Builder frame(String owner, Series.Builder... series) {
        return frame(owner, owner, series);
    }

    private TelemetryFrame.Builder frame(String owner, String entityId, Series.Builder... series) {
        Entity.Builder entity = Entity.newBuilder().setEntityId(entityId);
        List.of(series).forEach(entity::addSeries);
        TelemetryFrame.Builder frame = TelemetryFrame.newBuilder()
                .setSchemaVersion(1)
                .setTenantId("t")
                .setSiteId("s")
                .setOwnerId(owner)
                .setProducerId("agent")
                .setSessionId(77)
                .setFrameSeq(5)
                .setSentMs(sent)
                .setHistory(history)
                .addEntities(entity);
        SlotTimes.set(frame, new long[] {NOW - 10_000, NOW - 9_000, NOW - 8_000});
        return frame;
    }

    private Admission admit(TelemetryFrame.Builder frame) {
        TelemetryFrame built = frame.build();
        return new AdmitFrame((tenant, site, at) -> SITE)
                .admit(new TelemetryRecord(
                        "js.telemetry.v1.t",
                        4,
                        123,
                        NOW,
                        FrameKey.of(built).toString(),
                        FrameCodec.encode(built),
                        clock));
    }

    private List<String> codes(TelemetryFrame.Builder frame) {
        return admit(frame).refused().stream().map(DeadLetter::code).toList();
    }

    private static List<Integer> flags(Admission admission) {
        return admission.frame().readings().stream()
                .map(reading -> reading.reading().flags())
                .toList();
    }
}
