package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.RUN;
import static org.jooq.impl.DSL.any;

import io.joulestream.core.ledger.RunExtent;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jooq.DSLContext;

/** Runs as a whole and what each of their meters saw, in the order that is asked for; a run that is not known is left out. */
record SelectMeteredRuns(String tenant, Collection<String> runs) implements Function<DSLContext, List<MeteredRun>> {
    @Override
    public List<MeteredRun> apply(DSLContext database) {
        String[] names = runs.stream().map(Text::name).toArray(String[]::new);
        Set<String> known = database.select(RUN.RUN_)
                .from(RUN)
                .where(RUN.TENANT.eq(Text.name(tenant)), RUN.RUN_.eq(any(names)))
                .fetchSet(RUN.RUN_);
        Map<String, List<RunExtent>> extents = new SelectRunExtents(tenant, runs).apply(database);
        Map<String, List<RunSiteTotals>> sites = new SelectRunSiteTotals(tenant, runs).apply(database);
        Map<String, List<RunMeterTotals>> meters = new SelectRunMeters(tenant, runs).apply(database);
        return runs.stream()
                .filter(known::contains)
                .map(run -> new MeteredRun(
                        new RunTotals(run, extents.getOrDefault(run, List.of()), sites.getOrDefault(run, List.of())),
                        meters.getOrDefault(run, List.of())))
                .toList();
    }
}
