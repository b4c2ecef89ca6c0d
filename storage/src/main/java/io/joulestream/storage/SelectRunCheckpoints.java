package io.joulestream.storage;

import static io.joulestream.storage.Jooq.runKey;
import static io.joulestream.storage.generated.Tables.RUN_CHECKPOINT;
import static io.joulestream.storage.generated.Tables.SITE;

import io.joulestream.core.ledger.RunCheckpoint;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;

/** The kept checkpoints of a run, in order of site, attempt and step. */
record SelectRunCheckpoints(String tenant, String run) implements Function<DSLContext, List<RunCheckpoint>> {
    @Override
    public List<RunCheckpoint> apply(DSLContext database) {
        return database.select(SITE.SITE_)
                .select(RUN_CHECKPOINT.fields())
                .from(RUN_CHECKPOINT)
                .join(SITE)
                .on(SITE.SITE_ID.eq(RUN_CHECKPOINT.SITE_ID))
                .where(RUN_CHECKPOINT.RUN_KEY.eq(runKey(tenant, run)))
                .orderBy(SITE.SITE_, RUN_CHECKPOINT.ATTEMPT, RUN_CHECKPOINT.STEP)
                .fetch(row -> new RunCheckpoint(
                        tenant,
                        row.get(SITE.SITE_),
                        run,
                        row.get(RUN_CHECKPOINT.ATTEMPT),
                        row.get(RUN_CHECKPOINT.STEP),
                        row.get(RUN_CHECKPOINT.KEPT_AT),
                        row.get(RUN_CHECKPOINT.GENERATION),
                        row.get(RUN_CHECKPOINT.REVISION)));
    }
}
