package io.joulestream.storage;

import io.joulestream.core.access.Permission;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A key of a member, without its secret.
 *
 * @param permissions what it may be used for: all that its member may, or less
 * @param lastUsedAt to the minute
 * @param replaces the prefix of the key it was made to take the place of
 */
public record MemberKey(
        String prefix,
        Member member,
        Set<Permission> permissions,
        Instant createdAt,
        Instant expiresAt,
        Optional<Instant> lastUsedAt,
        Optional<Instant> revokedAt,
        Optional<String> replaces) {
    public MemberKey {
        permissions = Set.copyOf(permissions);
    }

    /** Whether it opens anything at an instant. */
    public boolean isValidAt(Instant now) {
        return now.isBefore(expiresAt)
                && revokedAt.isEmpty()
                && member.disabledAt().isEmpty();
    }
}
