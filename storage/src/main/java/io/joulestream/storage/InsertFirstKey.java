package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.MEMBER;
import static io.joulestream.storage.generated.Tables.TENANT;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.notExists;
import static org.jooq.impl.DSL.selectOne;

import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Role;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jooq.DSLContext;

/**
 * Makes a tenant, where there is none, and in it an administrator with a key, once: not where it has members.
 *
 * @param member the administrator's name
 */
record InsertFirstKey(ApiKey key, String member, Instant expiresAt) implements ToIntFunction<DSLContext> {
    @Override
    public int applyAsInt(DSLContext database) {
        database.insertInto(TENANT)
                .set(TENANT.TENANT_, key.tenant())
                .set(TENANT.CREATED_AT, currentInstant())
                .onConflictDoNothing()
                .execute();
        // who comes second waits for the row, and then finds it taken
        int mine = database.update(TENANT)
                .set(TENANT.FIRST_KEY_AT, currentInstant())
                .where(
                        TENANT.TENANT_.eq(key.tenant()),
                        TENANT.FIRST_KEY_AT.isNull(),
                        notExists(selectOne().from(MEMBER).where(MEMBER.TENANT.eq(key.tenant()))))
                .execute();
        if (mine == 0) {
            return 0;
        }
        int members = new InsertMember(key.tenant(), member, Member.Kind.PERSON, Role.ADMIN).applyAsInt(database);
        int keys = new InsertKey(key, member, Set.of(), expiresAt, Optional.empty()).applyAsInt(database);
        if (members + keys != 2) {
            throw new IllegalStateException("somebody else made a member " + member + " meanwhile; nothing was done");
        }
        return 1;
    }
}
