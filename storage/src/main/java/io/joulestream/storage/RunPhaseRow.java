package io.joulestream.storage;

import io.joulestream.core.ledger.RunPhase;
import java.time.Instant;
import java.util.List;

/** {@code run_phase}. */
final class RunPhaseRow implements RevisedRow<RunPhase> {
    private record Identity(String tenant, String run, String site, int attempt, Instant to) {}

    @Override
    public String table() {
        return "run_phase";
    }

    @Override
    public List<String> key() {
        return List.of("run_key", "site_id", "attempt", "ended_at");
    }

    @Override
    public List<String> values() {
        return List.of("started_at", "phase", "generation", "revision");
    }

    @Override
    public Object identity(RunPhase row) {
        return new Identity(row.tenant(), row.run(), row.site(), row.attempt(), row.to());
    }

    @Override
    public void want(RunPhase row, NameIds names) {
        names.wantSite(row.tenant(), row.site());
        names.wantRun(row.tenant(), row.run());
    }

    @Override
    public void encode(RunPhase row, NameIds names, BinaryRows out) {
        out.int4(names.runKey(row.tenant(), row.run()))
                .int4(names.siteId(row.tenant(), row.site()))
                .int4(row.attempt())
                .instant(row.to())
                .instant(row.from())
                .text(row.phase().name())
                .int4(row.generation())
                .int8(row.revision());
    }
}
