package io.joulestream.storage;

import static io.joulestream.storage.Jooq.runKey;
import static io.joulestream.storage.generated.Tables.SITE;
import static io.joulestream.storage.generated.Tables.TRAINING_STEP;

import io.joulestream.core.ledger.TrainingStep;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;

/** The training steps of a run, in order of site, attempt and step. */
record SelectTrainingSteps(String tenant, String run) implements Function<DSLContext, List<TrainingStep>> {
    @Override
    public List<TrainingStep> apply(DSLContext database) {
        return database.select(SITE.SITE_)
                .select(TRAINING_STEP.fields())
                .from(TRAINING_STEP)
                .join(SITE)
                .on(SITE.SITE_ID.eq(TRAINING_STEP.SITE_ID))
                .where(TRAINING_STEP.RUN_KEY.eq(runKey(tenant, run)))
                .orderBy(SITE.SITE_, TRAINING_STEP.ATTEMPT, TRAINING_STEP.STEP)
                .fetch(row -> new TrainingStep(
                        tenant,
                        row.get(SITE.SITE_),
                        run,
                        row.get(TRAINING_STEP.ATTEMPT),
                        row.get(TRAINING_STEP.STEP),
                        told(row.get(TRAINING_STEP.AFTER_STEP)),
                        row.get(TRAINING_STEP.STARTED_AT),
                        row.get(TRAINING_STEP.ENDED_AT),
                        row.get(TRAINING_STEP.TOKENS),
                        told(row.get(TRAINING_STEP.EFFECTIVE_TOKENS)),
                        row.get(TRAINING_STEP.SAMPLES),
                        told(row.get(TRAINING_STEP.REPORTED_UJ)),
                        row.get(TRAINING_STEP.GENERATION),
                        row.get(TRAINING_STEP.REVISION)));
    }

    private static long told(Long amount) {
        return amount == null ? TrainingStep.NOT_TOLD : amount;
    }
}
