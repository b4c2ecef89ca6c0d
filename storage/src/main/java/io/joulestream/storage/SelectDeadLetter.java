package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.DEAD_LETTER;

import java.util.Optional;
import java.util.function.Function;
import org.jooq.DSLContext;

/** The letter of one identity, if it is the tenant's or nobody's. */
record SelectDeadLetter(String tenant, String identity) implements Function<DSLContext, Optional<KeptDeadLetter>> {
    @Override
    public Optional<KeptDeadLetter> apply(DSLContext database) {
        return database.selectFrom(DEAD_LETTER)
                .where(DEAD_LETTER.IDENTITY_SHA256.eq(Text.sha256(identity)))
                .and(DEAD_LETTER.TENANT.in(tenant, ""))
                .fetchOptional(row -> new KeptDeadLetter(
                        SelectDeadLetters.letter(row, row.get(DEAD_LETTER.PAYLOAD)),
                        row.get(DEAD_LETTER.PAYLOAD_LENGTH_B)));
    }
}
