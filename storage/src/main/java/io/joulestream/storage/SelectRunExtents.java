package io.joulestream.storage;

import static io.joulestream.storage.Jooq.runKeys;
import static io.joulestream.storage.generated.Tables.RUN;
import static io.joulestream.storage.generated.Tables.RUN_EXTENT;
import static io.joulestream.storage.generated.Tables.SITE;
import static org.jooq.impl.DSL.any;

import io.joulestream.core.ledger.RunExtent;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jooq.DSLContext;

/** From when to when each of some runs was seen allocated, by run: one row per site, in order of site. */
record SelectRunExtents(String tenant, Collection<String> runs)
        implements Function<DSLContext, Map<String, List<RunExtent>>> {
    @Override
    public Map<String, List<RunExtent>> apply(DSLContext database) {
        return database.select(RUN.RUN_, SITE.SITE_)
                .select(RUN_EXTENT.fields())
                .from(RUN_EXTENT)
                .join(RUN)
                .on(RUN.RUN_KEY.eq(RUN_EXTENT.RUN_KEY))
                .join(SITE)
                .on(SITE.SITE_ID.eq(RUN_EXTENT.SITE_ID))
                .where(RUN_EXTENT.RUN_KEY.eq(any(runKeys(tenant, runs))))
                .orderBy(SITE.SITE_)
                .fetchGroups(
                        RUN.RUN_,
                        row -> new RunExtent(
                                tenant,
                                row.get(SITE.SITE_),
                                row.get(RUN.RUN_),
                                row.get(RUN_EXTENT.STARTED_AT),
                                row.get(RUN_EXTENT.ENDED_AT),
                                row.get(RUN_EXTENT.GENERATION),
                                row.get(RUN_EXTENT.REVISION)));
    }
}
