package io.joulestream.storage;

import io.joulestream.core.ledger.SiteStep;
import java.time.Instant;
import java.util.List;

/** {@code site_minute}, or {@code site_hour}, whose steps say how long they are. */
record SiteStepRow(String table, boolean hour) implements RevisedRow<SiteStep> {
    private static final List<String> MINUTE = List.of(
            "energy_measured_uj",
            "energy_bridged_uj",
            "energy_estimated_uj",
            "covered_w_ms",
            "accounted_w_ms",
            "flags",
            "generation",
            "revision");
    private static final List<String> HOUR = List.of(
            "energy_measured_uj",
            "energy_bridged_uj",
            "energy_estimated_uj",
            "covered_w_ms",
            "accounted_w_ms",
            "flags",
            "generation",
            "revision",
            "length_s");

    private record Identity(Instant start, String tenant, String site, String role) {}

    static SiteStepRow minutes() {
        return new SiteStepRow("site_minute", false);
    }

    static SiteStepRow hours() {
        return new SiteStepRow("site_hour", true);
    }

    @Override
    public List<String> key() {
        return List.of(hour ? "start" : "minute", "site_id", "role");
    }

    @Override
    public List<String> values() {
        return hour ? HOUR : MINUTE;
    }

    @Override
    public Object identity(SiteStep row) {
        return new Identity(row.start(), row.tenant(), row.site(), row.role());
    }

    @Override
    public void want(SiteStep row, NameIds names) {
        names.wantSite(row.tenant(), row.site());
    }

    @Override
    public void encode(SiteStep row, NameIds names, BinaryRows out) {
        out.instant(row.start())
                .int4(names.siteId(row.tenant(), row.site()))
                .text(row.role())
                .energy(row.energy())
                .int8(row.coveredWattMillis())
                .int8(row.accountedWattMillis())
                .int4(row.flags())
                .int4(row.generation())
                .int8(row.revision());
        if (hour) {
            out.int4(row.lengthSeconds());
        }
    }
}
