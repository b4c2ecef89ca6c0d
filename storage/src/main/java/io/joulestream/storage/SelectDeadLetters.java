package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.DEAD_LETTER;

import io.joulestream.core.ledger.DeadLetter;
import java.util.List;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;

/** What was refused last, newest first. */
record SelectDeadLetters(DeadLetterFilter filter, int limit) implements Function<DSLContext, List<DeadLetter>> {
    @Override
    public List<DeadLetter> apply(DSLContext database) {
        return database.selectFrom(DEAD_LETTER)
                .where(wanted())
                .orderBy(DEAD_LETTER.SEEN_AT.desc(), DEAD_LETTER.IDENTITY_SHA256)
                .limit(limit)
                .fetch(SelectDeadLetters::letter);
    }

    private Condition wanted() {
        Condition wanted = DEAD_LETTER.TENANT.eq(filter.tenant());
        if (filter.withUnattributed()) {
            wanted = wanted.or(DEAD_LETTER.TENANT.eq(""));
        }
        wanted = wanted.and(filter.site() == null ? DSL.noCondition() : DEAD_LETTER.SITE.eq(filter.site()));
        wanted = wanted.and(filter.code() == null ? DSL.noCondition() : DEAD_LETTER.CODE.eq(filter.code()));
        return wanted.and(filter.since() == null ? DSL.noCondition() : DEAD_LETTER.SEEN_AT.ge(filter.since()));
    }

    static DeadLetter letter(Record row) {
        return new DeadLetter(
                row.get(DEAD_LETTER.TOPIC),
                row.get(DEAD_LETTER.TOPIC_PARTITION),
                row.get(DEAD_LETTER.TOPIC_OFFSET),
                row.get(DEAD_LETTER.TENANT),
                row.get(DEAD_LETTER.SITE),
                row.get(DEAD_LETTER.ENTITY),
                row.get(DEAD_LETTER.METRIC),
                row.get(DEAD_LETTER.SLOT),
                row.get(DEAD_LETTER.CODE),
                row.get(DEAD_LETTER.DETAIL),
                row.get(DEAD_LETTER.SEEN_AT),
                row.get(DEAD_LETTER.PAYLOAD));
    }
}
