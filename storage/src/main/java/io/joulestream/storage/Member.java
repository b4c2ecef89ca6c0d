package io.joulestream.storage;

import static java.util.Objects.requireNonNull;

import io.joulestream.core.access.Role;
import java.time.Instant;
import java.util.Optional;

/**
 * A person or a program of a tenant.
 *
 * @param name unique in the tenant, and what {@link #NAME} allows: no colon and nothing that does not show, so that in an
 *     audit or a list it is taken for nothing else
 * @param disabledAt since when nothing is done for it any more; what it did before stays its own
 */
public record Member(
        int id, String tenant, String name, Kind kind, Role role, Instant createdAt, Optional<Instant> disabledAt) {
    public static final String NAME = "[\\p{L}\\p{N}][\\p{L}\\p{N} ._@+'-]{0,99}";

    /** Only people count as one where two must agree. The names are stored: never rename. */
    public enum Kind {
        PERSON,
        SERVICE
    }

    public Member {
        requireNonNull(kind, "kind");
        requireNonNull(role, "role");
        requireNonNull(createdAt, "createdAt");
        requireNonNull(disabledAt, "disabledAt");
    }
}
