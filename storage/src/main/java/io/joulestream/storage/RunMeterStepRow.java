package io.joulestream.storage;

import io.joulestream.core.ledger.RunMeterStep;
import java.time.Instant;
import java.util.List;

/** {@code run_meter_hour}. */
final class RunMeterStepRow implements RevisedRow<RunMeterStep> {
    private record Identity(Instant start, String tenant, String site, String run, String entity, int metric) {}

    @Override
    public String table() {
        return "run_meter_hour";
    }

    @Override
    public List<String> key() {
        return List.of("start", "run_key", "channel_id");
    }

    @Override
    public List<String> values() {
        return List.of(
                "energy_measured_uj",
                "energy_bridged_uj",
                "energy_estimated_uj",
                "covered_ms",
                "accounted_ms",
                "generation",
                "revision",
                "length_s",
                "is_check");
    }

    @Override
    public Object identity(RunMeterStep row) {
        return new Identity(row.start(), row.tenant(), row.site(), row.run(), row.entity(), row.metric());
    }

    @Override
    public void want(RunMeterStep row, NameIds names) {
        names.wantRun(row.tenant(), row.run());
        names.wantChannel(row.tenant(), row.site(), row.entity(), row.metric());
    }

    @Override
    public void encode(RunMeterStep row, NameIds names, BinaryRows out) {
        out.instant(row.start())
                .int4(names.runKey(row.tenant(), row.run()))
                .int4(names.channelId(row.tenant(), row.site(), row.entity(), row.metric()))
                .energy(row.energy())
                .int8(row.coveredMillis())
                .int8(row.accountedMillis())
                .int4(row.generation())
                .int8(row.revision())
                .int4(row.lengthSeconds())
                .bool(row.check());
    }
}
