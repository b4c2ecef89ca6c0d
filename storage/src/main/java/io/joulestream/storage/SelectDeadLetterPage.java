package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.OWN_DEAD_LETTER;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.Result;

/** What was refused of a tenant's, newest first, without payloads. What belongs to nobody is not among it. */
record SelectDeadLetterPage(DeadLetterFilter filter, Optional<DeadLetterCursor> after, int limit)
        implements Function<DSLContext, DeadLetterPage> {
    @Override
    public DeadLetterPage apply(DSLContext database) {
        Result<Record> found = database.select(OWN_DEAD_LETTER.fields())
                .from(OWN_DEAD_LETTER)
                .where(SelectDeadLetters.of(OWN_DEAD_LETTER, filter, filter.tenant()))
                .and(after.map(cursor -> row(OWN_DEAD_LETTER.SEEN_AT, OWN_DEAD_LETTER.IDENTITY_SHA256)
                                .lt(cursor.seenAt(), HexFormat.of().parseHex(cursor.identitySha256())))
                        .orElse(noCondition()))
                .orderBy(OWN_DEAD_LETTER.SEEN_AT.desc(), OWN_DEAD_LETTER.IDENTITY_SHA256.desc())
                .limit(limit + 1)
                .fetch();
        List<Record> page = found.subList(0, Math.min(limit, found.size()));
        return new DeadLetterPage(
                page.stream().map(SelectDeadLetters::kept).toList(),
                found.size() > limit ? Optional.of(place(page.get(limit - 1))) : Optional.empty());
    }

    private static DeadLetterCursor place(Record last) {
        return new DeadLetterCursor(
                last.get(OWN_DEAD_LETTER.SEEN_AT), HexFormat.of().formatHex(last.get(OWN_DEAD_LETTER.IDENTITY_SHA256)));
    }
}
