package io.joulestream.storage;

import io.joulestream.core.ledger.ChannelMinute;
import java.time.Instant;
import java.util.List;

/** {@code channel_minute}. */
final class ChannelMinuteRow implements RevisedRow<ChannelMinute> {
    private record Identity(Instant minute, String tenant, String site, String entity, int metric) {}

    @Override
    public String table() {
        return "channel_minute";
    }

    @Override
    public List<String> key() {
        return List.of("minute", "channel_id");
    }

    @Override
    public List<String> values() {
        return List.of(
                "energy_measured_uj",
                "energy_bridged_uj",
                "energy_estimated_uj",
                "power_max_mw",
                "power_min_mw",
                "ramp_max_mw_per_s",
                "covered_ms",
                "accounted_ms",
                "samples",
                "flags",
                "generation",
                "revision");
    }

    @Override
    public Object identity(ChannelMinute row) {
        return new Identity(row.minute(), row.tenant(), row.site(), row.entity(), row.metric());
    }

    @Override
    public void want(ChannelMinute row, NameIds names) {
        names.wantChannel(row.tenant(), row.site(), row.entity(), row.metric());
    }

    @Override
    public void encode(ChannelMinute row, NameIds names, BinaryRows out) {
        out.instant(row.minute())
                .int4(names.channelId(row.tenant(), row.site(), row.entity(), row.metric()))
                .energy(row.energy())
                .int8(row.powerMaxMilliwatts())
                .int8(row.powerMinMilliwatts())
                .int8(row.rampMaxMilliwattsPerSecond())
                .int4(row.coveredMillis())
                .int4(row.accountedMillis())
                .int4(row.samples())
                .int4(row.flags())
                .int4(row.generation())
                .int8(row.revision());
    }
}
