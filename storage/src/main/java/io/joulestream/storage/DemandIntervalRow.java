package io.joulestream.storage;

import io.joulestream.core.ledger.DemandInterval;
import java.time.Instant;
import java.util.List;

/** {@code demand_interval}. */
final class DemandIntervalRow implements RevisedRow<DemandInterval> {
    private record Identity(Instant start, String tenant, String site, boolean ofRun, String subject) {}

    @Override
    public String table() {
        return "demand_interval";
    }

    @Override
    public List<String> key() {
        return List.of("start", "site_id", "is_run", "subject");
    }

    @Override
    public List<String> values() {
        return List.of(
                "energy_measured_uj",
                "energy_bridged_uj",
                "energy_estimated_uj",
                "covered_ms",
                "accounted_ms",
                "length_s",
                "flags",
                "generation",
                "revision");
    }

    @Override
    public Object identity(DemandInterval row) {
        return new Identity(row.start(), row.tenant(), row.site(), row.ofRun(), Text.name(row.subject()));
    }

    @Override
    public void want(DemandInterval row, NameIds names) {
        names.wantSite(row.tenant(), row.site());
    }

    @Override
    public void encode(DemandInterval row, NameIds names, BinaryRows out) {
        out.instant(row.start())
                .int4(names.siteId(row.tenant(), row.site()))
                .bool(row.ofRun())
                .text(Text.name(row.subject()))
                .energy(row.energy())
                .int8(row.coveredMillis())
                .int8(row.accountedMillis())
                .int4(row.lengthSeconds())
                .int4(row.flags())
                .int4(row.generation())
                .int8(row.revision());
    }
}
