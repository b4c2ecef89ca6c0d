package io.joulestream.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.joulestream.core.account.SiteReport;
import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryResult;
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
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Energy that repeats other energy: the node's gauge beside its counter, its DC side beside its AC side, its GPUs as two
 * exporters read them, a processor's overlapping zones, slices that repeat their whole GPU. Each total has it once.
 */
class MeteringTreeDoublesTest {
    private static final long START = Instant.parse("2026-03-10T12:00:00Z").toEpochMilli();
    private static final String SITE = """
            tenant: t
            site: s
            kind: edge
            zone: Europe/Berlin
            effectiveFrom: 2026-01-01T00:00:00Z
            itBoundary: NODE_IN
            entities:
              - { id: node-1, kind: NODE, role: NODE_IN, nameplateW: 10000, channels: [
                  { metric: node.energy, samplePeriod: PT10S }, { metric: node.power, samplePeriod: PT10S },
                  { metric: cpu.package.energy, samplePeriod: PT10S } ] }
              - { id: node-1/dc, kind: METER, role: CHECK, parent: node-1, owner: node-1, nameplateW: 10000, channels: [
                  { metric: meter.energy.active, samplePeriod: PT10S } ] }
              - { id: node-1/gpu0, kind: GPU, role: GPU, parent: node-1, owner: node-1, nameplateW: 700, channels: [
                  { metric: gpu.energy, samplePeriod: PT10S }, { metric: gpu.power, samplePeriod: PT10S } ] }
              - { id: node-1/gpu0/mig1, kind: GPU_SLICE, role: IT_SUB, parent: node-1/gpu0, owner: node-1, channels: [
                  { metric: gpu.fb.used, samplePeriod: PT10S } ] }
              - { id: node-1/gpu0/kepler, kind: GPU, role: CHECK, parent: node-1/gpu0, owner: node-1, nameplateW: 700, channels: [
                  { metric: gpu.energy, samplePeriod: PT10S } ] }
            """;

    private final Map<String, Long> microjoulesByRole = new TreeMap<>();
    private final List<DeadLetter> letters = new ArrayList<>();

    @Test
    void eachTotalHasEveryJouleOnce() throws Exception {
        process(
                entity(
                        "node-1",
                        counter(Metric.NODE_ENERGY, 0, 8_000),
                        gauge(Metric.NODE_POWER, 800, 800),
                        counter(Metric.CPU_PACKAGE_ENERGY, 0, 1_000)),
                entity("node-1/dc", counter(Metric.METER_ENERGY_ACTIVE, 0, 7_700)),
                entity("node-1/gpu0", counter(Metric.GPU_ENERGY, 0, 5_000), gauge(Metric.GPU_POWER, 500, 500)),
                entity("node-1/gpu0/kepler", counter(Metric.GPU_ENERGY, 0, 5_000)),
                entity("node-1/gpu0/mig1", counter(Metric.GPU_ENERGY, 0, 5_000)));

        assertThat(microjoulesByRole)
                .as("not 8,000 + 8,000, nor + 7,700, nor twice or three times 5,000, nor the processor's on top")
                .isEqualTo(Map.of("NODE_IN", 8_000_000_000L, "GPU", 5_000_000_000L));
        assertThat(letters)
                .as("a slice says what its whole GPU says")
                .extracting(DeadLetter::code, DeadLetter::entity, DeadLetter::metric)
                .containsExactly(tuple("UNKNOWN_METRIC", "node-1/gpu0/mig1", Metric.GPU_ENERGY.number()));
    }

    @Test
    void aTreeThatGivesASliceItsGpusEnergyIsNoTree() {
        InventoryResult result = SiteInventoryParser.parse(SITE.replace("metric: gpu.fb.used", "metric: gpu.energy"));

        assertThat(((InventoryResult.Invalid) result).problems())
                .anySatisfy(problem -> assertThat(problem.message()).contains("cannot be read from a GPU_SLICE"));
    }

    @Test
    void aTreeWithASummedMeterBelowAnotherOfItsRoleIsNoTree() {
        InventoryResult result =
                SiteInventoryParser.parse(SITE.replace("kind: METER, role: CHECK", "kind: NODE, role: NODE_IN")
                        .replace("meter.energy.active", "node.energy"));

        assertThat(result).isInstanceOf(InventoryResult.Invalid.class);
    }

    private void process(Entity... entities) throws Exception {
        TelemetryFrame.Builder frame = TelemetryFrame.newBuilder()
                .setSchemaVersion(1)
                .setTenantId("t")
                .setSiteId("s")
                .setOwnerId("node-1")
                .setProducerId("agent")
                .setSessionId(77)
                .setFrameSeq(1)
                .addAllEntities(List.of(entities));
        SlotTimes.set(frame, new long[] {START, START + 10_000});
        TelemetryFrame built = frame.build();
        InventoryHistory site = InventoryHistory.of(
                List.of(new InventoryVersion(1, SiteInventoryParser.parse(SITE).orElseThrow())));
        JobConfig config =
                new JobConfig(new Properties(), "g", 1_000, 10, new DatabaseAddress("jdbc:postgresql://x/y", "u", "p"));
        try (Subtasks<TelemetryRecord, ChannelMinute> owners = new Subtasks<>(
                () -> new MeterMinutes(config, kafka -> (tenant, name, at) -> site),
                TelemetryRecord::stateKey,
                List.of(MeterMinutes.REFUSED, MeterMinutes.SITE_REPORTS),
                value -> {
                    if (value instanceof DeadLetter letter) {
                        letters.add(letter);
                    } else if (value instanceof SiteReport report) {
                        report.differences()
                                .forEach(role -> microjoulesByRole.merge(
                                        role.role(), role.energy().totalMicrojoules(), Long::sum));
                    }
                })) {
            owners.processToTheEnd(List.of(new TelemetryRecord(
                    "js.telemetry.v1.t",
                    0,
                    0,
                    START + 20_000,
                    FrameKey.of(built).toString(),
                    FrameCodec.encode(built))));
        }
    }

    private static Entity entity(String id, Series... series) {
        return Entity.newBuilder().setEntityId(id).addAllSeries(List.of(series)).build();
    }

    private static Series counter(Metric metric, long... joules) {
        return series(metric, ValueKind.COUNTER, joules);
    }

    private static Series gauge(Metric metric, long... watts) {
        return series(metric, ValueKind.GAUGE, watts);
    }

    private static Series series(Metric metric, ValueKind kind, long... values) {
        Series.Builder series = Series.newBuilder().setMetric(metric.number()).setKind(kind);
        SeriesValues.pack(values, series);
        return series.build();
    }
}
