package io.joulestream.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.SiteGeneration;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.SlotTimes;
import io.joulestream.wire.Topics;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.EntityKind;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import io.joulestream.wire.v1.ValueKind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** Which frames of a rebuilt site which generation takes. The floor is 10:00, generation 1 took over at 12:00. */
class AdmitGenerationTest {
    private static final Instant FLOOR = Instant.parse("2026-03-10T10:00:00Z");
    private static final Instant TAKEN_OVER = Instant.parse("2026-03-10T12:00:00Z");
    private static final String SHARED = Topics.telemetry("t");
    private static final String REBUILT = Topics.telemetry("t", "s", 1);

    private final List<SiteGeneration> generations = new ArrayList<>(List.of(new SiteGeneration(
            "t", "s", 1, REBUILT, "id", FLOOR, "", TAKEN_OVER.minusSeconds(60), TAKEN_OVER, List.of())));

    @Test
    void untilItIsTakenOverTheFirstGenerationGoesOn() {
        Admission admission = admit(record(SHARED, FLOOR, TAKEN_OVER.minusMillis(1), false));

        assertThat(admission.frame().readings()).hasSize(1);
    }

    @Test
    void whatTheBrokerStoresAfterwardsIsAccountedForElsewhere() {
        Admission admission = admit(record(SHARED, FLOOR, TAKEN_OVER, false));

        assertThat(admission.key()).isNull();
        assertThat(admission.refused()).isEmpty();
    }

    @Test
    void whereStateIsLostTheFirstGenerationTakesNothingMore() {
        generations.set(
                0, new SiteGeneration("t", "s", 1, REBUILT, "id", FLOOR, "", TAKEN_OVER, Instant.EPOCH, List.of()));

        assertThat(admit(record(SHARED, FLOOR, FLOOR, false)).key()).isNull();
        assertThat(admit(record(REBUILT, FLOOR, TAKEN_OVER, false)).key()).isNotNull();
    }

    @Test
    void anotherSiteOfTheSharedTopicIsNotConcerned() {
        generations.clear();

        assertThat(admit(record(SHARED, FLOOR, TAKEN_OVER, false)).frame().readings())
                .hasSize(1);
    }

    @Test
    void aTopicThatNoPublishedGenerationNamesIsRefused() {
        generations.clear();

        Admission admission = admit(record(REBUILT, FLOOR, TAKEN_OVER, false));

        assertThat(admission.refused()).extracting(DeadLetter::code).containsExactly("TENANT_MISMATCH");
    }

    @Test
    void aReadingFromBeforeTheFloorIsRefusedWithItsCode() {
        Admission last = admit(record(REBUILT, FLOOR.minusMillis(1), TAKEN_OVER, false));
        Admission first = admit(record(REBUILT, FLOOR, TAKEN_OVER, false));

        assertThat(last.frame().readings()).isEmpty();
        assertThat(last.refused()).extracting(DeadLetter::code).containsExactly("BEFORE_FLOOR");
        assertThat(last.refused().get(0).detail()).contains("2026-03-10T09:59:59.999Z", "2026-03-10T10:00:00Z");
        assertThat(first.frame().readings()).hasSize(1);
        assertThat(first.refused()).isEmpty();
    }

    @Test
    void whatTheGenerationBeforeHasAccountedForLeadsUpToTheFloor() {
        Admission admission = admit(record(REBUILT, FLOOR.minusMillis(1), TAKEN_OVER, true));

        assertThat(admission.frame().readings()).hasSize(1);
        assertThat(admission.refused()).isEmpty();
        assertThat(admission.rules().floorMillis()).isEqualTo(FLOOR.toEpochMilli());
    }

    @Test
    void aVersionAboutThePastIsKnownToItsGenerationOnly() {
        long before = admit(record(SHARED, FLOOR, FLOOR, false))
                .frame()
                .readings()
                .get(0)
                .reading()
                .value();
        long after = admit(record(REBUILT, FLOOR, TAKEN_OVER, true))
                .frame()
                .readings()
                .get(0)
                .reading()
                .value();

        assertThat(before).isEqualTo(500_000);
        assertThat(after).isEqualTo(520_000);
    }

    @Test
    void aCopyIsJudgedByWhenItWasFirstStored() throws Exception {
        RecordHeaders headers = new RecordHeaders();
        headers.add(
                Topics.HEADER_APPENDED_MS, Long.toString(FLOOR.toEpochMilli()).getBytes(StandardCharsets.US_ASCII));
        headers.add(Topics.HEADER_ACCOUNTED, "1".getBytes(StandardCharsets.US_ASCII));

        TelemetryRecord copy = read(REBUILT, headers);
        TelemetryRecord claim = read(SHARED, headers);

        assertThat(copy.appendedMillis()).isEqualTo(FLOOR.toEpochMilli());
        assertThat(copy.storedMillis()).isEqualTo(TAKEN_OVER.toEpochMilli());
        assertThat(copy.accounted()).isTrue();
        assertThat(claim.appendedMillis()).isEqualTo(TAKEN_OVER.toEpochMilli());
        assertThat(claim.accounted()).isFalse();
    }

    private static TelemetryRecord read(String topic, RecordHeaders headers) {
        List<TelemetryRecord> out = new ArrayList<>();
        new ReadTelemetryRecord()
                .deserialize(
                        new ConsumerRecord<>(
                                topic,
                                0,
                                7,
                                TAKEN_OVER.toEpochMilli(),
                                TimestampType.LOG_APPEND_TIME,
                                1,
                                1,
                                new byte[1],
                                new byte[1],
                                headers,
                                Optional.empty()),
                        new Collector<>() {
                            @Override
                            public void collect(TelemetryRecord record) {
                                out.add(record);
                            }

                            @Override
                            public void close() {}
                        });
        return out.get(0);
    }

    private Admission admit(TelemetryRecord record) {
        SiteLookup sites = new SiteLookup() {
            @Override
            public InventoryHistory find(String tenant, String site, long appendedMillis) {
                return InventoryHistory.of(List.of(version(1, "1", 0), version(2, "1.04", 1)));
            }

            @Override
            public List<SiteGeneration> generations(String tenant, String site) {
                return List.copyOf(generations);
            }
        };
        return new AdmitFrame(sites).admit(record);
    }

    private static InventoryVersion version(int number, String ctRatio, int sinceGeneration) {
        String yaml = """
                tenant: t
                site: s
                kind: edge
                zone: UTC
                effectiveFrom: 2015-01-01T00:00:00Z
                itBoundary: IT_IN
                entities:
                  - id: meter-1
                    kind: METER
                    role: IT_IN
                    nameplateW: 10000
                    channels:
                      - { metric: meter.power.active, samplePeriod: PT1S, sampleKind: instant, ctRatio: %s }
                """.formatted(ctRatio);
        return new InventoryVersion(number, SiteInventoryParser.parse(yaml).orElseThrow(), sinceGeneration);
    }

    private static TelemetryRecord record(String topic, Instant measured, Instant stored, boolean accounted) {
        Series.Builder series = Series.newBuilder()
                .setMetric(Metric.METER_POWER_ACTIVE.number())
                .setKind(ValueKind.GAUGE);
        SeriesValues.pack(new long[] {500}, series);
        TelemetryFrame.Builder frame = TelemetryFrame.newBuilder()
                .setSchemaVersion(1)
                .setTenantId("t")
                .setSiteId("s")
                .setOwnerId("meter-1")
                .setProducerId("agent")
                .setSessionId(77)
                .setFrameSeq(5)
                .addEntities(Entity.newBuilder()
                        .setEntityId("meter-1")
                        .setKind(EntityKind.METER)
                        .addSeries(series));
        SlotTimes.set(frame, new long[] {measured.toEpochMilli()});
        return new TelemetryRecord(
                topic,
                0,
                1,
                stored.toEpochMilli(),
                "t|s|meter-1",
                FrameCodec.encode(frame.build()),
                TelemetryRecord.CLOCK_UNKNOWN,
                stored.toEpochMilli(),
                accounted);
    }
}
