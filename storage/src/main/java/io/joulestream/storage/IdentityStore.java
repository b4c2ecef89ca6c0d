package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.API_KEY;
import static io.joulestream.storage.generated.Tables.DONE_REQUEST;
import static io.joulestream.storage.generated.Tables.MEMBER;
import static io.joulestream.storage.generated.Tables.MEMBER_SUBJECT;
import static io.joulestream.storage.generated.Tables.TENANT_LIST;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;

import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Permission;
import io.joulestream.core.access.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import javax.sql.DataSource;
import org.jooq.DSLContext;

/**
 * Tenants, their members and keys. Whatever changes one is written down in the audit of its tenant, in the same
 * transaction. Any number of threads and processes may use it at once.
 */
public final class IdentityStore {
    private final TenantTransaction reads;
    private final TenantTransaction writes;
    private final TenantTransaction names;

    IdentityStore(DataSource readers, DataSource writers) {
        reads = TenantTransaction.reading(readers, DatabaseRole.API);
        writes = TenantTransaction.writing(writers, DatabaseRole.ADMIN);
        names = TenantTransaction.reading(writers, DatabaseRole.ADMIN);
    }

    /**
     * Does something; where it changed a row, writes it down. Returns whether it did.
     *
     * @throws RepeatedRequest if a request of the same key was done meanwhile
     */
    private boolean done(String tenant, AuditEntry act, ToIntFunction<DSLContext> change) {
        return writes.run(tenant, db -> {
            boolean changed = change.applyAsInt(db) > 0;
            if (changed) {
                act.write(db, tenant);
            }
            return changed;
        });
    }

    /** What was done under a key that a member chose, within the last day; empty for nothing. */
    public Optional<DoneRequest> done(String tenant, String member, String key) {
        return reads.run(
                tenant,
                db -> db.select(DONE_REQUEST.SHA256, DONE_REQUEST.SUBJECT)
                        .from(DONE_REQUEST)
                        .join(MEMBER)
                        .on(MEMBER.MEMBER_ID.eq(DONE_REQUEST.MEMBER_ID))
                        .where(
                                DONE_REQUEST.TENANT.eq(tenant),
                                DONE_REQUEST.KEY.eq(key),
                                MEMBER.NAME.eq(member),
                                condition("{0} > current_timestamp - interval '1 day'", DONE_REQUEST.CREATED_AT))
                        .fetchOptional(row -> new DoneRequest(HexFormat.of().formatHex(row.value1()), row.value2())));
    }

    // ---- tenants

    /** Every tenant that somebody made, or that had sites or runs before there were members; in order. */
    public List<String> tenants() {
        return names.run("", db -> db.selectFrom(TENANT_LIST()).fetch(TENANT_LIST.TENANT_LIST_));
    }

    /**
     * Makes a tenant, where there is none, and in it an administrator with a key. Not where it has members, or had its first
     * key. Of several that ask at once one does.
     *
     * @return whether the key given is valid now
     */
    public boolean createFirstKey(ApiKey key, String member, Instant expiresAt, AuditEntry act) {
        return done(key.tenant(), act, new InsertFirstKey(key, member, expiresAt));
    }

    // ---- members

    /** In order of name. */
    public List<Member> members(String tenant) {
        return reads.run(tenant, new SelectMembers(tenant));
    }

    /**
     * @return false where there is no such tenant, or it has a member of that name
     * @throws IllegalArgumentException if it is no {@link Member#NAME}
     */
    public boolean createMember(String tenant, String name, Member.Kind kind, Role role, AuditEntry act) {
        if (!name.matches(Member.NAME)) {
            throw new IllegalArgumentException("a member's name is made of letters, digits, spaces and ._@+'-");
        }
        return done(tenant, act, new InsertMember(tenant, name, kind, role));
    }

    /** With a member all its keys end. Returns false where there is none, or it was disabled before. */
    public boolean disableMember(String tenant, String name, AuditEntry act) {
        return done(
                tenant,
                act,
                db -> db.update(MEMBER)
                        .set(MEMBER.DISABLED_AT, currentInstant())
                        .where(MEMBER.TENANT.eq(tenant), MEMBER.NAME.eq(name), MEMBER.DISABLED_AT.isNull())
                        .execute());
    }

    // ---- members whom an OpenID provider knows

    /** Disabled or not, of whatever tenant; empty where nobody is linked to the subject. */
    public Optional<Member> find(OidcSubject known) {
        // two questions: under whose policies the second is asked, the first one tells
        String tenant = reads.run(
                "",
                db -> db.select(function("tenant_of_subject", String.class, val(known.issuer()), val(known.subject())))
                        .fetchSingle()
                        .value1());
        return tenant == null
                ? Optional.empty()
                : reads.run(
                        tenant,
                        db -> db.select(MEMBER.fields())
                                .from(MEMBER)
                                .join(MEMBER_SUBJECT)
                                .on(MEMBER_SUBJECT.MEMBER_ID.eq(MEMBER.MEMBER_ID))
                                .where(
                                        MEMBER_SUBJECT.TENANT.eq(tenant),
                                        MEMBER_SUBJECT.ISSUER.eq(known.issuer()),
                                        MEMBER_SUBJECT.SUBJECT.eq(known.subject()))
                                .fetchOptional(SelectMembers::member));
    }

    /** Who the members of a tenant are to a provider, by their names. */
    public Map<String, OidcSubject> subjects(String tenant) {
        return reads.run(
                tenant,
                db -> db.select(MEMBER.NAME, MEMBER_SUBJECT.ISSUER, MEMBER_SUBJECT.SUBJECT)
                        .from(MEMBER_SUBJECT)
                        .join(MEMBER)
                        .on(MEMBER.MEMBER_ID.eq(MEMBER_SUBJECT.MEMBER_ID))
                        .where(MEMBER_SUBJECT.TENANT.eq(tenant))
                        .fetchMap(
                                MEMBER.NAME,
                                row -> new OidcSubject(
                                        row.get(MEMBER_SUBJECT.ISSUER), row.get(MEMBER_SUBJECT.SUBJECT))));
    }

    /**
     * From now on whoever is that to the provider is the member.
     *
     * @return false where there is no such member, it is disabled or linked already, or the subject is, to whomever
     */
    public boolean link(String tenant, String member, OidcSubject known, AuditEntry act) {
        return done(
                tenant,
                act,
                db -> db.insertInto(
                                MEMBER_SUBJECT,
                                MEMBER_SUBJECT.ISSUER,
                                MEMBER_SUBJECT.SUBJECT,
                                MEMBER_SUBJECT.TENANT,
                                MEMBER_SUBJECT.MEMBER_ID,
                                MEMBER_SUBJECT.CREATED_AT)
                        .select(select(
                                        val(known.issuer()),
                                        val(known.subject()),
                                        MEMBER.TENANT,
                                        MEMBER.MEMBER_ID,
                                        currentInstant())
                                .from(MEMBER)
                                .where(MEMBER.TENANT.eq(tenant), MEMBER.NAME.eq(member), MEMBER.DISABLED_AT.isNull()))
                        .onConflictDoNothing()
                        .execute());
    }

    /** Ends the sessions too that were opened by it. Returns false where no member of that name is linked. */
    public boolean unlink(String tenant, String member, AuditEntry act) {
        return done(
                tenant,
                act,
                db -> db.deleteFrom(MEMBER_SUBJECT)
                        .where(
                                MEMBER_SUBJECT.TENANT.eq(tenant),
                                MEMBER_SUBJECT.MEMBER_ID.in(select(MEMBER.MEMBER_ID)
                                        .from(MEMBER)
                                        .where(MEMBER.TENANT.eq(tenant), MEMBER.NAME.eq(member))))
                        .execute());
    }

    // ---- keys

    /** All keys of a tenant that there ever were, by member and then by age. */
    public List<MemberKey> keys(String tenant) {
        return reads.run(tenant, new SelectKeys(tenant, Optional.empty()));
    }

    /** The key of that prefix and digest, valid or not; empty where the digest is another's, or there is no such prefix. */
    public Optional<MemberKey> find(ApiKey key) {
        return reads.run(key.tenant(), new SelectKeys(key.tenant(), Optional.of(key))).stream()
                .findFirst();
    }

    /**
     * @param permissions what it is kept to; empty: all that its member's role may, also when that changes
     * @return false where there is no member of that name, or it is disabled
     */
    public boolean createKey(
            ApiKey key, String member, Set<Permission> permissions, Instant expiresAt, AuditEntry act) {
        return done(key.tenant(), act, new InsertKey(key, member, permissions, expiresAt, Optional.empty()));
    }

    /**
     * A key in the place of another, for the same member and permissions. For a while both are valid.
     *
     * @param overlap how long the old one stays so, where it does not expire before
     * @return false where no key of that prefix is valid
     */
    public boolean rotateKey(String prefix, ApiKey key, Instant expiresAt, Duration overlap, AuditEntry act) {
        return done(key.tenant(), act, new RotateKey(prefix, key, expiresAt, overlap));
    }

    /** Returns false where there is none of that prefix, or it was revoked before. */
    public boolean revokeKey(String tenant, String prefix, AuditEntry act) {
        return done(
                tenant,
                act,
                db -> db.update(API_KEY)
                        .set(API_KEY.REVOKED_AT, currentInstant())
                        .where(API_KEY.TENANT.eq(tenant), API_KEY.PREFIX.eq(prefix), API_KEY.REVOKED_AT.isNull())
                        .execute());
    }

    /** No act of administration, so not written down. Told to the minute: within one it changes nothing. */
    public void noteUse(ApiKey key) {
        writes.run(
                key.tenant(),
                db -> db.update(API_KEY)
                        .set(API_KEY.LAST_USED_AT, currentInstant())
                        .where(
                                API_KEY.TENANT.eq(key.tenant()),
                                API_KEY.PREFIX.eq(key.prefix()),
                                API_KEY.LAST_USED_AT
                                        .isNull()
                                        .or(condition(
                                                "{0} < current_timestamp - interval '1 minute'", API_KEY.LAST_USED_AT)))
                        .execute());
    }
}
