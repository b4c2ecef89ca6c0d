package io.joulestream.api;

import io.joulestream.core.access.Permission;
import io.joulestream.storage.Member;
import io.joulestream.storage.MemberKey;
import java.util.Optional;
import java.util.Set;

/**
 * Who asks, and what that one may do.
 *
 * @param tenant whose ledger is read and whose members are looked after; empty at an address that is open
 * @param member empty for one that nobody knows
 * @param permissions all that may be done, whatever is asked for now
 */
record Caller(Optional<String> tenant, Optional<Member> member, Set<Permission> permissions) {
    /** Somebody at an open address. */
    static final Caller NOBODY = new Caller(Optional.empty(), Optional.empty(), Set.of());

    Caller {
        permissions = Set.copyOf(permissions);
    }

    /** Somebody unknown, who may read where no keys are asked for. */
    static Caller reader(String tenant) {
        return new Caller(Optional.of(tenant), Optional.empty(), Set.of(Permission.READ));
    }

    static Caller of(MemberKey key) {
        return new Caller(Optional.of(key.member().tenant()), Optional.of(key.member()), key.permissions());
    }

    /** @throws IllegalStateException for one that nobody knows: that one may change nothing */
    String name() {
        return member.map(Member::name).orElseThrow(() -> new IllegalStateException("a member is needed"));
    }
}
