package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.DEAD_LETTER;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.SQLDataType.BIGINT;

import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Field;

/** How much was refused, by site and reason. */
record CountDeadLetters(String tenant) implements Function<DSLContext, List<DeadLetterCount>> {
    @Override
    public List<DeadLetterCount> apply(DSLContext database) {
        Field<Long> count = count().cast(BIGINT).as("letters");
        return database.select(DEAD_LETTER.SITE, DEAD_LETTER.CODE, count)
                .from(DEAD_LETTER)
                .where(DEAD_LETTER.TENANT.eq(tenant))
                .groupBy(DEAD_LETTER.SITE, DEAD_LETTER.CODE)
                .orderBy(DEAD_LETTER.SITE, DEAD_LETTER.CODE)
                .fetch(row -> new DeadLetterCount(
                        tenant, row.get(DEAD_LETTER.SITE), row.get(DEAD_LETTER.CODE), row.get(count)));
    }
}
