package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.API_KEY;
import static io.joulestream.storage.generated.Tables.MEMBER;
import static io.joulestream.storage.generated.Tables.MEMBER_SUBJECT;
import static io.joulestream.storage.generated.Tables.WEB_SESSION;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;

import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.SessionToken;
import java.time.Instant;
import java.util.Optional;
import javax.sql.DataSource;
import org.jooq.DSLContext;

/** Sessions of browsers. To open or close one is no act of administration, and in no audit. Thread-safe. */
public final class SessionStore {
    private final TenantTransaction reads;
    private final TenantTransaction writes;

    SessionStore(DataSource readers, DataSource writers) {
        reads = TenantTransaction.reading(readers, DatabaseRole.API);
        writes = TenantTransaction.writing(writers, DatabaseRole.ADMIN);
    }

    /**
     * Opens one with a key that was found to be valid, and forgets those of the tenant that have expired.
     *
     * @return false where there is no such key
     * @throws IllegalArgumentException if key and token are not of one tenant
     */
    public boolean open(SessionToken token, ApiKey key, Instant expiresAt) {
        if (!token.tenant().equals(key.tenant())) {
            throw new IllegalArgumentException("a session of " + token.tenant() + " with a key of " + key.tenant());
        }
        return writes.run(token.tenant(), db -> {
            forgetExpired(db, token.tenant());
            return db.insertInto(
                                    WEB_SESSION,
                                    WEB_SESSION.SHA256,
                                    WEB_SESSION.TENANT,
                                    WEB_SESSION.PREFIX,
                                    WEB_SESSION.CREATED_AT,
                                    WEB_SESSION.EXPIRES_AT)
                            .select(select(
                                            val(token.digest()),
                                            API_KEY.TENANT,
                                            API_KEY.PREFIX,
                                            currentInstant(),
                                            val(expiresAt))
                                    .from(API_KEY)
                                    .where(
                                            API_KEY.TENANT.eq(key.tenant()),
                                            API_KEY.PREFIX.eq(key.prefix()),
                                            API_KEY.SHA256.eq(key.digest())))
                            .execute()
                    > 0;
        });
    }

    /**
     * Opens one for whom an OpenID provider knows, and forgets those of the tenant that have expired.
     *
     * @return false where no member of the token's tenant is linked to the subject
     */
    public boolean open(SessionToken token, OidcSubject known, Instant expiresAt) {
        return writes.run(token.tenant(), db -> {
            forgetExpired(db, token.tenant());
            return db.insertInto(
                                    WEB_SESSION,
                                    WEB_SESSION.SHA256,
                                    WEB_SESSION.TENANT,
                                    WEB_SESSION.ISSUER,
                                    WEB_SESSION.SUBJECT,
                                    WEB_SESSION.CREATED_AT,
                                    WEB_SESSION.EXPIRES_AT)
                            .select(select(
                                            val(token.digest()),
                                            MEMBER_SUBJECT.TENANT,
                                            MEMBER_SUBJECT.ISSUER,
                                            MEMBER_SUBJECT.SUBJECT,
                                            currentInstant(),
                                            val(expiresAt))
                                    .from(MEMBER_SUBJECT)
                                    .where(
                                            MEMBER_SUBJECT.TENANT.eq(token.tenant()),
                                            MEMBER_SUBJECT.ISSUER.eq(known.issuer()),
                                            MEMBER_SUBJECT.SUBJECT.eq(known.subject())))
                            .execute()
                    > 0;
        });
    }

    private static void forgetExpired(DSLContext database, String tenant) {
        database.deleteFrom(WEB_SESSION)
                .where(WEB_SESSION.TENANT.eq(tenant), WEB_SESSION.EXPIRES_AT.lt(currentInstant()))
                .execute();
    }

    /** Valid or not; empty where there is none. */
    public Optional<WebSession> find(SessionToken token) {
        return reads.run(
                token.tenant(),
                db -> db.select(API_KEY.fields())
                        .select(MEMBER.fields())
                        .select(WEB_SESSION.EXPIRES_AT)
                        .from(WEB_SESSION)
                        .leftJoin(API_KEY)
                        .on(API_KEY.PREFIX.eq(WEB_SESSION.PREFIX))
                        .leftJoin(MEMBER_SUBJECT)
                        .on(
                                MEMBER_SUBJECT.ISSUER.eq(WEB_SESSION.ISSUER),
                                MEMBER_SUBJECT.SUBJECT.eq(WEB_SESSION.SUBJECT))
                        .join(MEMBER)
                        .on(MEMBER.MEMBER_ID.eq(coalesce(API_KEY.MEMBER_ID, MEMBER_SUBJECT.MEMBER_ID)))
                        .where(WEB_SESSION.SHA256.eq(token.digest()), WEB_SESSION.TENANT.eq(token.tenant()))
                        .fetchOptional(row -> new WebSession(
                                SelectMembers.member(row.into(MEMBER)),
                                row.get(API_KEY.PREFIX) == null ? Optional.empty() : Optional.of(SelectKeys.key(row)),
                                row.get(WEB_SESSION.EXPIRES_AT))));
    }

    /** Whether there was one. */
    public boolean close(SessionToken token) {
        return writes.run(
                        token.tenant(),
                        db -> db.deleteFrom(WEB_SESSION)
                                .where(WEB_SESSION.SHA256.eq(token.digest()), WEB_SESSION.TENANT.eq(token.tenant()))
                                .execute())
                > 0;
    }
}
