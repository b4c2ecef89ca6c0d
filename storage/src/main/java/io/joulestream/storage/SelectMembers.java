package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.MEMBER;

import io.joulestream.core.access.Role;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Record;

/** The members of a tenant, in order of name. */
record SelectMembers(String tenant) implements Function<DSLContext, List<Member>> {
    @Override
    public List<Member> apply(DSLContext database) {
        return database.select(MEMBER.fields())
                .from(MEMBER)
                .where(MEMBER.TENANT.eq(tenant))
                .orderBy(MEMBER.NAME)
                .fetch(SelectMembers::member);
    }

    static Member member(Record row) {
        return new Member(
                row.get(MEMBER.MEMBER_ID),
                row.get(MEMBER.TENANT),
                row.get(MEMBER.NAME),
                Member.Kind.valueOf(row.get(MEMBER.KIND)),
                Role.valueOf(row.get(MEMBER.ROLE)),
                row.get(MEMBER.CREATED_AT),
                Optional.ofNullable(row.get(MEMBER.DISABLED_AT)));
    }
}
