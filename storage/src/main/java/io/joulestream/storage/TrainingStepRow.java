package io.joulestream.storage;

import io.joulestream.core.ledger.TrainingStep;
import java.util.List;

/** {@code training_step}. */
final class TrainingStepRow implements RevisedRow<TrainingStep> {
    private record Identity(String tenant, String run, String site, int attempt, long step) {}

    @Override
    public String table() {
        return "training_step";
    }

    @Override
    public List<String> key() {
        return List.of("run_key", "site_id", "attempt", "step");
    }

    @Override
    public List<String> values() {
        return List.of(
                "started_at",
                "ended_at",
                "tokens",
                "samples",
                "after_step",
                "effective_tokens",
                "reported_uj",
                "generation",
                "revision");
    }

    @Override
    public Object identity(TrainingStep row) {
        return new Identity(row.tenant(), row.run(), row.site(), row.attempt(), row.step());
    }

    @Override
    public void want(TrainingStep row, NameIds names) {
        names.wantSite(row.tenant(), row.site());
        names.wantRun(row.tenant(), row.run());
    }

    @Override
    public void encode(TrainingStep row, NameIds names, BinaryRows out) {
        out.int4(names.runKey(row.tenant(), row.run()))
                .int4(names.siteId(row.tenant(), row.site()))
                .int4(row.attempt())
                .int8(row.step())
                .instant(row.from())
                .instant(row.to())
                .int8(row.tokens())
                .int8(row.samples())
                .int8OrNull(told(row.afterStep()))
                .int8OrNull(told(row.effectiveTokens()))
                .int8OrNull(told(row.reportedMicrojoules()))
                .int4(row.generation())
                .int8(row.revision());
    }

    private static Long told(long amount) {
        return amount == TrainingStep.NOT_TOLD ? null : amount;
    }
}
