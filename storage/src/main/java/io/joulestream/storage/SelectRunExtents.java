package io.joulestream.storage;

import static io.joulestream.storage.Jooq.runKey;
import static io.joulestream.storage.generated.Tables.RUN_EXTENT;
import static io.joulestream.storage.generated.Tables.SITE;

import io.joulestream.core.ledger.RunExtent;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;

/** From when to when a run was seen allocated, one row per site, in order of site. */
record SelectRunExtents(String tenant, String run) implements Function<DSLContext, List<RunExtent>> {
    @Override
    public List<RunExtent> apply(DSLContext database) {
        return database.select(SITE.SITE_)
                .select(RUN_EXTENT.fields())
                .from(RUN_EXTENT)
                .join(SITE)
                .on(SITE.SITE_ID.eq(RUN_EXTENT.SITE_ID))
                .where(RUN_EXTENT.RUN_KEY.eq(runKey(tenant, run)))
                .orderBy(SITE.SITE_)
                .fetch(row -> new RunExtent(
                        tenant,
                        row.get(SITE.SITE_),
                        run,
                        row.get(RUN_EXTENT.STARTED_AT),
                        row.get(RUN_EXTENT.ENDED_AT),
                        row.get(RUN_EXTENT.GENERATION),
                        row.get(RUN_EXTENT.REVISION)));
    }
}
