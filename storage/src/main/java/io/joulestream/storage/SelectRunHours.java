package io.joulestream.storage;

import static io.joulestream.storage.Jooq.runKey;
import static io.joulestream.storage.generated.Tables.RUN_HOUR;
import static io.joulestream.storage.generated.Tables.SITE;

import io.joulestream.core.ledger.RunStep;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;

/** Hours of a run over {@code [from, to)}, oldest first, in order of site. */
record SelectRunHours(String tenant, String run, Instant from, Instant to)
        implements Function<DSLContext, List<RunStep>> {
    @Override
    public List<RunStep> apply(DSLContext database) {
        return database.select(SITE.SITE_)
                .select(RUN_HOUR.fields())
                .from(RUN_HOUR)
                .join(SITE)
                .on(SITE.SITE_ID.eq(RUN_HOUR.SITE_ID))
                .where(RUN_HOUR.RUN_KEY.eq(runKey(tenant, run)), RUN_HOUR.START.ge(from), RUN_HOUR.START.lt(to))
                .orderBy(RUN_HOUR.START, SITE.SITE_)
                .fetch(row -> RunSteps.hour(row, tenant, row.get(SITE.SITE_), run));
    }
}
