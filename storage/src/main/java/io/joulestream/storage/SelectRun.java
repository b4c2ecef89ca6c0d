package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.RUN;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.DSLContext;

/** A run as a whole; empty when the tenant has no run of this name. */
record SelectRun(String tenant, String run) implements Function<DSLContext, Optional<RunTotals>> {
    @Override
    public Optional<RunTotals> apply(DSLContext database) {
        String name = Text.name(run);
        if (!database.fetchExists(RUN, RUN.TENANT.eq(Text.name(tenant)), RUN.RUN_.eq(name))) {
            return Optional.empty();
        }
        return Optional.of(new RunTotals(
                run,
                new SelectRunExtents(tenant, List.of(run)).apply(database).getOrDefault(name, List.of()),
                new SelectRunSiteTotals(tenant, List.of(run)).apply(database).getOrDefault(name, List.of())));
    }
}
