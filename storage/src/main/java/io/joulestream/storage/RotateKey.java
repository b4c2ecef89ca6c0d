package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.API_KEY;
import static io.joulestream.storage.generated.Tables.MEMBER;
import static org.jooq.impl.DSL.currentInstant;

import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Permission;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jooq.DSLContext;

/** Adds a key in the place of one that is valid, which then ends no later than after the overlap. */
record RotateKey(String prefix, ApiKey key, Instant expiresAt, Duration overlap) implements ToIntFunction<DSLContext> {
    @Override
    public int applyAsInt(DSLContext database) {
        var old = database.select(MEMBER.NAME, API_KEY.PERMISSIONS, API_KEY.EXPIRES_AT, currentInstant())
                .from(API_KEY)
                .join(MEMBER)
                .on(MEMBER.MEMBER_ID.eq(API_KEY.MEMBER_ID))
                .where(
                        API_KEY.TENANT.eq(key.tenant()),
                        API_KEY.PREFIX.eq(prefix),
                        API_KEY.REVOKED_AT.isNull(),
                        API_KEY.EXPIRES_AT.gt(currentInstant()),
                        MEMBER.DISABLED_AT.isNull())
                .forUpdate()
                .of(API_KEY)
                .fetchOne();
        if (old == null) {
            return 0;
        }
        Instant end = old.value4().plus(overlap);
        database.update(API_KEY)
                .set(API_KEY.EXPIRES_AT, end.isBefore(old.value3()) ? end : old.value3())
                .where(API_KEY.PREFIX.eq(prefix))
                .execute();
        return new InsertKey(key, old.value1(), permissions(old.value2()), expiresAt, Optional.of(prefix))
                .applyAsInt(database);
    }

    private static Set<Permission> permissions(String[] names) {
        return names == null
                ? Set.of()
                : Arrays.stream(names).map(Permission::valueOf).collect(Collectors.toUnmodifiableSet());
    }
}
