package io.joulestream.streaming;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import io.joulestream.wire.v1.ValueKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
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

    // ----

    private static long[] at(int... seconds) {
        long[] times = new long[seconds.length];
        for (int i = 0; i < seconds.length; i++) {
            times[i] = START + seconds[i] * 1_000L;
        }
        return times;
    }

    private static InventoryVersion version(int number, String from, String entities) {
        return new InventoryVersion(
                number,
                SiteInventoryParser.parse("tenant: t\nsite: s\nkind: edge\nzone: Europe/Berlin\neffectiveFrom: " + from
                                + "\nitBoundary: NODE_IN\nentities:\n" + entities)
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
