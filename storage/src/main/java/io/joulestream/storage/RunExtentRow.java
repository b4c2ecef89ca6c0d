package io.joulestream.storage;

import io.joulestream.core.ledger.RunExtent;
import java.util.List;
import java.util.Optional;

/**
 * {@code run_extent}. Within a generation an extent only grows. Of the extent that the generation before found, what lies
 * before the new one's floor stays: a rebuild that starts inside a run must not shorten it.
 */
final class RunExtentRow implements RowShape<RunExtent> {
    private static final String FLOOR = "coalesce((select g.floor from generation as g"
            + " where g.site_id = excluded.site_id and g.generation = excluded.generation), 'infinity')";

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
            case "started_at" ->
                "case when t.generation = excluded.generation or t.started_at < " + FLOOR
                        + " then least(t.started_at, excluded.started_at) else excluded.started_at end";
            case "ended_at" ->
                "case when t.generation = excluded.generation or t.ended_at < " + FLOOR
                        + " then greatest(t.ended_at, excluded.ended_at) else greatest(excluded.ended_at, least(t.ended_at, "
                        + FLOOR + ")) end";
            default -> RowShape.super.replacement(column);
        };
    }

    /** None: an extent may lie on both sides of a floor. */
    @Override
    public Optional<String> period() {
        return Optional.empty();
    }

    @Override
    public List<String> removeStale() {
        return List.of(
                "delete from run_extent as r using " + STALE + " and r.site_id = g.site_id and r.started_at >= g.floor",
                "update run_extent as r set ended_at = g.floor from " + STALE
                        + " and r.site_id = g.site_id and r.ended_at > g.floor");
    }
}
