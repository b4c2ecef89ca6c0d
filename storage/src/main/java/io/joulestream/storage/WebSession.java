package io.joulestream.storage;

import static java.util.Objects.requireNonNull;

import io.joulestream.core.access.Permission;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What a browser may do.
 *
 * @param key with which it was opened: it does no more than that, and ends with it; empty for one whom an OpenID provider knows
 */
public record WebSession(Member member, Optional<MemberKey> key, Instant expiresAt) {
    public WebSession {
        requireNonNull(member, "member");
        requireNonNull(key, "key");
        requireNonNull(expiresAt, "expiresAt");
    }

    /** Whether it opens anything at an instant. */
    public boolean isValidAt(Instant now) {
        return now.isBefore(expiresAt)
                && member.disabledAt().isEmpty()
                && key.map(opener -> opener.isValidAt(now)).orElse(true);
    }

    public Set<Permission> permissions() {
        return key.map(MemberKey::permissions).orElseGet(() -> member.role().permissions());
    }
}
