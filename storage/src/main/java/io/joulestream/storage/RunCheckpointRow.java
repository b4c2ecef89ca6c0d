package io.joulestream.storage;

import io.joulestream.core.ledger.RunCheckpoint;
import java.util.List;

/** {@code run_checkpoint}. */
final class RunCheckpointRow implements RevisedRow<RunCheckpoint> {
    private record Identity(String tenant, String run, String site, int attempt, long step) {}

    @Override
    public String table() {
        return "run_checkpoint";
    }

    @Override
    public List<String> key() {
        return List.of("run_key", "site_id", "attempt", "step");
    }

    @Override
    public List<String> values() {
        return List.of("kept_at", "generation", "revision");
    }

    @Override
    public Object identity(RunCheckpoint row) {
        return new Identity(row.tenant(), row.run(), row.site(), row.attempt(), row.step());
    }

    @Override
    public void want(RunCheckpoint row, NameIds names) {
        names.wantSite(row.tenant(), row.site());
        names.wantRun(row.tenant(), row.run());
    }

    @Override
    public void encode(RunCheckpoint row, NameIds names, BinaryRows out) {
        out.int4(names.runKey(row.tenant(), row.run()))
                .int4(names.siteId(row.tenant(), row.site()))
                .int4(row.attempt())
                .int8(row.step())
                .instant(row.at())
                .int4(row.generation())
                .int8(row.revision());
    }
}
