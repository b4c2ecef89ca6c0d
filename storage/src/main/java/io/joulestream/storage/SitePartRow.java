package io.joulestream.storage;

import io.joulestream.core.ledger.SitePart;
import java.time.Instant;
import java.util.List;

/** {@code site_part_hour}. */
final class SitePartRow implements RevisedRow<SitePart> {
    private record Identity(Instant start, String tenant, String site, String part) {}

    @Override
    public String table() {
        return "site_part_hour";
    }

    @Override
    public List<String> key() {
        return List.of("start", "site_id", "part");
    }

    @Override
    public List<String> values() {
        return List.of(
                "energy_measured_uj",
                "energy_bridged_uj",
                "energy_estimated_uj",
                "covered_w_ms",
                "accounted_w_ms",
                "generation",
                "revision",
                "length_s");
    }

    @Override
    public Object identity(SitePart row) {
        return new Identity(row.start(), row.tenant(), row.site(), row.part());
    }

    @Override
    public void want(SitePart row, NameIds names) {
        names.wantSite(row.tenant(), row.site());
    }

    @Override
    public void encode(SitePart row, NameIds names, BinaryRows out) {
        out.instant(row.start())
                .int4(names.siteId(row.tenant(), row.site()))
                .text(row.part())
                .energy(row.energy())
                .int8(row.coveredWattMillis())
                .int8(row.accountedWattMillis())
                .int4(row.generation())
                .int8(row.revision())
                .int4(row.lengthSeconds());
    }
}
