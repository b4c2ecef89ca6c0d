package io.joulestream.api;

import io.joulestream.core.access.Permission;
import io.joulestream.storage.Member;
import io.joulestream.storage.MemberKey;
import io.joulestream.storage.WebSession;
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
        return of(key.member(), key.permissions());
    }

    static Caller of(WebSession session) {
        return of(session.member(), session.permissions());
    }

    /** Who may do all that its role may. */
    static Caller of(Member member) {
        return of(member, member.role().permissions());
    }

    private static Caller of(Member member, Set<Permission> permissions) {
        return new Caller(Optional.of(member.tenant()), Optional.of(member), permissions);
    }

    /** @throws IllegalStateException for one that nobody knows: that one may change nothing */
    String name() {
        return member.map(Member::name).orElseThrow(() -> new IllegalStateException("a member is needed"));
    }
}
