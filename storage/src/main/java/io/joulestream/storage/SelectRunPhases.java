package io.joulestream.storage;

import static io.joulestream.storage.Jooq.runKey;
import static io.joulestream.storage.generated.Tables.RUN_PHASE;
import static io.joulestream.storage.generated.Tables.SITE;

import io.joulestream.core.ledger.JobPhase;
import io.joulestream.core.ledger.RunPhase;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;

/** What a run did when, as its log tells, in order of site, attempt and time. */
record SelectRunPhases(String tenant, String run) implements Function<DSLContext, List<RunPhase>> {
    @Override
    public List<RunPhase> apply(DSLContext database) {
        return database.select(SITE.SITE_)
                .select(RUN_PHASE.fields())
                .from(RUN_PHASE)
                .join(SITE)
                .on(SITE.SITE_ID.eq(RUN_PHASE.SITE_ID))
                .where(RUN_PHASE.RUN_KEY.eq(runKey(tenant, run)))
                .orderBy(SITE.SITE_, RUN_PHASE.ATTEMPT, RUN_PHASE.ENDED_AT)
                .fetch(row -> new RunPhase(
                        tenant,
                        row.get(SITE.SITE_),
                        run,
                        row.get(RUN_PHASE.ATTEMPT),
                        JobPhase.valueOf(row.get(RUN_PHASE.PHASE)),
                        row.get(RUN_PHASE.STARTED_AT),
                        row.get(RUN_PHASE.ENDED_AT),
                        row.get(RUN_PHASE.GENERATION),
                        row.get(RUN_PHASE.REVISION)));
    }
}
