package io.joulestream.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import io.joulestream.core.ledger.RejectCode;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.EntityKind;
import io.joulestream.wire.v1.Packing;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import io.joulestream.wire.v1.ValueKind;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class FrameCodecTest {
    @Test
    void aFrameThatKeepsTheRulesComesBackAsItWas() {
        TelemetryFrame frame = frame().build();

        FrameResult result = FrameCodec.decode(FrameCodec.encode(frame));

        assertThat(result).isEqualTo(new FrameResult.Decoded(frame));
    }

    @Test
    void theOrderOfLabelsDoesNotChangeTheBytes() {
        Entity one = entity().putLabels("a", "1").putLabels("b", "2").build();
        Entity other = entity().putLabels("b", "2").putLabels("a", "1").build();

        assertThat(FrameCodec.encode(frame().addEntities(one).build()))
                .isEqualTo(FrameCodec.encode(frame().addEntities(other).build()));
    }

    @Test
    void fieldsOfALaterSchemaAreNoError() {
        TelemetryFrame later = frame().setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                99,
                                UnknownFieldSet.Field.newBuilder().addVarint(7).build())
                        .build())
                .build();

        assertThat(FrameCodec.decode(FrameCodec.encode(later))).isInstanceOf(FrameResult.Decoded.class);
    }

    @Test
    void bytesThatAreNoFrameAreADecodeError() {
        assertThat(codeOf(new byte[] {(byte) 0xff, 1, 2, 3})).isEqualTo(RejectCode.DECODE_ERROR);
    }

    @Test
    void anotherSchemaVersionIsUnsupported() {
        assertThat(codeOf(frame().setSchemaVersion(2))).isEqualTo(RejectCode.SCHEMA_UNSUPPORTED);
        assertThat(codeOf(new byte[0])).isEqualTo(RejectCode.SCHEMA_UNSUPPORTED);
    }

    @Test
    void anUnknownPackingIsUnsupported() {
        assertThat(codeOf(series(s -> s.setPackingValue(17)))).isEqualTo(RejectCode.SCHEMA_UNSUPPORTED);
    }

    @Test
    void namesThatNoKeyOrDatabaseTakesAreADecodeError() {
        assertThat(codeOf(frame().setTenantId("Acme"))).isEqualTo(RejectCode.DECODE_ERROR);
        assertThat(codeOf(frame().setSiteId(""))).isEqualTo(RejectCode.DECODE_ERROR);
        assertThat(codeOf(frame().setOwnerId("a|b"))).isEqualTo(RejectCode.DECODE_ERROR);
        assertThat(codeOf(frame().setProducerId("a\nb"))).isEqualTo(RejectCode.DECODE_ERROR);
        assertThat(codeOf(frame().setEntities(0, entity().setRunId("r\u0000")))).isEqualTo(RejectCode.DECODE_ERROR);
        assertThat(codeOf(frame().setEntities(0, entity().setEntityId("x".repeat(257)))))
                .isEqualTo(RejectCode.DECODE_ERROR);
    }

    @Test
    void everyLimitIsEnforced() {
        assertThat(codeOf(new byte[FrameCodec.MAX_BYTES + 1])).isEqualTo(RejectCode.FRAME_TOO_LARGE);
        assertThat(codeOf(frame().setSlots(3601))).isEqualTo(RejectCode.FRAME_TOO_LARGE);
        assertThat(codeOf(frame().setSlots(-1))).isEqualTo(RejectCode.FRAME_TOO_LARGE);
        assertThat(codeOf(frame().addAllEntities(Collections.nCopies(512, entity().build()))))
                .isEqualTo(RejectCode.FRAME_TOO_LARGE);
        Entity manySeries =
                entity().addAllSeries(Collections.nCopies(65, constant())).build();
        assertThat(codeOf(frame().setEntities(0, manySeries))).isEqualTo(RejectCode.FRAME_TOO_LARGE);
        assertThat(codeOf(frame().setEntities(0, entity().putLabels("k", "é".repeat(65)))))
                .isEqualTo(RejectCode.FRAME_TOO_LARGE);
        Entity.Builder manyLabels = entity();
        for (int i = 0; i < 17; i++) {
            manyLabels.putLabels("k" + i, "");
        }
        assertThat(codeOf(frame().setEntities(0, manyLabels))).isEqualTo(RejectCode.FRAME_TOO_LARGE);
    }

    @Test
    void theLargestFrameThatTheLimitsAllowDecodes() {
        TelemetryFrame large = frame().clearEntities()
                .addAllEntities(Collections.nCopies(
                        512,
                        entity().addAllSeries(Collections.nCopies(64, constant()))
                                .build()))
                .setSlots(3600)
                .setStepMs(1000)
                .build();

        assertThat(FrameCodec.decode(FrameCodec.encode(large))).isInstanceOf(FrameResult.Decoded.class);
    }

    @Test
    void timesMustFitTheSlots() {
        assertThat(codeOf(frame().setSlots(0))).isEqualTo(RejectCode.SLOT_MISMATCH);
        assertThat(codeOf(frame().setStepMs(0))).isEqualTo(RejectCode.SLOT_MISMATCH);
        assertThat(codeOf(frame().addTDeltaMs(0).addTDeltaMs(1).addTDeltaMs(1))).isEqualTo(RejectCode.SLOT_MISMATCH);
        assertThat(codeOf(frame().setStepMs(0).addAllTDeltaMs(List.of(1, 1, 1))))
                .isEqualTo(RejectCode.SLOT_MISMATCH);
        assertThat(codeOf(frame().setStepMs(0).addAllTDeltaMs(List.of(0, 1, 0))))
                .isEqualTo(RejectCode.SLOT_MISMATCH);
        assertThat(codeOf(frame().setT0Ms(Long.MAX_VALUE - 1))).isEqualTo(RejectCode.SLOT_MISMATCH);
    }

    @Test
    void valuesMustFitTheSlots() {
        assertThat(codeOf(series(s -> s.addV(1)))).isEqualTo(RejectCode.SLOT_MISMATCH);
        assertThat(codeOf(series(Series.Builder::clearV))).isEqualTo(RejectCode.SLOT_MISMATCH);
        assertThat(codeOf(series(s -> s.setPacking(Packing.CONST)))).isEqualTo(RejectCode.SLOT_MISMATCH);
        assertThat(codeOf(series(s -> s.clearV().setPacking(Packing.DELTA1).addAllV(List.of(Long.MAX_VALUE, 1L, 0L)))))
                .isEqualTo(RejectCode.SLOT_MISMATCH);
        assertThat(codeOf(series(s -> s.clearV().setPacking(Packing.DELTA2).addAllV(List.of(0L, Long.MAX_VALUE, 1L)))))
                .isEqualTo(RejectCode.SLOT_MISMATCH);
    }

    @Test
    void qualitiesMustFitTheSlots() {
        assertThat(codeOf(series(s -> s.addAllQualityRuns(List.of(3))))).isEqualTo(RejectCode.SLOT_MISMATCH);
        assertThat(codeOf(series(s -> s.addAllQualityRuns(List.of(2, 0))))).isEqualTo(RejectCode.SLOT_MISMATCH);
        assertThat(codeOf(series(s -> s.addAllQualityRuns(List.of(0, 0, 3, 0)))))
                .isEqualTo(RejectCode.SLOT_MISMATCH);
        assertThat(codeOf(series(s -> s.addAllQualityRuns(List.of(3, 9))))).isEqualTo(RejectCode.SLOT_MISMATCH);
        assertThat(codeOf(series(s -> s.addAllQualityRuns(List.of(-1, 0, 4, 0)))))
                .isEqualTo(RejectCode.SLOT_MISMATCH);
    }

    @Test
    void aSingleSlotNeedsNoStep() {
        TelemetryFrame frame = frame().clearEntities()
                .addEntities(entity())
                .setSlots(1)
                .setStepMs(0)
                .build();

        assertThat(FrameCodec.decode(FrameCodec.encode(frame))).isEqualTo(new FrameResult.Decoded(frame));
        assertThat(SlotTimes.of(frame)).containsExactly(1_000_000L);
    }

    private static TelemetryFrame.Builder series(Consumer<Series.Builder> change) {
        TelemetryFrame.Builder frame = frame();
        change.accept(frame.getEntitiesBuilder(0).getSeriesBuilder(0));
        return frame;
    }

    private static TelemetryFrame.Builder frame() {
        return TelemetryFrame.newBuilder()
                .setSchemaVersion(1)
                .setTenantId("acme")
                .setSiteId("north-1")
                .setOwnerId("node-a01")
                .setProducerId("agent-7")
                .setSessionId(1)
                .setFrameSeq(1)
                .setT0Ms(1_000_000)
                .setStepMs(1000)
                .setSlots(3)
                .addEntities(entity().addSeries(Series.newBuilder()
                        .setMetric(20)
                        .setKind(ValueKind.GAUGE)
                        .setExp10(-3)
                        .addAllV(List.of(700_000L, 701_000L, 699_000L))));
    }

    private static Entity.Builder entity() {
        return Entity.newBuilder().setEntityId("node-a01").setKind(EntityKind.NODE);
    }

    private static Series constant() {
        return Series.newBuilder().setPacking(Packing.CONST).addV(0).build();
    }

    private static RejectCode codeOf(TelemetryFrame.Builder frame) {
        return codeOf(FrameCodec.encode(frame.build()));
    }

    private static RejectCode codeOf(byte[] bytes) {
        FrameResult result = FrameCodec.decode(bytes);
        assertThat(result).isInstanceOf(FrameResult.Refused.class);
        return ((FrameResult.Refused) result).code();
    }
}
