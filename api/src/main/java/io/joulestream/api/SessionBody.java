package io.joulestream.api;

import io.joulestream.core.access.Permission;
import io.joulestream.storage.Member;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Who one is to this service.
 *
 * @param member null where no keys are asked for
 * @param role null where no keys are asked for
 * @param expiresAt when the session ends; null where there is none
 */
record SessionBody(String tenant, String member, String role, List<Permission> permissions, Instant expiresAt) {
    static SessionBody of(Caller caller, Optional<Instant> expiresAt) {
        return new SessionBody(
                caller.tenant().orElseThrow(),
                caller.member().map(Member::name).orElse(null),
                caller.member().map(member -> member.role().word()).orElse(null),
                caller.permissions().stream().sorted().toList(),
                expiresAt.orElse(null));
    }
}
