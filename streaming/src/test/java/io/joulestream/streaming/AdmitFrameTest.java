package io.joulestream.streaming;

import static io.joulestream.core.account.RunReport.NOT_TOLD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.joulestream.core.account.RunReport.CheckpointReport;
import io.joulestream.core.account.RunReport.PhaseReport;
import io.joulestream.core.account.RunReport.StepReport;
import io.joulestream.core.account.RunReport.Told;
import io.joulestream.core.energy.ChannelId;
import io.joulestream.core.energy.OwnerFrame.Assertion;
import io.joulestream.core.energy.Reading;
import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.core.ledger.JobPhase;
import io.joulestream.core.ledger.LedgerFlag;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameResult;
import io.joulestream.wire.Quality;
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
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdmitFrameTest {
    private static final long NOW = Instant.parse("2026-03-10T12:00:00Z").toEpochMilli();
    private static final long T0 = NOW - 10_000;
    private static final int WHOLE = -1;
    private static final int POWER = Metric.NODE_POWER.number();
    private static final int REGISTER = Metric.METER_ENERGY_ACTIVE.number();

    private static final String SITE = """
            tenant: t
            site: s
            kind: edge
            zone: Europe/Berlin
            effectiveFrom: 2026-01-01T00:00:00Z
            acceptHistory: P80D
            itBoundary: NODE_IN
            entities:
              - { id: node-1, kind: NODE, role: NODE_IN, nameplateW: 1000, channels: [ { metric: node.power, samplePeriod: PT1S } ] }
              - { id: node-2, kind: NODE, role: NODE_IN, nameplateW: 1000, channels: [ { metric: node.power, samplePeriod: PT1S } ] }
              - { id: meter/plain, kind: METER, role: GRID_IMPORT, nameplateW: 9000000, channels: [ { metric: meter.energy.active, samplePeriod: PT1S } ] }
              - { id: meter/ct, kind: METER, role: GRID_IMPORT, nameplateW: 9000000, channels: [
                  { metric: meter.energy.active, samplePeriod: PT1S, ctRatio: 400/3 },
                  { metric: meter.power.active, samplePeriod: PT1S, ctRatio: 400/3 } ] }
            """;

    private String yaml = SITE;
    /** A second version of the inventory, or null. */
    private String later;

    private String topic = "js.telemetry.v1.t";
    private String key;
    private long appended = NOW;

    // ---- whole frames

    @Test
    void bytesThatAreNoFrameAreRefusedWhole() {
        byte[] poison = {-1, -1, -1};

        Admission admission = admit(poison, "t|s|node-1");

        assertRefusedWhole(admission, "DECODE_ERROR", "");
        assertThat(admission.refused().get(0).payload()).isEqualTo(poison);
    }

    @Test
    void anUnknownSchemaIsRefusedWhole() {
        assertRefusedWhole(admit(power(1, 2, 3).setSchemaVersion(2)), "SCHEMA_UNSUPPORTED", "");
    }

    @Test
    void aFrameBeyondTheLimitsIsRefusedWhole() {
        assertRefusedWhole(admit(power(1, 2, 3).setSlots(FrameCodec.MAX_SLOTS + 1)), "FRAME_TOO_LARGE", "");
    }

    @Test
    void aFrameWhoseValuesDoNotFitItsSlotsIsRefusedWhole() {
        TelemetryFrame.Builder frame = power(1, 2, 3);
        frame.getEntitiesBuilder(0).getSeriesBuilder(0).clearV().addV(1);

        assertRefusedWhole(admit(frame), "SLOT_MISMATCH", "");
    }

    @ParameterizedTest
    @CsvSource({
        "js.telemetry.v1.other, t|s|node-1",
        "js.telemetry.v1.t.other, t|s|node-1",
        "js.ingress.otlp.v1, t|s|node-1",
        "js.telemetry.v1.t, t|s|node-2",
        "js.telemetry.v1.t, ''"
    })
    void aFrameThatItsTopicOrKeyDoesNotGrantIsRefusedWhole(String topic, String key) {
        this.topic = topic;
        this.key = key;

        Admission admission = admit(power(1, 2, 3));

        assertRefusedWhole(admission, "TENANT_MISMATCH", "");
    }

    @ParameterizedTest
    @CsvSource({"js.telemetry.v1.t", "js.telemetry.v1.t.s"})
    void aFrameIsTakenFromItsTenantsAndItsSitesTopics(String topic) {
        this.topic = topic;

        assertThat(admit(power(1, 2, 3)).refused()).isEmpty();
    }

    @Test
    void aFrameOfASiteWithoutInventoryWaitsWholeAndItsLetterHasTheSitesName() {
        yaml = null;

        Admission admission = admit(power(1, 2, 3));

        assertThat(admission.key()).isNull();
        assertThat(admission.refused()).isEmpty();
        assertThat(admission.waiting().part()).isFalse();
        assertThat(admission.waiting().record().offset()).isEqualTo(123);
        DeadLetter letter = onlyLetter(admission.waiting().letters(), "UNKNOWN_SITE", "", 0, WHOLE);
        assertThat(letter.site()).isEqualTo("s");
        assertThat(letter.payload()).isEqualTo(admission.waiting().record().value());
    }

    @Test
    void aSenderWhoseClockRunsAheadIsRefusedWhole() {
        assertThat(admit(power(1, 2, 3).setSentMs(NOW + 300_000)).refused()).isEmpty();
        assertThat(admit(power(1, 2, 3).setSentMs(NOW - 3_600_000)).refused())
                .as("may be delay")
                .isEmpty();
        assertRefusedWhole(admit(power(1, 2, 3).setSentMs(NOW + 300_001)), "CLOCK_SKEW", "s");
        assertThat(admit(power(1, 2, 3).setSentMs(NOW + 300_001).setHistory(true))
                        .refused())
                .as("history says nothing of the sender's clock")
                .isEmpty();
    }

    /** However often it is sent again, what is refused of it is one and the same letter. */
    @Test
    void aLetterSentAgainIsRefusedUnderItsFirstIdentity() {
        TelemetryFrame.Builder frame = frame("node-1", entity("node-1", series(POWER, ValueKind.GAUGE, 0, 5_000)));
        at(frame, T0);
        frame.setProducerId(
                new ReplayProducer("js.telemetry.v1.t", 1, 7, "node-1", POWER, 9, "OUT_OF_RANGE").producerId());

        Admission admission = admit(frame);

        assertThat(admission.byReadingsAlone()).isTrue();
        assertThat(admission.refused())
                .extracting(DeadLetter::identity)
                .containsExactly("js.telemetry.v1.t/1/7/node-1/20/9/OUT_OF_RANGE");
    }

    @Test
    void anIdentityOnAnotherTenantsTopicIsNotBelieved() {
        TelemetryFrame.Builder frame = power(5_000);
        at(frame, T0);
        frame.setProducerId(
                new ReplayProducer("js.telemetry.v1.other", 1, 7, "node-1", POWER, 9, "OUT_OF_RANGE").producerId());

        onlyLetter(admit(frame), "OUT_OF_RANGE", "node-1", POWER, 0);
    }

    // ---- entities

    @Test
    void anUnknownEntityWaitsAloneAndTheRestProceeds() {
        TelemetryFrame.Builder frame =
                power(1, 2, 3).addEntities(entity("node-9", series(POWER, ValueKind.GAUGE, 0, 1, 2, 3)));

        Admission admission = admit(frame);

        assertThat(admission.refused()).isEmpty();
        assertThat(admission.waiting().part()).isTrue();
        DeadLetter letter = onlyLetter(admission.waiting().letters(), "UNKNOWN_ENTITY", "node-9", 0, WHOLE);
        assertThat(payload(letter).getEntitiesList())
                .extracting(Entity::getEntityId)
                .containsExactly("node-9");
        assertThat(letter.payload()).isEqualTo(admission.waiting().record().value());
        assertThat(letter.detail()).isEqualTo("not in the site's inventory");
        assertThat(values(admission, "node-1", POWER)).containsExactly(1_000L, 2_000L, 3_000L);
    }

    @Test
    void anEntityOfAnotherOwnerIsRefusedAloneAndTheRestProceeds() {
        TelemetryFrame.Builder frame =
                power(1, 2, 3).addEntities(entity("node-2", series(POWER, ValueKind.GAUGE, 0, 1, 2, 3)));

        Admission admission = admit(frame);

        DeadLetter letter = onlyLetter(admission, "UNKNOWN_ENTITY", "node-2", 0, WHOLE);
        assertThat(letter.detail()).contains("belongs to node-2").contains("not to node-1");
        assertThat(admission.frame().assertions()).extracting(Assertion::entity).containsExactly("node-1");
        assertThat(admission.frame().readings()).hasSize(3);
    }

    @Test
    void aReadingBeforeTheInventoryStartsIsRefusedAlone() {
        yaml = SITE.replace(
                "2026-01-01T00:00:00Z", Instant.ofEpochMilli(T0 + 1_000).toString());

        Admission admission = admit(power(1, 2, 3));

        onlyLetter(admission, "UNKNOWN_ENTITY", "node-1", POWER, 0);
        assertThat(values(admission, "node-1", POWER)).containsExactly(2_000L, 3_000L);
    }

    // ---- series

    @Test
    void aMetricOutsideTheRegistryIsRefusedAloneAndTheRestProceeds() {
        TelemetryFrame.Builder frame = power(1, 2, 3);
        frame.getEntitiesBuilder(0).addSeries(series(9_999, ValueKind.GAUGE, 0, 7, 8, 9));

        Admission admission = admit(frame);

        DeadLetter letter = onlyLetter(admission, "UNKNOWN_METRIC", "node-1", 9_999, WHOLE);
        assertThat(payload(letter).getEntities(0).getSeriesList())
                .extracting(Series::getMetric)
                .containsExactly(9_999);
        assertThat(admission.frame().readings()).hasSize(3);
    }

    @Test
    void aMetricThatIsNoChannelOfTheEntityIsRefusedAlone() {
        TelemetryFrame.Builder frame = power(1, 2, 3);
        frame.getEntitiesBuilder(0).addSeries(series(Metric.NODE_ENERGY.number(), ValueKind.COUNTER, 0, 7, 8, 9));

        Admission admission = admit(frame);

        onlyLetter(admission, "UNKNOWN_METRIC", "node-1", Metric.NODE_ENERGY.number(), WHOLE);
        assertThat(admission.frame().readings()).hasSize(3);
    }

    @Test
    void whatIsNoElectricalEnergyIsNoneOfTheLedgersBusiness() {
        TelemetryFrame.Builder frame = power(1, 2, 3);
        frame.getEntitiesBuilder(0).addSeries(series(Metric.GPU_TEMP.number(), ValueKind.GAUGE, 0, 40, 41, 42));

        Admission admission = admit(frame);

        assertThat(admission.refused()).isEmpty();
        assertThat(admission.frame().readings()).hasSize(3);
    }

    @Test
    void aGaugeThatCallsItselfACounterIsRefusedAlone() {
        Admission admission = admit(frame("node-1", entity("node-1", series(POWER, ValueKind.COUNTER, 0, 1, 2, 3))));

        onlyLetter(admission, "UNIT_MISMATCH", "node-1", POWER, WHOLE);
        assertThat(admission.frame().readings()).isEmpty();
    }

    @Test
    void aCounterThatCallsItselfADeltaIsRefusedAlone() {
        Admission admission =
                admit(frame("meter/plain", entity("meter/plain", series(REGISTER, ValueKind.DELTA, 0, 1, 2, 3))));

        onlyLetter(admission, "UNIT_MISMATCH", "meter/plain", REGISTER, WHOLE);
    }

    // ---- samples

    @Test
    void aSampleOfTheFutureIsRefusedAlone() {
        appended = T0 + 1_000 - 120_000;

        Admission admission = admit(power(1, 2, 3));

        letterAfterTheAllocations(admission, "CLOCK_FUTURE", "node-1", POWER, 2);
        assertThat(values(admission, "node-1", POWER)).containsExactly(1_000L, 2_000L);
    }

    @Test
    void aSampleBefore2015IsRefusedAlone() {
        long epoch = Instant.parse("2015-01-01T00:00:00Z").toEpochMilli();
        yaml = SITE.replace("2026-01-01T00:00:00Z", "2015-01-01T00:00:00Z") + "allowHistory: true\n";

        Admission admission =
                admit(at(power(1, 2, 3), epoch - 1, epoch, epoch + 1).setHistory(true));

        letterAfterTheAllocations(admission, "TIME_IMPLAUSIBLE", "node-1", POWER, 0);
        assertThat(values(admission, "node-1", POWER)).containsExactly(2_000L, 3_000L);
    }

    @Test
    void aSampleOlderThanTheSiteAcceptsIsRefusedAlone() {
        long oldest = NOW - Duration.ofDays(60).toMillis();
        yaml = SITE.replace("P80D", "P60D");

        Admission admission = admit(at(power(1, 2, 3), oldest - 1, oldest, oldest + 1));

        DeadLetter letter = onlyLetter(admission, "TOO_OLD", "node-1", POWER, 0);
        assertThat(letter.detail()).contains("PT1440H").endsWith("use: import");
        assertThat(values(admission, "node-1", POWER)).containsExactly(2_000L, 3_000L);
    }

    @Test
    void historyIsExemptFromAgeOnlyWhereTheSiteAllowsIt() {
        long old = NOW - Duration.ofDays(60).toMillis();
        yaml = SITE.replace("P80D", "P7D");
        assertThat(admit(at(power(1, 2, 3), old, old + 1, old + 2).setHistory(true))
                        .refused())
                .extracting(DeadLetter::metric)
                .containsExactly(0, POWER, POWER, POWER);

        yaml = yaml.replace("itBoundary", "allowHistory: true\nitBoundary");
        assertThat(admit(at(power(1, 2, 3), old, old + 1, old + 2).setHistory(true))
                        .refused())
                .isEmpty();
        assertThat(admit(at(power(1, 2, 3), old, old + 1, old + 2)).refused())
                .as("no history frame")
                .extracting(DeadLetter::metric)
                .containsExactly(0, POWER, POWER, POWER);
    }

    @Test
    void powerBeyondOneAndAQuarterNameplatesIsRefusedAlone() {
        Admission admission = admit(power(1_250, 1_251, 3));

        onlyLetter(admission, "OUT_OF_RANGE", "node-1", POWER, 1);
        assertThat(values(admission, "node-1", POWER)).containsExactly(1_250_000L, 3_000L);
    }

    @Test
    void powerBelowATenthOfTheNameplateBackwardsIsRefusedAlone() {
        Admission admission = admit(power(-100, -101, 3));

        onlyLetter(admission, "OUT_OF_RANGE", "node-1", POWER, 1);
        assertThat(values(admission, "node-1", POWER)).containsExactly(-100_000L, 3_000L);
    }

    @Test
    void aRegisterThatTheLedgerCannotHoldIsRefusedAlone() {
        Admission admission = admit(frame(
                "meter/plain", entity("meter/plain", series(REGISTER, ValueKind.COUNTER, 9, 1, Long.MAX_VALUE, -1))));

        assertThat(admission.refused())
                .extracting(DeadLetter::code, DeadLetter::slot)
                .containsExactly(tuple("OUT_OF_RANGE", 1), tuple("OUT_OF_RANGE", 2));
        assertThat(values(admission, "meter/plain", REGISTER)).containsExactly(1_000_000_000_000L);
    }

    @Test
    void aRegisterOfTooFineAPowerOfTenIsRefusedAndNotTakenForZero() {
        Admission admission =
                admit(frame("meter/plain", entity("meter/plain", series(REGISTER, ValueKind.COUNTER, -10, 5, 6, 7))));

        DeadLetter letter = onlyLetter(admission, "OUT_OF_RANGE", "meter/plain", REGISTER, WHOLE);
        assertThat(letter.detail()).contains("-10");
        assertThat(admission.frame().readings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 3_000_000, Integer.MAX_VALUE, Integer.MIN_VALUE})
    @Timeout(10)
    void aPowerOfTenBeyondTheLedgersIsDataAndNotWork(int exp10) {
        onlyLetter(
                admit(frame("meter/plain", entity("meter/plain", series(REGISTER, ValueKind.COUNTER, exp10, 5, 6, 7)))),
                "OUT_OF_RANGE",
                "meter/plain",
                REGISTER,
                WHOLE);
        onlyLetter(
                admit(frame("node-1", entity("node-1", series(POWER, ValueKind.GAUGE, exp10, 5, 6, 7)))),
                "OUT_OF_RANGE",
                "node-1",
                POWER,
                WHOLE);
    }

    @Test
    void aRefusedSamplesLetterIsAFrameOfThatSampleThatIsRefusedForTheSameReasonAgain() {
        TelemetryFrame.Builder frame = power(1, 2_000, 3);
        frame.getEntitiesBuilder(0)
                .getSeriesBuilder(0)
                .addAllQualityRuns(Quality.compress(List.of(Quality.GOOD, Quality.ESTIMATED, Quality.GOOD)));

        DeadLetter letter = onlyLetter(admit(frame), "OUT_OF_RANGE", "node-1", POWER, 1);

        TelemetryFrame alone = payload(letter);
        assertThat(alone.getSlots()).isEqualTo(1);
        assertThat(SlotTimes.of(alone)).containsExactly(T0 + 1_000);
        assertThat(alone.getFrameSeq()).isEqualTo(frame.getFrameSeq());
        assertThat(alone.getEntitiesList()).hasSize(1);
        Series series = alone.getEntities(0).getSeries(0);
        assertThat(alone.getEntities(0).getSeriesList()).hasSize(1);
        assertThat(SeriesValues.unpack(series, 1)).containsExactly(2_000);
        assertThat(Quality.expand(series.getQualityRunsList(), 1)).containsExactly(Quality.ESTIMATED);
        onlyLetter(admit(letter.payload(), "t|s|node-1"), "OUT_OF_RANGE", "node-1", POWER, 0);
    }

    @Test
    void staleAndMissingSlotsAreSkippedAndTheOthersKeepTheirMarks() {
        TelemetryFrame.Builder frame = at(power(1, 2, 3, 4, 5), T0, T0 + 1, T0 + 2, T0 + 3, T0 + 4);
        frame.getEntitiesBuilder(0)
                .getSeriesBuilder(0)
                .addAllQualityRuns(Quality.compress(List.of(
                        Quality.STALE, Quality.CLOCK_SUSPECT, Quality.MISSING, Quality.MANUAL, Quality.SUSPECT)));

        Admission admission = admit(frame);

        assertThat(admission.refused()).isEmpty();
        assertThat(admission.frame().readings())
                .extracting(
                        r -> r.slot(),
                        r -> r.reading().value(),
                        r -> r.reading().flags())
                .containsExactly(
                        tuple(1, 2_000L, LedgerFlag.CLOCK_SUSPECT.mask()),
                        tuple(3, 4_000L, LedgerFlag.SENDER_ESTIMATED.mask()),
                        tuple(4, 5_000L, LedgerFlag.SUSPECT.mask()));
    }

    @Test
    void aMissingSlotsValueIsNotJudged() {
        TelemetryFrame.Builder frame = power(1, 99_999, 3);
        frame.getEntitiesBuilder(0)
                .getSeriesBuilder(0)
                .addAllQualityRuns(Quality.compress(List.of(Quality.GOOD, Quality.MISSING, Quality.GOOD)));

        assertThat(admit(frame).refused()).isEmpty();
    }

    @Test
    void eachSlotIsJudgedByTheInventoryOfItsTime() {
        later = SITE.replace(
                        "2026-01-01T00:00:00Z", Instant.ofEpochMilli(T0 + 1_000).toString())
                .replace("nameplateW: 1000,", "nameplateW: 800,");

        Admission admission = admit(power(1_250, 1_001, 1_000));

        onlyLetter(admission, "OUT_OF_RANGE", "node-1", POWER, 1);
        assertThat(values(admission, "node-1", POWER)).containsExactly(1_250_000L, 1_000_000L);
    }

    @Test
    void heatIsTakenByRegisterAndByPower() {
        yaml = SITE + """
                  - { id: cooling/C-1, kind: COOLING_UNIT, role: HEAT_REMOVED, nameplateW: 1000, channels: [
                      { metric: cool.heat.energy, samplePeriod: PT1S }, { metric: cool.heat, samplePeriod: PT1S } ] }
                """;
        Admission admission = admit(frame(
                "cooling/C-1",
                entity(
                        "cooling/C-1",
                        series(Metric.COOL_HEAT_ENERGY.number(), ValueKind.COUNTER, 0, 7, 8, 9),
                        series(Metric.COOL_HEAT.number(), ValueKind.GAUGE, 0, 1, 2, 3))));

        assertThat(admission.refused()).isEmpty();
        assertThat(values(admission, "cooling/C-1", Metric.COOL_HEAT_ENERGY.number()))
                .containsExactly(7_000L, 8_000L, 9_000L);
        assertThat(values(admission, "cooling/C-1", Metric.COOL_HEAT.number())).containsExactly(1_000L, 2_000L, 3_000L);
    }

    @Test
    void waterAndFuelAreTakenAsRegistersOnly() {
        yaml = SITE + """
                  - { id: w-1, kind: METER, role: WATER_IN, water: potable, channels: [ { metric: water.volume, samplePeriod: PT1M } ] }
                """;
        int water = Metric.WATER_VOLUME.number();

        assertThat(values(
                        admit(frame("w-1", entity("w-1", series(water, ValueKind.COUNTER, 3, 7, 8, 9)))), "w-1", water))
                .containsExactly(7_000L, 8_000L, 9_000L);
        onlyLetter(
                admit(frame("w-1", entity("w-1", series(water, ValueKind.GAUGE, 0, 7, 8, 9)))),
                "UNIT_MISMATCH",
                "w-1",
                water,
                WHOLE);
        onlyLetter(
                admit(frame("w-1", entity("w-1", series(Metric.FUEL_VOLUME.number(), ValueKind.COUNTER, 0, 7, 8, 9)))),
                "UNKNOWN_METRIC",
                "w-1",
                Metric.FUEL_VOLUME.number(),
                WHOLE);
    }

    @ParameterizedTest
    @CsvSource({"3, 0, 3, 0", "3001, -3, 3, 1", "3001499, -6, 3, 1", "3001500, -6, 3, 2", "1, 9, 1000000000, 0"})
    void aVolumeBecomesLitresAndTheMillilitresBeyond(long wire, int exp10, long litres, int millilitres) {
        yaml = SITE + """
                  - { id: w-1, kind: METER, role: WATER_IN, water: sea, channels: [ { metric: water.volume, samplePeriod: PT1M } ] }
                """;
        Admission admission = admit(frame(
                "w-1", entity("w-1", series(Metric.WATER_VOLUME.number(), ValueKind.COUNTER, exp10, wire, 0, 0))));

        Reading reading = admission.frame().readings().get(0).reading();
        assertThat(reading.value()).isEqualTo(litres);
        assertThat(reading.microjoules()).isEqualTo(millilitres);
    }

    // ---- units

    @ParameterizedTest
    @CsvSource({
        "3, 0, 3000",
        "3, 3, 3000000",
        "3000, -3, 3000",
        "1500, -6, 2",
        "2500, -6, 2",
        "-1500, -6, -2",
        "0, 9, 0"
    })
    void powerBecomesMilliwattsRoundedHalfEven(long wire, int exp10, long milliwatts) {
        yaml = SITE.replace("nameplateW: 1000,", "nameplateW: 100000,");

        Admission admission =
                admit(frame("node-1", entity("node-1", series(POWER, ValueKind.GAUGE, exp10, wire, 0, 0))));

        assertThat(values(admission, "node-1", POWER).get(0)).isEqualTo(milliwatts);
    }

    @ParameterizedTest
    @CsvSource({
        "7, 0, 7000, 0",
        "7, 9, 7000000000000, 0",
        "7001, -3, 7001, 0",
        "7000123, -6, 7000, 123",
        "7000123500, -9, 7000, 124",
        "7000122500, -9, 7000, 122",
        "999999, -9, 1, 0",
        "9000000000000000000, -6, 9000000000000000, 0"
    })
    void energyBecomesMillijoulesAndTheMicrojoulesBeyond(long wire, int exp10, long millijoules, int microjoules) {
        Admission admission = admit(
                frame("meter/plain", entity("meter/plain", series(REGISTER, ValueKind.COUNTER, exp10, wire, 0, 0))));

        Reading reading = admission.frame().readings().get(0).reading();
        assertThat(reading.value()).isEqualTo(millijoules);
        assertThat(reading.microjoules()).isEqualTo(microjoules);
    }

    @Test
    void theTransformersRatioIsAppliedToTheReadingOnceAndExactly() {
        Admission admission = admit(frame(
                "meter/ct",
                entity(
                        "meter/ct",
                        series(REGISTER, ValueKind.COUNTER, -6, 1_000_001, 3, 0),
                        series(Metric.METER_POWER_ACTIVE.number(), ValueKind.GAUGE, 0, 30, 0, -3))));

        assertThat(admission.refused()).isEmpty();
        assertThat(admission.frame().readings())
                .extracting(r -> r.reading().value(), r -> r.reading().microjoules())
                .containsExactly(
                        tuple(133_333L, 466), // 1,000,001 uJ x 400/3 = 133,333,466.67 uJ
                        tuple(0L, 400),
                        tuple(0L, 0),
                        tuple(4_000_000L, 0),
                        tuple(0L, 0),
                        tuple(-400_000L, 0));
    }

    // ---- allocations and jobs

    @Test
    void aFrameAssertsItsRunFromAllocFromToItsLastSlot() {
        TelemetryFrame.Builder frame = power(1, 2, 3);
        frame.getEntitiesBuilder(0).setRunId("run-a").setAllocFromMs(T0 - 5_000);

        assertThat(admit(frame).frame().assertions())
                .containsExactly(new Assertion("node-1", T0 - 5_000, T0 + 2_000, "run-a"));
    }

    @Test
    void withoutAllocFromTheFirstSlotCountsAndNobodyIsSaidToo() {
        assertThat(admit(power(1, 2, 3)).frame().assertions())
                .containsExactly(new Assertion("node-1", T0, T0 + 2_000, ""));
    }

    @Test
    void aFrameOfTheFutureAssertsNothing() {
        long far = Instant.parse("+200000000-01-01T00:00:00Z").toEpochMilli();
        TelemetryFrame.Builder frame = at(power(1, 2), far, far + 1_000);
        frame.getEntitiesBuilder(0).setRunId("run-a");

        Admission admission = admit(frame);

        assertThat(admission.frame().assertions()).isEmpty();
        assertThat(admission.refused())
                .extracting(DeadLetter::code, DeadLetter::metric, DeadLetter::slot)
                .containsExactly(
                        tuple("CLOCK_FUTURE", 0, WHOLE),
                        tuple("CLOCK_FUTURE", POWER, 0),
                        tuple("CLOCK_FUTURE", POWER, 1));
        assertThat(payload(admission.refused().get(0)).getEntities(0).getSeriesList())
                .isEmpty();
    }

    @Test
    void anAllocationBefore2015IsRefusedAndTheReadingsAreTaken() {
        TelemetryFrame.Builder frame = power(1, 2, 3);
        frame.getEntitiesBuilder(0).setRunId("run-a").setAllocFromMs(Long.MIN_VALUE + 1);

        Admission admission = admit(frame);

        DeadLetter letter = onlyLetter(admission, "TIME_IMPLAUSIBLE", "node-1", 0, WHOLE);
        assertThat(payload(letter).getEntities(0).getRunId()).isEqualTo("run-a");
        assertThat(admission.frame().assertions()).isEmpty();
        assertThat(admission.frame().readings()).hasSize(3);
    }

    @Test
    void oneSlotAssertsItsInstantUnlessItsRunBeganBefore() {
        TelemetryFrame.Builder alone = at(power(1), T0);
        assertThat(admit(alone).frame().assertions()).containsExactly(new Assertion("node-1", T0, T0, ""));

        alone.getEntitiesBuilder(0).setRunId("run-a").setAllocFromMs(T0 - 1);
        assertThat(admit(alone).frame().assertions()).containsExactly(new Assertion("node-1", T0 - 1, T0, "run-a"));
    }

    @Test
    void anEntityWithoutSeriesAssertsItsRun() {
        TelemetryFrame.Builder frame = frame("node-1", entity("node-1").setRunId("run-a"));

        Admission admission = admit(frame);

        assertThat(admission.frame().readings()).isEmpty();
        assertThat(admission.frame().assertions()).containsExactly(new Assertion("node-1", T0, T0 + 2_000, "run-a"));
    }

    @Test
    void aJobsSlotsAreStepsFromOneToTheNext() {
        Admission admission = admit(frame(
                        "job/7",
                        job(
                                "run-a",
                                series(Metric.JOB_TOKENS.number(), ValueKind.DELTA, 0, 0, 4_096, 8_192),
                                series(Metric.JOB_SAMPLES.number(), ValueKind.DELTA, 0, 0, 1, 2),
                                series(Metric.JOB_STEP.number(), ValueKind.COUNTER, 0, 99, 100, 101),
                                series(Metric.JOB_ATTEMPT.number(), ValueKind.STATE, 0, 2, 2, 2)))
                .setCorrection(true));

        assertThat(admission.refused()).isEmpty();
        Told told = new Told(true, 77, 5);
        assertThat(admission.jobs())
                .containsExactly(new Admission.JobAmounts(
                        "run-a",
                        List.of(
                                new StepReport(2, 100, 99, T0, T0 + 1_000, 4_096, NOT_TOLD, 1, NOT_TOLD, told),
                                new StepReport(
                                        2, 101, 100, T0 + 1_000, T0 + 2_000, 8_192, NOT_TOLD, 2, NOT_TOLD, told)),
                        List.of(),
                        List.of()));
        assertThat(admission.frame().assertions()).containsExactly(new Assertion("job/7", T0, T0 + 2_000, "run-a"));
    }

    @Test
    void aJobWithoutStepNumbersCountsAttemptOneAndNamesStepsByTheirEnd() {
        Admission admission = admit(frame(
                "job/7", job("run-a", series(Metric.JOB_TOKENS.number(), ValueKind.DELTA, 0, 0, 4_096, 8_192))));

        assertThat(steps(admission))
                .extracting(StepReport::attempt, StepReport::step, StepReport::samples)
                .containsExactly(tuple(1, T0 + 1_000, 0L), tuple(1, T0 + 2_000, 0L));
    }

    @Test
    void aJobsMissingSlotIsNoStepAndNegativeTokensAreRefused() {
        Series.Builder tokens = series(Metric.JOB_TOKENS.number(), ValueKind.DELTA, 0, 0, 4_096, -1)
                .addAllQualityRuns(Quality.compress(List.of(Quality.GOOD, Quality.MISSING, Quality.GOOD)));

        Admission admission = admit(frame("job/7", job("run-a", tokens)));

        onlyLetter(admission, "TOKENS_REGRESSION", "job/7", Metric.JOB_TOKENS.number(), 2);
        assertThat(steps(admission)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 1L << 31, 1L << 40})
    void anAttemptThatIsNoneIsRefused(long attempt) {
        Admission admission = admit(frame(
                "job/7",
                job(
                        "run-a",
                        series(Metric.JOB_TOKENS.number(), ValueKind.DELTA, 0, 0, 4_096, 8_192),
                        series(Metric.JOB_ATTEMPT.number(), ValueKind.STATE, 0, 1, attempt, Integer.MAX_VALUE))));

        onlyLetter(admission, "OUT_OF_RANGE", "job/7", Metric.JOB_TOKENS.number(), 1);
        assertThat(steps(admission)).extracting(StepReport::attempt).containsExactly(Integer.MAX_VALUE);
    }

    @Test
    void moreTokensThanAStepCanHaveAreRefused() {
        Admission admission = admit(frame(
                "job/7",
                job("run-a", series(Metric.JOB_TOKENS.number(), ValueKind.DELTA, 0, 0, 1L << 53, (1L << 53) + 1))));

        onlyLetter(admission, "OUT_OF_RANGE", "job/7", Metric.JOB_TOKENS.number(), 2);
        assertThat(steps(admission)).extracting(StepReport::tokens).containsExactly(1L << 53);
    }

    @Test
    void tokensWithAPowerOfTenAreRefusedAndNotDropped() {
        Admission admission =
                admit(frame("job/7", job("run-a", series(Metric.JOB_TOKENS.number(), ValueKind.DELTA, 3, 1, 2, 3))));

        onlyLetter(admission, "UNIT_MISMATCH", "job/7", Metric.JOB_TOKENS.number(), WHOLE);
        assertThat(steps(admission)).isEmpty();
    }

    @Test
    void whatALogTellsOfAStepComesWithIt() {
        Series.Builder energy = series(Metric.JOB_ENERGY_REPORTED.number(), ValueKind.DELTA, -3, 0, 1_234_567, 2);

        Admission admission = admit(frame(
                "job/7",
                job(
                        "run-a",
                        tokens(0, 4_096, 8_192),
                        series(Metric.JOB_TOKENS_EFFECTIVE.number(), ValueKind.DELTA, 0, 0, 4_000, 8_192),
                        energy)));

        assertThat(admission.refused()).isEmpty();
        assertThat(steps(admission))
                .extracting(StepReport::effectiveTokens, StepReport::reportedMicrojoules)
                .containsExactly(tuple(4_000L, 1_234_567_000L), tuple(8_192L, 2_000L));
    }

    @Test
    void consumedSamplesThatGoDownAreRefused() {
        Admission admission = admit(frame(
                "job/7",
                job(
                        "run-a",
                        tokens(0, 4_096, 8_192),
                        series(Metric.JOB_SAMPLES.number(), ValueKind.DELTA, 0, 0, 1, -2))));

        onlyLetter(admission, "TOKENS_REGRESSION", "job/7", Metric.JOB_TOKENS.number(), 2);
        assertThat(steps(admission)).hasSize(1);
    }

    @Test
    void stepsThatGoDownAreRefusedUnlessTheJobBeganAgain() {
        Series.Builder counter = series(Metric.JOB_STEP.number(), ValueKind.COUNTER, 0, 99, 100, 90);

        Admission falling = admit(frame("job/7", job("run-a", tokens(0, 4_096, 8_192), counter)));
        Admission restarted = admit(frame(
                "job/7",
                job(
                        "run-a",
                        tokens(0, 4_096, 8_192),
                        counter,
                        series(Metric.JOB_ATTEMPT.number(), ValueKind.STATE, 0, 1, 1, 2))));

        onlyLetter(falling, "TOKENS_REGRESSION", "job/7", Metric.JOB_TOKENS.number(), 2);
        assertThat(restarted.refused()).isEmpty();
        assertThat(steps(restarted))
                .extracting(StepReport::attempt, StepReport::step, StepReport::afterStep)
                .containsExactly(tuple(1, 100L, 99L), tuple(2, 90L, NOT_TOLD));
    }

    @Test
    void tokensWithoutTheirStepNumberAreRefused() {
        Series.Builder counter = series(Metric.JOB_STEP.number(), ValueKind.COUNTER, 0, 99, 100, 100)
                .addAllQualityRuns(Quality.compress(List.of(Quality.GOOD, Quality.GOOD, Quality.MISSING)));

        Admission admission = admit(frame("job/7", job("run-a", tokens(0, 4_096, 8_192), counter)));

        onlyLetter(admission, "OUT_OF_RANGE", "job/7", Metric.JOB_TOKENS.number(), 2);
        assertThat(steps(admission)).extracting(StepReport::step).containsExactly(100L);
    }

    @ParameterizedTest
    @CsvSource({"-1, TOKENS_REGRESSION", "4097, OUT_OF_RANGE"})
    void effectiveTokensThatCannotBeAreRefusedAndTheStepStays(long effective, String code) {
        Admission admission = admit(frame(
                "job/7",
                job(
                        "run-a",
                        tokens(0, 4_096, 8_192),
                        series(Metric.JOB_TOKENS_EFFECTIVE.number(), ValueKind.DELTA, 0, 0, effective, 8_192))));

        onlyLetter(admission, code, "job/7", Metric.JOB_TOKENS_EFFECTIVE.number(), 1);
        assertThat(steps(admission)).extracting(StepReport::effectiveTokens).containsExactly(NOT_TOLD, 8_192L);
    }

    @Test
    void effectiveTokensOfNoTokensAreRefused() {
        Admission admission = admit(frame(
                "job/7", job("run-a", series(Metric.JOB_TOKENS_EFFECTIVE.number(), ValueKind.DELTA, 0, 0, 1, 1))));

        assertThat(admission.refused())
                .extracting(DeadLetter::code, DeadLetter::metric, DeadLetter::slot)
                .containsExactly(
                        tuple("OUT_OF_RANGE", Metric.JOB_TOKENS_EFFECTIVE.number(), 1),
                        tuple("OUT_OF_RANGE", Metric.JOB_TOKENS_EFFECTIVE.number(), 2));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MAX_VALUE})
    void reportedEnergyThatCannotBeIsRefusedAndTheStepStays(long joules) {
        Admission admission = admit(frame(
                "job/7",
                job(
                        "run-a",
                        tokens(0, 4_096, 8_192),
                        series(Metric.JOB_ENERGY_REPORTED.number(), ValueKind.DELTA, 0, 0, joules, 5))));

        onlyLetter(admission, "OUT_OF_RANGE", "job/7", Metric.JOB_ENERGY_REPORTED.number(), 1);
        assertThat(steps(admission)).extracting(StepReport::reportedMicrojoules).containsExactly(NOT_TOLD, 5_000_000L);
    }

    @Test
    void aPhaseHoldsFromTheSlotBeforeAndOneThatIsNoneIsRefused() {
        Admission admission = admit(frame(
                "job/7",
                job(
                        "run-a",
                        series(Metric.JOB_PHASE.number(), ValueKind.STATE, 0, 1, 4, 7),
                        series(Metric.JOB_ATTEMPT.number(), ValueKind.STATE, 0, 2, 2, 2))));

        onlyLetter(admission, "OUT_OF_RANGE", "job/7", Metric.JOB_PHASE.number(), 2);
        assertThat(admission.jobs().get(0).phases())
                .containsExactly(new PhaseReport(2, JobPhase.CHECKPOINT, T0, T0 + 1_000, new Told(false, 77, 5)));
    }

    @Test
    void aCheckpointIsToldByTheFirstSlotOfTheFrameThatKnowsItAndByTheSlotFromWhichItIsTheLastOne() {
        Series.Builder kept = series(Metric.JOB_CHECKPOINT_STEP.number(), ValueKind.STATE, 0, 500, 500, 600);

        Admission admission = admit(frame("job/7", job("run-a", kept)));

        assertThat(admission.refused()).isEmpty();
        assertThat(admission.jobs().get(0).checkpoints())
                .containsExactly(
                        new CheckpointReport(1, 500, T0 + 1_000, new Told(false, 77, 5)),
                        new CheckpointReport(1, 600, T0 + 2_000, new Told(false, 77, 5)));
    }

    @Test
    void aCheckpointThatTheFirstSlotDoesNotKnowIsTold() {
        Series.Builder kept = series(Metric.JOB_CHECKPOINT_STEP.number(), ValueKind.STATE, 0, 0, 500, 500)
                .addAllQualityRuns(Quality.compress(List.of(Quality.MISSING, Quality.GOOD, Quality.GOOD)));

        Admission admission = admit(frame("job/7", job("run-a", kept)));

        assertThat(admission.jobs().get(0).checkpoints())
                .containsExactly(new CheckpointReport(1, 500, T0 + 1_000, new Told(false, 77, 5)));
    }

    @Test
    void aCheckpointOfANegativeStepIsRefused() {
        Admission admission = admit(frame(
                "job/7", job("run-a", series(Metric.JOB_CHECKPOINT_STEP.number(), ValueKind.STATE, 0, 0, 0, -1))));

        onlyLetter(admission, "OUT_OF_RANGE", "job/7", Metric.JOB_CHECKPOINT_STEP.number(), 2);
        assertThat(admission.jobs().get(0).checkpoints())
                .extracting(CheckpointReport::step)
                .containsExactly(0L);
    }

    @Test
    void aPhaseAndACheckpointOfAnAttemptThatIsNoneAreRefused() {
        Admission admission = admit(frame(
                "job/7",
                job(
                        "run-a",
                        series(Metric.JOB_PHASE.number(), ValueKind.STATE, 0, 1, 1, 1),
                        series(Metric.JOB_CHECKPOINT_STEP.number(), ValueKind.STATE, 0, 0, 0, 9),
                        series(Metric.JOB_ATTEMPT.number(), ValueKind.STATE, 0, 1, 1, 0))));

        assertThat(admission.refused())
                .extracting(DeadLetter::code, DeadLetter::metric, DeadLetter::slot)
                .containsExactly(
                        tuple("OUT_OF_RANGE", Metric.JOB_PHASE.number(), 2),
                        tuple("OUT_OF_RANGE", Metric.JOB_CHECKPOINT_STEP.number(), 2));
        assertThat(admission.jobs().get(0).phases()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Metric.class,
            names = {"JOB_PHASE", "JOB_CHECKPOINT_STEP", "JOB_TOKENS_EFFECTIVE", "JOB_ENERGY_REPORTED"})
    void aJobAmountOfAnotherKindIsRefusedAndNotDropped(Metric metric) {
        Admission admission = admit(frame("job/7", job("run-a", series(metric.number(), ValueKind.GAUGE, 0, 1, 2, 3))));

        onlyLetter(admission, "UNIT_MISMATCH", "job/7", metric.number(), WHOLE);
    }

    @Test
    void aJobsStepOfTheFutureIsRefused() {
        appended = T0 + 1_000 - 120_000;

        Admission admission = admit(frame(
                "job/7", job("run-a", series(Metric.JOB_TOKENS.number(), ValueKind.DELTA, 0, 0, 4_096, 8_192))));

        letterAfterTheAllocations(admission, "CLOCK_FUTURE", "job/7", Metric.JOB_TOKENS.number(), 2);
        assertThat(steps(admission)).hasSize(1);
    }

    @Test
    void aJobWithoutARunIsRefused() {
        Admission admission =
                admit(frame("job/7", job("", series(Metric.JOB_TOKENS.number(), ValueKind.DELTA, 0, 0, 4_096, 8_192))));

        onlyLetter(admission, "UNKNOWN_ENTITY", "job/7", 0, WHOLE);
        assertThat(steps(admission)).isEmpty();
    }

    // ---- who sent it, and when

    @Test
    void readingsCarryWhatDecidesBetweenTwoOfOneInstant() {
        Admission admission = admit(power(1, 2, 3).setCorrection(true));

        Reading reading = admission.frame().readings().get(0).reading();
        assertThat(reading.correction()).isTrue();
        assertThat(reading.session()).isEqualTo(77);
        assertThat(reading.sequence()).isEqualTo(5);
        assertThat(reading.origin()).isEqualTo(admission.frame().origin());
        assertThat(admission.frame().readings().get(0).channel()).isEqualTo(new ChannelId("node-1", POWER));
    }

    @Test
    void anOriginIsAProducerAndASessionAndNeverChangesItsNumber() {
        assertThat(SenderHash.of("agent", 77)).isEqualTo(SenderHash.of("agent", 77));
        assertThat(SenderHash.of("agent", 77)).isNotEqualTo(SenderHash.of("agent", 78));
        assertThat(SenderHash.of("agent", 77)).isNotEqualTo(SenderHash.of("agent2", 77));
        assertThat(SenderHash.of("a", 1)).as("kept in state").isEqualTo(fnv1a("a|1"));
    }

    /** FNV-1a, 64 bits, from its definition. */
    private static long fnv1a(String ascii) {
        java.math.BigInteger hash = new java.math.BigInteger("14695981039346656037");
        for (char c : ascii.toCharArray()) {
            hash = hash.xor(java.math.BigInteger.valueOf(c)).multiply(new java.math.BigInteger("1099511628211"));
        }
        return hash.longValue();
    }

    // ---- frames

    private Admission admit(TelemetryFrame.Builder frame) {
        byte[] bytes = FrameCodec.encode(frame.build());
        return admit(
                bytes, key == null ? frame.getTenantId() + "|" + frame.getSiteId() + "|" + frame.getOwnerId() : key);
    }

    private Admission admit(byte[] bytes, String key) {
        List<InventoryVersion> versions = new ArrayList<>();
        for (String version : Arrays.asList(yaml, later)) {
            if (version != null) {
                versions.add(new InventoryVersion(
                        versions.size() + 1, SiteInventoryParser.parse(version).orElseThrow()));
            }
        }
        InventoryHistory history = versions.isEmpty() ? null : InventoryHistory.of(versions);
        return new AdmitFrame((tenant, site, at) -> history)
                .admit(new TelemetryRecord(topic, 4, 123, appended, key, bytes));
    }

    /** A frame of node-1 with these watts, one a second from T0. */
    private static TelemetryFrame.Builder power(long... watts) {
        return frame("node-1", entity("node-1", series(POWER, ValueKind.GAUGE, 0, watts)));
    }

    private static TelemetryFrame.Builder frame(String owner, Entity.Builder entity) {
        return at(
                TelemetryFrame.newBuilder()
                        .setSchemaVersion(1)
                        .setTenantId("t")
                        .setSiteId("s")
                        .setOwnerId(owner)
                        .setProducerId("agent")
                        .setSessionId(77)
                        .setFrameSeq(5)
                        .addEntities(entity),
                T0,
                T0 + 1_000,
                T0 + 2_000);
    }

    private static TelemetryFrame.Builder at(TelemetryFrame.Builder frame, long... times) {
        SlotTimes.set(frame, times);
        return frame;
    }

    private static Entity.Builder entity(String id, Series.Builder... series) {
        Entity.Builder entity = Entity.newBuilder().setEntityId(id).setKind(EntityKind.NODE);
        Arrays.stream(series).forEach(entity::addSeries);
        return entity;
    }

    private static Series.Builder tokens(long... values) {
        return series(Metric.JOB_TOKENS.number(), ValueKind.DELTA, 0, values);
    }

    private static Entity.Builder job(String run, Series.Builder... series) {
        return entity("job/7", series).setKind(EntityKind.JOB).setRunId(run);
    }

    private static Series.Builder series(int metric, ValueKind kind, int exp10, long... values) {
        Series.Builder series =
                Series.newBuilder().setMetric(metric).setKind(kind).setExp10(exp10);
        SeriesValues.pack(values, series);
        return series;
    }

    // ---- what came of them

    /** Of all jobs of the frame. */
    private static List<StepReport> steps(Admission admission) {
        return admission.jobs().stream().flatMap(job -> job.steps().stream()).toList();
    }

    private static void assertRefusedWhole(Admission admission, String code, String site) {
        assertThat(admission.key()).isNull();
        assertThat(admission.frame()).isNull();
        assertThat(steps(admission)).isEmpty();
        DeadLetter letter = onlyLetter(admission, code, "", 0, WHOLE);
        assertThat(letter.site()).isEqualTo(site);
    }

    private static DeadLetter onlyLetter(Admission admission, String code, String entity, int metric, int slot) {
        return onlyLetter(admission.refused(), code, entity, metric, slot);
    }

    private static DeadLetter onlyLetter(List<DeadLetter> letters, String code, String entity, int metric, int slot) {
        assertThat(letters)
                .extracting(DeadLetter::code, DeadLetter::entity, DeadLetter::metric, DeadLetter::slot)
                .containsExactly(tuple(code, entity, metric, slot));
        return checked(letters.get(0));
    }

    /** The letter of one sample where the allocation reaches to the same refused time. */
    private static DeadLetter letterAfterTheAllocations(
            Admission admission, String code, String entity, int metric, int slot) {
        assertThat(admission.refused())
                .extracting(DeadLetter::code, DeadLetter::entity, DeadLetter::metric, DeadLetter::slot)
                .containsExactly(tuple(code, entity, 0, WHOLE), tuple(code, entity, metric, slot));
        assertThat(admission.frame().assertions()).isEmpty();
        checked(admission.refused().get(0));
        return checked(admission.refused().get(1));
    }

    private static DeadLetter checked(DeadLetter letter) {
        assertThat(letter.partition()).isEqualTo(4);
        assertThat(letter.offset()).isEqualTo(123);
        assertThat(letter.detail()).isNotBlank();
        return letter;
    }

    private static TelemetryFrame payload(DeadLetter letter) {
        FrameResult result = FrameCodec.decode(letter.payload());
        assertThat(result).isInstanceOf(FrameResult.Decoded.class);
        return ((FrameResult.Decoded) result).frame();
    }

    private static List<Long> values(Admission admission, String entity, int metric) {
        return admission.frame().readings().stream()
                .filter(r -> r.channel().equals(new ChannelId(entity, metric)))
                .map(r -> r.reading().value())
                .toList();
    }
}
