package io.joulestream.core.access;

import static io.joulestream.core.access.Permission.APPROVE_SEAL;
import static io.joulestream.core.access.Permission.INGEST;
import static io.joulestream.core.access.Permission.PROPOSE_SEAL;
import static io.joulestream.core.access.Permission.READ;
import static io.joulestream.core.access.Permission.READ_AUDIT;
import static io.joulestream.core.access.Permission.READ_DEAD_LETTERS;
import static io.joulestream.core.access.Permission.READ_EVIDENCE;
import static io.joulestream.core.access.Permission.READ_MEMBERS;
import static io.joulestream.core.access.Permission.READ_WEBHOOKS;
import static io.joulestream.core.access.Permission.REPLAY_DEAD_LETTERS;
import static io.joulestream.core.access.Permission.WRITE_ALERTS;
import static io.joulestream.core.access.Permission.WRITE_FACTORS;
import static io.joulestream.core.access.Permission.WRITE_INVENTORY;
import static io.joulestream.core.access.Permission.WRITE_MEMBERS;
import static io.joulestream.core.access.Permission.WRITE_TENANTS;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a member of a tenant is there for. The names are stored and part of the contract: never rename, only add.
 *
 * <p>Nobody both administers keys and approves a seal: whoever may make a key for somebody could approve in that one's name.
 */
public enum Role {
    VIEWER(READ),
    OPERATOR(READ, READ_DEAD_LETTERS, READ_WEBHOOKS, WRITE_INVENTORY, WRITE_ALERTS, REPLAY_DEAD_LETTERS),
    FINANCE(READ, WRITE_FACTORS, PROPOSE_SEAL, APPROVE_SEAL),
    AUDITOR(READ, READ_DEAD_LETTERS, READ_EVIDENCE, READ_AUDIT, READ_MEMBERS, READ_WEBHOOKS),
    ADMIN(READ, READ_AUDIT, READ_MEMBERS, READ_WEBHOOKS, WRITE_MEMBERS, WRITE_TENANTS, PROPOSE_SEAL),
    SITE_AGENT(INGEST);

    private final Set<Permission> permissions;

    Role(Permission first, Permission... others) {
        permissions = Set.copyOf(EnumSet.of(first, others));
    }

    public Set<Permission> permissions() {
        return permissions;
    }

    public boolean may(Permission permission) {
        return permissions.contains(permission);
    }

    /** What of some permissions it has not. */
    public Set<Permission> lacking(Set<Permission> asked) {
        Set<Permission> lacking = EnumSet.noneOf(Permission.class);
        lacking.addAll(asked);
        lacking.removeAll(permissions);
        return lacking;
    }

    /** As people write it, such as {@code site-agent}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** By its {@link #word}; empty for any other text. */
    public static Optional<Role> of(String word) {
        for (Role role : values()) {
            if (role.word().equals(word)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
