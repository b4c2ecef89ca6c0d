package io.joulestream.api;

import io.joulestream.core.access.Permission;
import io.joulestream.storage.MemberKey;
import java.time.Instant;
import java.util.List;

/** All keys of a tenant that there ever were, by member and then by age. */
record KeysBody(List<Line> keys) {
    /**
     * One key, without its secret.
     *
     * @param lastUsedAt to the minute; null where it never was
     * @param replaces the prefix of the key it was made in the place of; null for none
     */
    record Line(
            String prefix,
            String member,
            List<Permission> permissions,
            Instant createdAt,
            Instant expiresAt,
            Instant lastUsedAt,
            Instant revokedAt,
            String replaces) {
        static Line of(MemberKey key) {
            return new Line(
                    key.prefix(),
                    key.member().name(),
                    key.permissions().stream().sorted().toList(),
                    key.createdAt(),
                    key.expiresAt(),
                    key.lastUsedAt().orElse(null),
                    key.revokedAt().orElse(null),
                    key.replaces().orElse(null));
        }
    }

    /**
     * A key that was made.
     *
     * @param key the whole text, told once; null in an answer to the same request sent again
     */
    record Made(String key, Line made) {}

    static KeysBody of(List<MemberKey> keys) {
        return new KeysBody(keys.stream().map(Line::of).toList());
    }
}
