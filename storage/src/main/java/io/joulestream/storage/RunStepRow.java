package io.joulestream.storage;

import io.joulestream.core.ledger.RunStep;
import java.time.Instant;
import java.util.List;

/** {@code run_minute}, or {@code run_hour}, whose steps say how long they are. */
record RunStepRow(String table, boolean hour) implements RevisedRow<RunStep> {
    private static final List<String> MINUTE = List.of(
            "energy_measured_uj",
            "energy_bridged_uj",
            "energy_estimated_uj",
            "covered_ms",
            "accounted_ms",
            "tokens",
            "flags",
            "generation",
            "revision");
    private static final List<String> HOUR = List.of(
            "energy_measured_uj",
            "energy_bridged_uj",
            "energy_estimated_uj",
            "covered_ms",
            "accounted_ms",
            "tokens",
            "flags",
            "generation",
            "revision",
            "length_s");

    private record Identity(Instant start, String tenant, String site, String run) {}

    static RunStepRow minutes() {
        return new RunStepRow("run_minute", false);
    }

    static RunStepRow hours() {
        return new RunStepRow("run_hour", true);
    }

    @Override
    public List<String> key() {
        return List.of(hour ? "start" : "minute", "run_key", "site_id");
    }

    @Override
    public List<String> values() {
        return hour ? HOUR : MINUTE;
    }

    @Override
    public Object identity(RunStep row) {
        return new Identity(row.start(), row.tenant(), row.site(), row.run());
    }

    @Override
    public void want(RunStep row, NameIds names) {
        names.wantSite(row.tenant(), row.site());
        names.wantRun(row.tenant(), row.run());
    }

    @Override
    public void encode(RunStep row, NameIds names, BinaryRows out) {
        out.instant(row.start())
                .int4(names.runKey(row.tenant(), row.run()))
                .int4(names.siteId(row.tenant(), row.site()))
                .energy(row.energy())
                .int8(row.coveredMillis())
                .int8(row.accountedMillis())
                .int8(row.tokens())
                .int4(row.flags())
                .int4(row.generation())
                .int8(row.revision());
        if (hour) {
            out.int4(row.lengthSeconds());
        }
    }
}
