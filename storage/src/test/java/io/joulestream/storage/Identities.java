package io.joulestream.storage;

import static io.joulestream.storage.Rows.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Role;
import io.joulestream.core.access.SessionToken;
import java.security.SecureRandom;
import java.util.Optional;

/** A row in every table of identities. */
final class Identities {
    private Identities() {}

    static void fill(Database database, String tenant) {
        SecureRandom random = new SecureRandom();
        ApiKey key = ApiKey.random(tenant, random);
        AuditEntry first = new AuditEntry("cli:test", "key.create", "first", "");
        assertThat(database.identity().createFirstKey(key, "admin", NOON.plusSeconds(1), first))
                .isTrue();
        Once once = new Once("admin", "a-key", "00".repeat(32));
        AuditEntry second = new AuditEntry("admin", "user.create", "mia", "", Optional.of(once));
        assertThat(database.identity().createMember(tenant, "mia", Member.Kind.PERSON, Role.VIEWER, second))
                .isTrue();
        AuditEntry third = new AuditEntry("cli:test", "user.link", "mia", "");
        OidcSubject mia = new OidcSubject("https://login.example", "mia of " + tenant);
        assertThat(database.identity().link(tenant, "mia", mia, third)).isTrue();
        assertThat(database.sessions().open(SessionToken.random(tenant, random), key, NOON.plusSeconds(1)))
                .isTrue();
    }
}
