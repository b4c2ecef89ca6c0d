package io.joulestream.storage;

import static io.joulestream.storage.Jooq.siteId;
import static io.joulestream.storage.generated.Tables.RUN;
import static io.joulestream.storage.generated.Tables.RUN_MINUTE;

import io.joulestream.core.ledger.RunStep;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;

/** Minutes of all runs at a site over {@code [from, to)}, oldest first, in order of run. */
record SelectSiteRunMinutes(String tenant, String site, Instant from, Instant to)
        implements Function<DSLContext, List<RunStep>> {
    @Override
    public List<RunStep> apply(DSLContext database) {
        return database.select(RUN.RUN_)
                .select(RUN_MINUTE.fields())
                .from(RUN_MINUTE)
                .join(RUN)
                .on(RUN.RUN_KEY.eq(RUN_MINUTE.RUN_KEY))
                .where(
                        RUN_MINUTE.SITE_ID.eq(siteId(tenant, site)),
                        RUN_MINUTE.MINUTE.ge(from),
                        RUN_MINUTE.MINUTE.lt(to))
                .orderBy(RUN_MINUTE.MINUTE, RUN.RUN_)
                .fetch(row -> RunSteps.minute(row, tenant, site, row.get(RUN.RUN_)));
    }
}
