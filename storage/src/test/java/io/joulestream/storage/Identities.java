package io.joulestream.storage;

import static io.joulestream.storage.Rows.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.access.ApiKey;
import java.security.SecureRandom;

/** A row in every table of identities. */
final class Identities {
    private Identities() {}

    static void fill(IdentityStore identity, String tenant) {
        AuditEntry act = new AuditEntry("cli:test", "key.create", "first", "");
        ApiKey key = ApiKey.random(tenant, new SecureRandom());
        assertThat(identity.createFirstKey(key, "admin", NOON.plusSeconds(1), act))
                .isTrue();
    }
}
