package io.joulestream.api;

import io.joulestream.core.access.Role;
import io.joulestream.storage.IdentityStore;
import io.joulestream.storage.Member;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The members of a tenant. */
final class MembersResource {
    private static final Set<String> FIELDS = Set.of("name", "kind", "role");

    private final IdentityStore identity;
    private final Administration administration;
    private final String tenant;

    MembersResource(IdentityStore identity, String tenant) {
        this.identity = identity;
        this.administration = new Administration(identity, tenant);
        this.tenant = tenant;
    }

    Answer list(Request request) {
        request.parameters().check();
        return Answer.json(MembersBody.of(identity.members(tenant)));
    }

    Answer create(Request request) {
        request.parameters().check();
        Parameters fields = request.fields(FIELDS, Set.of());
        Optional<String> name = fields.required("name");
        name.filter(given -> !given.matches(Member.NAME))
                .ifPresent(given -> fields.refuse(
                        "name",
                        "must be letters, digits, spaces and ._@+'-, at most 100, was " + Parameters.quoted(given)));
        Optional<Role> role = fields.required("role").flatMap(word -> {
            Optional<Role> known = Role.of(word);
            return known.isPresent() ? known : fields.refuse("role", "must be one of " + roles());
        });
        Optional<Member.Kind> kind = fields.text("kind").flatMap(word -> kind(fields, word));
        fields.check();
        String member = name.orElseThrow();
        return administration.make(
                request,
                "user.create",
                () -> member,
                "role " + role.orElseThrow().word(),
                act -> identity.createMember(tenant, member, kind.orElse(Member.Kind.PERSON), role.orElseThrow(), act),
                () -> ProblemException.conflict("there is a member " + Parameters.quoted(member)),
                made -> MembersBody.Line.of(require(made)));
    }

    private static Optional<Member.Kind> kind(Parameters fields, String word) {
        return switch (word) {
            case "person" -> Optional.of(Member.Kind.PERSON);
            case "service" -> Optional.of(Member.Kind.SERVICE);
            default -> fields.refuse("kind", "must be person or service");
        };
    }

    private static String roles() {
        return Arrays.stream(Role.values()).map(Role::word).collect(Collectors.joining(", "));
    }

    /** All keys of the member end with it. Nobody ends oneself, so that an administrator is left. */
    Answer disable(Request request) {
        request.parameters().check();
        String name = request.path("member");
        if (name.equals(request.caller().name())) {
            throw ProblemException.conflict("nobody disables oneself; another administrator has to");
        }
        Member member = find(name).orElseThrow(() -> unknown(name));
        if (member.disabledAt().isEmpty()) {
            identity.disableMember(tenant, name, Administration.act(request, "user.disable", name, ""));
        }
        return Answer.done();
    }

    private Member require(String name) {
        return find(name).orElseThrow(() -> unknown(name));
    }

    private Optional<Member> find(String name) {
        return identity.members(tenant).stream()
                .filter(member -> member.name().equals(name))
                .findFirst();
    }

    private static ProblemException unknown(String name) {
        return ProblemException.notFound("there is no member " + Parameters.quoted(name));
    }
}
