package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.MEMBER;
import static io.joulestream.storage.generated.Tables.TENANT;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;

import io.joulestream.core.access.Role;
import java.util.function.ToIntFunction;
import org.jooq.DSLContext;

/** Adds a member to a tenant that exists, unless it has one of that name. */
record InsertMember(String tenant, String name, Member.Kind kind, Role role) implements ToIntFunction<DSLContext> {
    @Override
    public int applyAsInt(DSLContext database) {
        return database.insertInto(MEMBER, MEMBER.TENANT, MEMBER.NAME, MEMBER.KIND, MEMBER.ROLE, MEMBER.CREATED_AT)
                .select(select(TENANT.TENANT_, val(name), val(kind.name()), val(role.name()), currentInstant())
                        .from(TENANT)
                        .where(TENANT.TENANT_.eq(tenant)))
                .onConflictDoNothing()
                .execute();
    }
}
