package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.API_KEY;
import static io.joulestream.storage.generated.Tables.MEMBER;
import static org.jooq.impl.DSL.noCondition;

import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Permission;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Record;

/**
 * The keys of a tenant, by member and then by age.
 *
 * @param one this one only, if its digest is the one that is stored
 */
record SelectKeys(String tenant, Optional<ApiKey> one) implements Function<DSLContext, List<MemberKey>> {
    @Override
    public List<MemberKey> apply(DSLContext database) {
        return database
                .select(API_KEY.fields())
                .select(MEMBER.fields())
                .from(API_KEY)
                .join(MEMBER)
                .on(MEMBER.MEMBER_ID.eq(API_KEY.MEMBER_ID))
                .where(
                        API_KEY.TENANT.eq(tenant),
                        one.map(key -> API_KEY.PREFIX.eq(key.prefix())).orElse(noCondition()))
                .orderBy(MEMBER.NAME, API_KEY.CREATED_AT, API_KEY.PREFIX)
                .fetch()
                .stream()
                .filter(row -> one.isEmpty()
                        || MessageDigest.isEqual(
                                row.get(API_KEY.SHA256), one.get().digest()))
                .map(SelectKeys::key)
                .toList();
    }

    static MemberKey key(Record row) {
        Member member = SelectMembers.member(row.into(MEMBER));
        return new MemberKey(
                row.get(API_KEY.PREFIX),
                member,
                permissions(row.get(API_KEY.PERMISSIONS), member),
                row.get(API_KEY.CREATED_AT),
                row.get(API_KEY.EXPIRES_AT),
                Optional.ofNullable(row.get(API_KEY.LAST_USED_AT)),
                Optional.ofNullable(row.get(API_KEY.REVOKED_AT)),
                Optional.ofNullable(row.get(API_KEY.REPLACES)));
    }

    /** Never more than the member may now. */
    private static Set<Permission> permissions(String[] keptTo, Member member) {
        Set<Permission> permissions = EnumSet.copyOf(member.role().permissions());
        if (keptTo != null) {
            permissions.removeIf(permission -> !Arrays.asList(keptTo).contains(permission.name()));
        }
        return permissions;
    }
}
