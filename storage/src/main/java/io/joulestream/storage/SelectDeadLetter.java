package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.DEAD_LETTER;

import io.joulestream.core.ledger.DeadLetter;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.DSLContext;

/** The letter of one identity, if it is the tenant's or nobody's. */
record SelectDeadLetter(String tenant, String identity) implements Function<DSLContext, Optional<DeadLetter>> {
    @Override
    public Optional<DeadLetter> apply(DSLContext database) {
        return database.selectFrom(DEAD_LETTER)
                .where(DEAD_LETTER.IDENTITY_SHA256.eq(Text.sha256(identity)))
                .and(DEAD_LETTER.TENANT.in(tenant, ""))
                .fetchOptional(SelectDeadLetters::letter);
    }
}
