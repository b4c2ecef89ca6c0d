package io.joulestream.app;

import io.joulestream.api.ApiConfig;
import io.joulestream.core.access.ApiKey;
import io.joulestream.storage.AuditEntry;
import io.joulestream.storage.Database;
import io.joulestream.storage.IdentityStore;
import io.joulestream.storage.StorageException;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

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
        return new AuditEntry("cli:" + System.getProperty("user.name"), action, subject, detail);
    }

    /** For a service that has just started: what its administrator has to know, and does not keep it from running. */
    static void tellOfKeys(AppConfig config, Database database, PrintWriter out) {
        if (!config.api().keysRequired()) {
            if (!ApiConfig.isLoopback(config.api().host())) {
                out.println("whoever reaches " + config.api().host() + " may read: joulestream.api.keys is none");
            }
            return;
        }
        if (config.apiDatabase().equals(Optional.of(database.address()))) {
            return; // a login that only reads makes no key: joulestream tenant create, joulestream key create
        }
        try {
            showFirstKey(database.identity(), config.tenant(), out);
        } catch (StorageException e) {
            out.println("whether tenant " + config.tenant() + " has keys is not known: " + e.getMessage()
                    + "; make one with: joulestream tenant create " + config.tenant());
        }
    }

    /** Makes the tenant's first key and shows it. Returns false where it was made before, or there are members. */
    static boolean showFirstKey(IdentityStore identity, String tenant, PrintWriter out) {
        ApiKey key = newKey(tenant);
        Instant expiresAt = Clock.systemUTC().instant().plus(VALID_FOR).truncatedTo(ChronoUnit.SECONDS);
        AuditEntry act = byCommand("key.create", key.prefix(), "the first key, of member " + FIRST_MEMBER);
        boolean made = identity.createFirstKey(key, FIRST_MEMBER, expiresAt, act);
        if (made) {
            show(key, "The key of " + FIRST_MEMBER + ", an administrator of tenant " + tenant, expiresAt, out);
        }
        return made;
    }

    /** The one time that a key is shown. */
    static void show(ApiKey key, String whose, Instant expiresAt, PrintWriter out) {
        out.println(whose + ", until " + expiresAt + ". It is shown once; keep it:");
        out.println(key.text());
    }
}
