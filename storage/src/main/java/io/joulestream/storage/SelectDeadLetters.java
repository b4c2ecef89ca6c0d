package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.DEAD_LETTER;

import io.joulestream.core.ledger.DeadLetter;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;

/** What was refused last, newest first. */
record SelectDeadLetters(String tenant, int limit) implements Function<DSLContext, List<DeadLetter>> {
    @Override
    public List<DeadLetter> apply(DSLContext database) {
        return database.selectFrom(DEAD_LETTER)
                .where(DEAD_LETTER.TENANT.eq(tenant))
                .orderBy(DEAD_LETTER.SEEN_AT.desc(), DEAD_LETTER.IDENTITY_SHA256)
                .limit(limit)
                .fetch(row -> new DeadLetter(
                        row.get(DEAD_LETTER.TOPIC),
                        row.get(DEAD_LETTER.TOPIC_PARTITION),
                        row.get(DEAD_LETTER.TOPIC_OFFSET),
                        tenant,
                        row.get(DEAD_LETTER.SITE),
                        row.get(DEAD_LETTER.ENTITY),
                        row.get(DEAD_LETTER.METRIC),
                        row.get(DEAD_LETTER.SLOT),
                        row.get(DEAD_LETTER.CODE),
                        row.get(DEAD_LETTER.DETAIL),
                        row.get(DEAD_LETTER.SEEN_AT),
                        row.get(DEAD_LETTER.PAYLOAD)));
    }
}
