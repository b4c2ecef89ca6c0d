package io.joulestream.storage;

import io.joulestream.core.ledger.RunExtent;
import java.util.List;

/** {@code run_extent}. An extent only grows: a rebuild that starts inside a run must not shorten it. */
final class RunExtentRow implements RowShape<RunExtent> {
    private record Identity(String tenant, String site, String run) {}

    @Override
    public String table() {
        return "run_extent";
    }

    @Override
    public List<String> key() {
        return List.of("run_key", "site_id");
    }

    @Override
    public List<String> values() {
        return List.of("started_at", "ended_at", "generation", "revision");
    }

    @Override
    public Object identity(RunExtent row) {
        return new Identity(row.tenant(), row.site(), row.run());
    }

    @Override
    public void want(RunExtent row, NameIds names) {
        names.wantSite(row.tenant(), row.site());
        names.wantRun(row.tenant(), row.run());
    }

    @Override
    public void encode(RunExtent row, NameIds names, BinaryRows out) {
        out.int4(names.runKey(row.tenant(), row.run()))
                .int4(names.siteId(row.tenant(), row.site()))
                .instant(row.startedAt())
                .instant(row.endedAt())
                .int4(row.generation())
                .int8(row.revision());
    }

    @Override
    public RunExtent keep(RunExtent earlier, RunExtent later) {
        if (!later.supersedes(earlier)) {
            return earlier;
        }
        return new RunExtent(
                later.tenant(),
                later.site(),
                later.run(),
                earlier.startedAt().isBefore(later.startedAt()) ? earlier.startedAt() : later.startedAt(),
                earlier.endedAt().isAfter(later.endedAt()) ? earlier.endedAt() : later.endedAt(),
                later.generation(),
                later.revision());
    }

    @Override
    public String replacement(String column) {
        return switch (column) {
            case "started_at" -> "least(t.started_at, excluded.started_at)";
            case "ended_at" -> "greatest(t.ended_at, excluded.ended_at)";
            default -> RowShape.super.replacement(column);
        };
    }
}
