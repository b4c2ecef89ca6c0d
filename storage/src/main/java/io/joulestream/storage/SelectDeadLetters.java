package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.DEAD_LETTER;

import io.joulestream.core.ledger.DeadLetter;
import java.util.List;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Select;
import org.jooq.Table;
import org.jooq.impl.DSL;

/**
 * What was refused last, newest first, without payloads: a page of them may be gigabytes. What belongs to nobody is a query
 * of its own, so that each half is read in the order of the index.
 */
record SelectDeadLetters(DeadLetterFilter filter, int limit) implements Function<DSLContext, List<KeptDeadLetter>> {
    private static final byte[] NOT_ASKED_FOR = {};
    private static final List<Field<?>> COLUMNS = List.of(
            DEAD_LETTER.IDENTITY_SHA256,
            DEAD_LETTER.SEEN_AT,
            DEAD_LETTER.TOPIC,
            DEAD_LETTER.TOPIC_PARTITION,
            DEAD_LETTER.TOPIC_OFFSET,
            DEAD_LETTER.TENANT,
            DEAD_LETTER.SITE,
            DEAD_LETTER.ENTITY,
            DEAD_LETTER.METRIC,
            DEAD_LETTER.SLOT,
            DEAD_LETTER.CODE,
            DEAD_LETTER.DETAIL,
            DEAD_LETTER.PAYLOAD_LENGTH_B);

    @Override
    public List<KeptDeadLetter> apply(DSLContext database) {
        Table<?> newest = filter.withUnattributed() && !filter.tenant().isEmpty()
                ? newestOf(database, filter.tenant())
                        .unionAll(newestOf(database, ""))
                        .asTable(DEAD_LETTER.getName())
                : newestOf(database, filter.tenant()).asTable(DEAD_LETTER.getName());
        return database.select(newest.fields())
                .from(newest)
                .orderBy(newest.field(DEAD_LETTER.SEEN_AT).desc(), newest.field(DEAD_LETTER.IDENTITY_SHA256))
                .limit(limit)
                .fetch(SelectDeadLetters::kept);
    }

    private Select<Record> newestOf(DSLContext database, String tenant) {
        return database.select(COLUMNS)
                .from(DEAD_LETTER)
                .where(of(DEAD_LETTER, filter, tenant))
                .orderBy(DEAD_LETTER.SEEN_AT.desc(), DEAD_LETTER.IDENTITY_SHA256)
                .limit(limit);
    }

    /** @param letters the table, or a view of it */
    static Condition of(Table<?> letters, DeadLetterFilter filter, String tenant) {
        return letters.field(DEAD_LETTER.TENANT)
                .eq(tenant)
                .and(
                        filter.site() == null
                                ? DSL.noCondition()
                                : letters.field(DEAD_LETTER.SITE).eq(filter.site()))
                .and(
                        filter.code() == null
                                ? DSL.noCondition()
                                : letters.field(DEAD_LETTER.CODE).eq(filter.code()))
                .and(
                        filter.since() == null
                                ? DSL.noCondition()
                                : letters.field(DEAD_LETTER.SEEN_AT).ge(filter.since()));
    }

    /** Without its payload. */
    static KeptDeadLetter kept(Record row) {
        return new KeptDeadLetter(letter(row, NOT_ASKED_FOR), row.get(DEAD_LETTER.PAYLOAD_LENGTH_B));
    }

    static DeadLetter letter(Record row, byte[] payload) {
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
                payload);
    }
}
