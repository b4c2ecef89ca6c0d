package io.joulestream.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.account.GroupReport;
import io.joulestream.core.account.GroupReport.AmountDifference;
import io.joulestream.core.account.GroupReport.HeldDifference;
import io.joulestream.core.account.GroupReport.Touched;
import io.joulestream.core.account.GroupShape;
import io.joulestream.core.account.MeterReport;
import io.joulestream.core.account.MeterReport.FeedDifference;
import io.joulestream.core.account.MeterReport.QuantityDifference;
import io.joulestream.core.account.RunReport;
import io.joulestream.core.account.RunReport.CheckpointReport;
import io.joulestream.core.account.RunReport.MeterDifference;
import io.joulestream.core.account.RunReport.PhaseReport;
import io.joulestream.core.account.RunReport.StepReport;
import io.joulestream.core.account.RunReport.Told;
import io.joulestream.core.account.SiteReport;
import io.joulestream.core.account.SiteReport.PartDifference;
import io.joulestream.core.account.SiteReport.RoleDifference;
import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.core.ledger.DemandInterval;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.JobPhase;
import io.joulestream.core.ledger.QuantityStep;
import io.joulestream.core.ledger.RunCheckpoint;
import io.joulestream.core.ledger.RunExtent;
import io.joulestream.core.ledger.RunMeterStep;
import io.joulestream.core.ledger.RunPhase;
import io.joulestream.core.ledger.RunStep;
import io.joulestream.core.ledger.SitePart;
import io.joulestream.core.ledger.SiteStep;
import io.joulestream.core.ledger.TrainingStep;
import io.joulestream.core.ledger.VolumeBuckets;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every type that crosses an operator is written by Flink's own serialisers, field by field, and comes back equal. */
class RecordTypesTest {
    private static final Instant MINUTE = Instant.parse("2026-03-10T10:01:00Z");
    private static final EnergyBuckets ENERGY = new EnergyBuckets(Long.MAX_VALUE, -1, 3);
    private static final VolumeBuckets VOLUME = new VolumeBuckets(Long.MAX_VALUE, -1, 3);
    private static final FeedDifference FEED = new FeedDifference(29_000_000, ENERGY, 4, 5, 6);
    private static final QuantityDifference QUANTITY =
            new QuantityDifference(51, "SEA", true, 29_000_000, VOLUME, 4, 5, 6);
    private static final RoleDifference ROLE = new RoleDifference("NODE_IN", 29_000_000, ENERGY, 4, 5, 7);
    private static final MeterDifference METER = new MeterDifference("node-1", 20, true, 29_000_000, ENERGY, 4, 5, 7);
    private static final StepReport STEP = new StepReport(1, 2, 3, 4, 5, 6, 7, 8, 9, new Told(true, 10, 11));
    private static final PhaseReport PHASE = new PhaseReport(1, JobPhase.EVAL, 2, 3, new Told(false, 4, 5));
    private static final CheckpointReport CHECKPOINT = new CheckpointReport(1, 2, 3, new Told(false, 4, 5));

    private static final PartDifference PART = new PartDifference("GROUP//PDU_OUT", 29_000_000, ENERGY, 4, 5, 7);
    private static final AmountDifference SHARED = new AmountDifference(true, 29_000_000, "", ENERGY, 4, 5);
    private static final HeldDifference HELD = new HeldDifference(false, "run", 1L << 40, (1L << 40) + 1, -2);
    private static final Touched TOUCHED = new Touched(29_000_000, 29_000_001, 3, new GroupShape(31, 8, 1, true));

    static Stream<Object> values() {
        return Stream.of(
                new TelemetryRecord("js.telemetry.v1.t", 3, 1L << 40, 1_773_136_860_000L, "t|s|ä", new byte[] {0, -1}),
                new TelemetryRecord("", 0, 0, 0, "", new byte[0]),
                new TelemetryRecord("js.telemetry.v1.t", 0, 7, 8, "t|s|o", new byte[0], -2_500),
                TelemetryRecord.empty("js.telemetry.v1.t", 1, 2),
                new TelemetryRecord("js.telemetry.v1.t.s.g1", 3, 4, 5, "t|s|o", new byte[1], -7, 6, true),
                new ChannelMinute("t", "s", "node-1", 20, MINUTE, ENERGY, 9, -9, 8, 60_000, 60_000, 30, 3, 1, 1L << 33),
                new SiteStep("t", "s", "NODE_IN", MINUTE, 3_600, ENERGY, 1, 2, 3, 4, 5),
                new RunStep("t", "s", "run", MINUTE, 900, ENERGY, 1, 2, 3, 4, 5, 6),
                new RunMeterStep("t", "s", "run", "node-1", 20, true, MINUTE, 1_800, ENERGY, 1, 2, 3, 4),
                new RunExtent("t", "s", "run", MINUTE, MINUTE.plusMillis(1), 0, 1),
                new TrainingStep("t", "s", "run", 1, 2, 3, MINUTE, MINUTE.plusNanos(1), 4, 5, 6, 7, 8, 9),
                new RunPhase("t", "s", "run", 1, JobPhase.RESTORE, MINUTE, MINUTE.plusNanos(1), 3, 4),
                new RunCheckpoint("t", "s", "run", 1, 2, MINUTE, 3, 4),
                new DeadLetter("js.t", 1, 2, "", "", "", 0, -1, "DECODE_ERROR", "no frame", MINUTE, new byte[] {1, 2}),
                new DeadLetter("js.t", 1, 2, "t", "s", "e", 20, 3, "TOO_OLD", "", MINUTE, new byte[0]),
                new SiteReport("t", "s", 0, 3_600, List.of(ROLE, ROLE)),
                new SiteReport("t", "s", 0, 3_600, List.of()),
                new SiteReport("t", "s", 0, 3_600, List.of(ROLE), List.of(PART, PART)),
                PART,
                new SitePart("t", "s", "GPU//", MINUTE, 3_600, ENERGY, 1, 2, 3, 4),
                new RunReport(
                        "t",
                        "s",
                        "run",
                        0,
                        900,
                        1,
                        2,
                        3,
                        List.of(METER),
                        List.of(STEP, STEP),
                        List.of(PHASE),
                        List.of(CHECKPOINT)),
                new RunReport("t", "s", "run", 0, 900, 1, 2, 3, List.of(), List.of(), List.of(), List.of()),
                new DemandInterval("t", "s", "meter/grid", false, MINUTE, 900, ENERGY, 1, 2, 3, 4, 5),
                new QuantityStep("t", "s", "w", 51, "POTABLE", true, MINUTE, 1_800, VOLUME, 1, 2, 3, 4, 5),
                new MeterReport("t", "s", "w", 1, 900, List.of(FEED), List.of(QUANTITY, QUANTITY)),
                new MeterReport("t", "s", "w", 1, 900, List.of(), List.of()),
                FEED,
                QUANTITY,
                VOLUME,
                new GroupReport("t", "s", "pdu", 1, 900, List.of(SHARED), List.of(HELD), List.of(TOUCHED, TOUCHED)),
                new GroupReport("t", "s", "pdu", 1, 900, List.of(), List.of(), List.of()),
                SHARED,
                HELD,
                TOUCHED,
                TOUCHED.shape(),
                new MeterDifference("gpu0", 2, false, 29_000_000, ENERGY, 4, 5, 7, -1, 1 << 22),
                ROLE,
                METER,
                STEP,
                PHASE,
                CHECKPOINT,
                ENERGY);
    }

    static Stream<Class<?>> types() {
        return values().<Class<?>>map(Object::getClass).distinct();
    }

    @Test
    void framesOfOneOwnerOnTwoTopicsMeetTwoStates() {
        TelemetryRecord first = new TelemetryRecord("js.telemetry.v1.t", 0, 1, 2, "t|s|o", new byte[0]);
        TelemetryRecord second = new TelemetryRecord("js.telemetry.v1.t.s.g2", 0, 1, 2, "t|s|o", new byte[0]);

        assertThat(first.stateKey()).isEqualTo("js.telemetry.v1.t|t|s|o").isNotEqualTo(second.stateKey());
    }

    @ParameterizedTest
    @MethodSource("types")
    void noTypeFallsBackToKryo(Class<?> type) {
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(type);
    }

    @ParameterizedTest
    @MethodSource("values")
    void aValueComesBackEqual(Object value) throws IOException {
        Object back = roundTrip(value);

        assertThat(back).usingRecursiveComparison().isEqualTo(value);
        assertThat(back).hasSameClassAs(value);
    }

    @ParameterizedTest
    @MethodSource("values")
    void aValueIsCopiedEqual(Object value) {
        assertThat(serializer(value).copy(value)).usingRecursiveComparison().isEqualTo(value);
    }

    private static Object roundTrip(Object value) throws IOException {
        TypeSerializer<Object> serializer = serializer(value);
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(value, out);
        return serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    }

    /** As the job makes it: with generic types forbidden. */
    @SuppressWarnings("unchecked")
    private static TypeSerializer<Object> serializer(Object value) {
        SerializerConfigImpl strict = new SerializerConfigImpl();
        strict.setGenericTypes(false);
        return (TypeSerializer<Object>) TypeInformation.of(value.getClass()).createSerializer(strict);
    }
}
