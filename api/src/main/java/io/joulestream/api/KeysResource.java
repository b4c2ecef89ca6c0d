package io.joulestream.api;

import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Permission;
import io.joulestream.storage.IdentityStore;
import io.joulestream.storage.Member;
import io.joulestream.storage.MemberKey;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The keys of a tenant's members. */
final class KeysResource {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration VALID_FOR = Duration.ofDays(365);
    private static final Duration OVERLAP = Duration.ofDays(7);
    private static final Duration LONGEST_OVERLAP = Duration.ofDays(90);

    private final IdentityStore identity;
    private final Administration administration;
    private final Clock clock;
    private final String tenant;

    KeysResource(IdentityStore identity, Clock clock, String tenant) {
        this.identity = identity;
        this.administration = new Administration(identity, tenant);
        this.clock = clock;
        this.tenant = tenant;
    }

    Answer list(Request request) {
        request.parameters().check();
        return Answer.json(KeysBody.of(identity.keys(tenant)));
    }

    Answer create(Request request) {
        request.parameters().check();
        Parameters fields = request.fields(Set.of("member", "expires_at"), Set.of("permissions"));
        Optional<String> named = fields.required("member");
        named.filter(name -> !name.matches(Member.NAME))
                .ifPresent(name -> fields.refuse("member", "is no member's name"));
        String member = named.orElse("");
        Instant expiresAt = expiresAt(fields);
        Set<Permission> permissions = permissions(fields);
        Optional<Member> known = identity.members(tenant).stream()
                .filter(other -> other.name().equals(member))
                .findFirst();
        known.ifPresent(holder -> refuseMore(fields, holder, permissions));
        fields.check();
        known.ifPresent(holder -> refuseEscalation(
                request.caller(), member, permissions.isEmpty() ? holder.role().permissions() : permissions));
        ApiKey key = ApiKey.random(tenant, RANDOM);
        String detail =
                "of member " + member + ", until " + expiresAt + (permissions.isEmpty() ? "" : ", only " + permissions);
        return administration.make(
                request,
                "key.create",
                key::prefix,
                detail,
                act -> identity.createKey(key, member, permissions, expiresAt, act),
                () -> ProblemException.conflict(
                        "there is no member " + Parameters.quoted(member) + " who is not disabled"),
                prefix -> made(key, prefix));
    }

    /** A key in the place of another; for a while both are valid. */
    Answer rotate(Request request) {
        request.parameters().check();
        Parameters fields = request.fields(Set.of("expires_at", "overlap"), Set.of());
        Instant expiresAt = expiresAt(fields);
        Duration overlap =
                fields.text("overlap").flatMap(text -> overlap(fields, text)).orElse(OVERLAP);
        fields.check();
        String old = request.path("prefix");
        MemberKey before = require(old);
        refuseEscalation(request.caller(), before.member().name(), before.permissions());
        ApiKey key = ApiKey.random(tenant, RANDOM);
        return administration.make(
                request,
                "key.rotate",
                key::prefix,
                "in the place of " + old + ", until " + expiresAt,
                act -> identity.rotateKey(old, key, expiresAt, overlap, act),
                () -> ProblemException.conflict("the key " + Parameters.quoted(old) + " is not valid any more"),
                prefix -> made(key, prefix));
    }

    Answer revoke(Request request) {
        request.parameters().check();
        String prefix = request.path("prefix");
        if (require(prefix).revokedAt().isEmpty()) {
            identity.revokeKey(tenant, prefix, Administration.act(request, "key.revoke", prefix, ""));
        }
        return Answer.done();
    }

    /** @param key the one just made; of another, made by the same request before, only the rest is known */
    private KeysBody.Made made(ApiKey key, String prefix) {
        return new KeysBody.Made(prefix.equals(key.prefix()) ? key.text() : null, KeysBody.Line.of(require(prefix)));
    }

    private MemberKey require(String prefix) {
        return identity.keys(tenant).stream()
                .filter(key -> key.prefix().equals(prefix))
                .findFirst()
                .orElseThrow(() -> ProblemException.notFound("there is no key " + Parameters.quoted(prefix)));
    }

    private Instant expiresAt(Parameters fields) {
        Instant now = clock.instant();
        Instant otherwise = now.plus(VALID_FOR).truncatedTo(ChronoUnit.SECONDS);
        Instant end = fields.instant("expires_at").orElse(otherwise);
        if (!end.isAfter(now)) {
            fields.refuse("expires_at", "must lie ahead");
        }
        return end;
    }

    private static Set<Permission> permissions(Parameters fields) {
        Set<Permission> permissions = EnumSet.noneOf(Permission.class);
        for (String name : fields.texts("permissions")) {
            try {
                permissions.add(Permission.valueOf(name));
            } catch (IllegalArgumentException e) {
                fields.refuse("permissions", "must be of " + List.of(Permission.values()));
            }
        }
        return permissions;
    }

    /** A key for something its member may not do would open nothing, and nobody would know why. */
    private static void refuseMore(Parameters fields, Member member, Set<Permission> asked) {
        Set<Permission> more = member.role().lacking(asked);
        if (!more.isEmpty()) {
            fields.refuse(
                    "permissions",
                    "go beyond what a member of role " + member.role().word() + " may: " + more);
        }
    }

    /**
     * Whoever holds another's key that approves could approve, in that one's name, what he proposed in his own; and a key that is
     * kept to less must not make one that is not.
     */
    private static void refuseEscalation(Caller caller, String member, Set<Permission> permissions) {
        if (permissions.contains(Permission.APPROVE_SEAL)) {
            throw ProblemException.conflict(
                    "a key that may approve seals is made on the machine only: joulestream key");
        }
        if (member.equals(caller.name()) && !caller.permissions().containsAll(permissions)) {
            throw ProblemException.conflict("a key makes none for its own member that may do more than itself");
        }
    }

    private static Optional<Duration> overlap(Parameters fields, String text) {
        try {
            Duration overlap = Duration.parse(text);
            if (!overlap.isNegative() && overlap.compareTo(LONGEST_OVERLAP) <= 0) {
                return Optional.of(overlap);
            }
        } catch (DateTimeException e) {
            // told below
        }
        return fields.refuse(
                "overlap", "must be a duration of at most P90D such as P7D, was " + Parameters.quoted(text));
    }
}
