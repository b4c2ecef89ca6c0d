package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.TENANT;
import static org.jooq.impl.DSL.currentInstant;

import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Role;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jooq.DSLContext;

/** The first key of a tenant, of an administrator, once. */
record InsertFirstKey(ApiKey key, String member, Instant expiresAt) implements ToIntFunction<DSLContext> {
    @Override
    public int applyAsInt(DSLContext database) {
        database.insertInto(TENANT)
                .set(TENANT.TENANT_, key.tenant())
                .set(TENANT.CREATED_AT, currentInstant())
                .onConflictDoNothing()
                .execute();
        int mine = database.update(TENANT)
                .set(TENANT.FIRST_KEY_AT, currentInstant())
                .where(TENANT.TENANT_.eq(key.tenant()), TENANT.FIRST_KEY_AT.isNull())
                .execute();
        if (mine == 0) {
            return 0;
        }
        new InsertMember(key.tenant(), member, Member.Kind.PERSON, Role.ADMIN).applyAsInt(database);
        return new InsertKey(key, member, Set.of(), expiresAt, Optional.empty()).applyAsInt(database);
    }
}
