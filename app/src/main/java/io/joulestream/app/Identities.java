package io.joulestream.app;

import io.joulestream.core.access.ApiKey;
import io.joulestream.storage.AuditEntry;
import io.joulestream.storage.IdentityStore;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What commands that look after members and keys share. */
final class Identities {
    static final Duration VALID_FOR = Duration.ofDays(365);

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String FIRST_MEMBER = "admin";

    private Identities() {}

    /** A new key; nothing stores it yet. */
    static ApiKey newKey(String tenant) {
        try {
            return ApiKey.random(tenant, RANDOM);
        } catch (IllegalArgumentException e) {
            throw new UserError(
                    "tenant " + tenant + " cannot have keys: its name must be of a to z, 0 to 9 and -, at most 40", e);
        }
    }

    /** Done by whoever is logged in on this machine; that is no member. */
    static AuditEntry byCommand(String action, String subject, String detail) {
        return new AuditEntry(
                Clock.systemUTC().instant(), "cli:" + System.getProperty("user.name"), action, subject, detail);
    }

    /** Makes the tenant's first key and shows it, unless that was done before. */
    static void showFirstKey(IdentityStore identity, String tenant, PrintWriter out) {
        ApiKey key = newKey(tenant);
        Instant expiresAt = Clock.systemUTC().instant().plus(VALID_FOR).truncatedTo(ChronoUnit.SECONDS);
        AuditEntry act = byCommand("key.create", key.prefix(), "the first key, of member " + FIRST_MEMBER);
        if (identity.createFirstKey(key, FIRST_MEMBER, expiresAt, act)) {
            show(key, "The key of " + FIRST_MEMBER + ", an administrator of tenant " + tenant, expiresAt, out);
        }
    }

    /** The one time that a key is shown. */
    static void show(ApiKey key, String whose, Instant expiresAt, PrintWriter out) {
        out.println(whose + ", until " + expiresAt + ". It is shown once; keep it:");
        out.println(key.text());
    }
}
