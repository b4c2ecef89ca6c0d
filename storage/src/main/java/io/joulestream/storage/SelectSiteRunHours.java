package io.joulestream.storage;

import static io.joulestream.storage.Jooq.siteId;
import static io.joulestream.storage.generated.Tables.RUN;
import static io.joulestream.storage.generated.Tables.RUN_HOUR;

import io.joulestream.core.ledger.RunStep;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;

/** Hours of all runs at a site over {@code [from, to)}, oldest first, in order of run. */
record SelectSiteRunHours(String tenant, String site, Instant from, Instant to)
        implements Function<DSLContext, List<RunStep>> {
    @Override
    public List<RunStep> apply(DSLContext database) {
        return database.select(RUN.RUN_)
                .select(RUN_HOUR.fields())
                .from(RUN_HOUR)
                .join(RUN)
                .on(RUN.RUN_KEY.eq(RUN_HOUR.RUN_KEY))
                .where(RUN_HOUR.SITE_ID.eq(siteId(tenant, site)), RUN_HOUR.START.ge(from), RUN_HOUR.START.lt(to))
                .orderBy(RUN_HOUR.START, RUN.RUN_)
                .fetch(row -> RunSteps.hour(row, tenant, site, row.get(RUN.RUN_)));
    }
}
