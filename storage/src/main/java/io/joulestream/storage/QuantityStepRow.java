package io.joulestream.storage;

import io.joulestream.core.ledger.QuantityStep;
import java.time.Instant;
import java.util.List;

/** {@code quantity_hour}. */
final class QuantityStepRow implements RevisedRow<QuantityStep> {
    private record Identity(
            Instant start, String tenant, String site, String entity, int metric, String kind, boolean check) {}

    @Override
    public String table() {
        return "quantity_hour";
    }

    @Override
    public List<String> key() {
        return List.of("start", "channel_id", "kind", "is_check");
    }

    @Override
    public List<String> values() {
        return List.of(
                "volume_measured_ml",
                "volume_bridged_ml",
                "volume_estimated_ml",
                "covered_ms",
                "accounted_ms",
                "length_s",
                "flags",
                "generation",
                "revision");
    }

    @Override
    public Object identity(QuantityStep row) {
        return new Identity(row.start(), row.tenant(), row.site(), row.entity(), row.metric(), row.kind(), row.check());
    }

    @Override
    public void want(QuantityStep row, NameIds names) {
        names.wantChannel(row.tenant(), row.site(), row.entity(), row.metric());
    }

    @Override
    public void encode(QuantityStep row, NameIds names, BinaryRows out) {
        out.instant(row.start())
                .int4(names.channelId(row.tenant(), row.site(), row.entity(), row.metric()))
                .text(row.kind())
                .bool(row.check())
                .int8(row.volume().measuredMillilitres())
                .int8(row.volume().bridgedMillilitres())
                .int8(row.volume().estimatedMillilitres())
                .int8(row.coveredMillis())
                .int8(row.accountedMillis())
                .int4(row.lengthSeconds())
                .int4(row.flags())
                .int4(row.generation())
                .int8(row.revision());
    }
}
