package io.joulestream.storage;

import static io.joulestream.storage.Jooq.runKey;
import static io.joulestream.storage.generated.Tables.RUN_MINUTE;
import static io.joulestream.storage.generated.Tables.SITE;

import io.joulestream.core.ledger.RunStep;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;

/** Minutes of a run over {@code [from, to)}, oldest first, in order of site. */
record SelectRunMinutes(String tenant, String run, Instant from, Instant to)
        implements Function<DSLContext, List<RunStep>> {
    @Override
    public List<RunStep> apply(DSLContext database) {
        return database.select(SITE.SITE_)
                .select(RUN_MINUTE.fields())
                .from(RUN_MINUTE)
                .join(SITE)
                .on(SITE.SITE_ID.eq(RUN_MINUTE.SITE_ID))
                .where(RUN_MINUTE.RUN_KEY.eq(runKey(tenant, run)), RUN_MINUTE.MINUTE.ge(from), RUN_MINUTE.MINUTE.lt(to))
                .orderBy(RUN_MINUTE.MINUTE, SITE.SITE_)
                .fetch(row -> RunSteps.minute(row, tenant, row.get(SITE.SITE_), run));
    }
}
