package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.API_KEY;
import static io.joulestream.storage.generated.Tables.MEMBER;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;

import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Permission;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jooq.DSLContext;

/**
 * Adds a key of a member that is not disabled.
 *
 * @param permissions what it is kept to; empty: all that the member's role may
 */
record InsertKey(ApiKey key, String member, Set<Permission> permissions, Instant expiresAt, Optional<String> replaces)
        implements ToIntFunction<DSLContext> {
    @Override
    public int applyAsInt(DSLContext database) {
        String[] names = permissions.isEmpty()
                ? null
                : permissions.stream().map(Permission::name).sorted().toArray(String[]::new);
        return database.insertInto(
                        API_KEY,
                        API_KEY.PREFIX,
                        API_KEY.TENANT,
                        API_KEY.MEMBER_ID,
                        API_KEY.SHA256,
                        API_KEY.PERMISSIONS,
                        API_KEY.CREATED_AT,
                        API_KEY.EXPIRES_AT,
                        API_KEY.REPLACES)
                .select(select(
                                val(key.prefix()),
                                MEMBER.TENANT,
                                MEMBER.MEMBER_ID,
                                val(key.digest()),
                                val(names, API_KEY.PERMISSIONS),
                                currentInstant(),
                                val(expiresAt),
                                val(replaces.orElse(null), API_KEY.REPLACES))
                        .from(MEMBER)
                        .where(MEMBER.TENANT.eq(key.tenant()), MEMBER.NAME.eq(member), MEMBER.DISABLED_AT.isNull()))
                .execute();
    }
}
