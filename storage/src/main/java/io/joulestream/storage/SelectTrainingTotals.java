package io.joulestream.storage;

import static io.joulestream.storage.Jooq.runKey;
import static io.joulestream.storage.Jooq.total;
import static io.joulestream.storage.generated.Tables.TRAINING_STEP;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.countDistinct;

import java.math.BigDecimal;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Field;

/** What the training steps of a run add up to. */
record SelectTrainingTotals(String tenant, String run) implements Function<DSLContext, TrainingTotals> {
    private static final Field<Integer> ATTEMPTS =
            countDistinct(TRAINING_STEP.ATTEMPT).as("attempts");
    private static final Field<Integer> STEPS = count().as("steps");
    private static final Field<BigDecimal> TOKENS = total(TRAINING_STEP.TOKENS);
    private static final Field<BigDecimal> SAMPLES = total(TRAINING_STEP.SAMPLES);

    @Override
    public TrainingTotals apply(DSLContext database) {
        return database.select(ATTEMPTS, STEPS, TOKENS, SAMPLES)
                .from(TRAINING_STEP)
                .where(TRAINING_STEP.RUN_KEY.eq(runKey(tenant, run)))
                .fetchSingle(row -> new TrainingTotals(
                        row.get(ATTEMPTS),
                        row.get(STEPS),
                        row.get(TOKENS).longValueExact(),
                        row.get(SAMPLES).longValueExact()));
    }
}
