package io.joulestream.app;

import io.joulestream.core.access.Role;
import io.joulestream.storage.Database;
import io.joulestream.storage.Member;
import io.joulestream.storage.OidcSubject;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "user",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Members of the tenant: people and programs, each with one role.")
final class UserCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Missing command: create, list, link, unlink or disable");
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Adds a member. A key for it: joulestream key create.")
    int create(
            @Mixin SharedOptions shared,
            @Mixin DatabaseOptions options,
            @Parameters(paramLabel = "NAME", description = "1 to 100 characters.") String name,
            @Option(
                            names = "--role",
                            paramLabel = "ROLE",
                            required = true,
                            description = "viewer, operator, finance, auditor, admin or site-agent.")
                    String role,
            @Option(names = "--service", description = "A program, not a person.") boolean service) {
        Role known = Role.of(role)
                .orElseThrow(() -> new UserError("no role " + role + "; there are "
                        + Arrays.stream(Role.values()).map(Role::word).collect(Collectors.joining(", "))));
        if (!name.matches(Member.NAME)) {
            throw new UserError("a member's name is made of letters, digits, spaces and ._@+'-, at most 100");
        }
        AppConfig config = shared.config();
        Member.Kind kind = service ? Member.Kind.SERVICE : Member.Kind.PERSON;
        try (Database database = Database.open(options.address(config))) {
            boolean made = database.identity()
                    .createMember(
                            config.tenant(),
                            name,
                            kind,
                            known,
                            Identities.byCommand("user.create", name, kind + ", " + known));
            if (!made) {
                throw new UserError("there is no tenant " + config.tenant() + ", or it has a member " + name
                        + " already; see: joulestream tenant list, joulestream user list");
            }
        }
        out().println(name + " is " + known.word() + " of tenant " + config.tenant());
        return 0;
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the members, in order of name.")
    int list(
            @Mixin SharedOptions shared,
            @Mixin DatabaseOptions options,
            @Option(names = "--json", description = "One JSON object on one line.") boolean json) {
        AppConfig config = shared.config();
        List<Member> members;
        Map<String, OidcSubject> subjects;
        try (Database database = Database.open(options.address(config))) {
            members = database.identity().members(config.tenant());
            subjects = database.identity().subjects(config.tenant());
        }
        if (json) {
            out().println(Json.line(Map.of(
                    "users",
                    members.stream()
                            .map(member -> body(member, Optional.ofNullable(subjects.get(member.name()))))
                            .toList())));
            return 0;
        }
        for (Member member : members) {
            out().println(String.format(
                    Locale.ROOT,
                    "%-10s  %-7s  %s%s%s",
                    member.role().word(),
                    member.kind().name().toLowerCase(Locale.ROOT),
                    member.name(),
                    Optional.ofNullable(subjects.get(member.name()))
                            .map(known -> ", subject " + known.subject() + " of " + known.issuer())
                            .orElse(""),
                    member.disabledAt().map(at -> ", disabled " + at).orElse("")));
        }
        if (members.isEmpty()) {
            out().println("no members");
        }
        return 0;
    }

    private static Map<String, Object> body(Member member, Optional<OidcSubject> known) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", member.name());
        body.put("kind", member.kind().name());
        body.put("role", member.role().word());
        body.put("created_at", member.createdAt().toString());
        body.put("issuer", known.map(OidcSubject::issuer).orElse(null));
        body.put("subject", known.map(OidcSubject::subject).orElse(null));
        body.put("disabled_at", member.disabledAt().map(Instant::toString).orElse(null));
        return body;
    }

    @Command(
            name = "link",
            mixinStandardHelpOptions = true,
            description = "Whoever is SUBJECT to the provider of joulestream.api.oidc is the member from now on.")
    int link(
            @Mixin SharedOptions shared,
            @Mixin DatabaseOptions options,
            @Parameters(paramLabel = "NAME", description = "As `user list` prints it.") String name,
            @Parameters(paramLabel = "SUBJECT", description = "The claim sub of the provider's tokens.")
                    String subject) {
        AppConfig config = shared.config();
        OidcSettings oidc =
                config.api().oidc().orElseThrow(() -> new UserError("joulestream.api.oidc.issuer says no provider"));
        if (!subject.matches(OidcSubject.SUBJECT)) {
            throw new UserError("a subject is 1 to 255 ASCII characters");
        }
        OidcSubject known = new OidcSubject(oidc.issuer(), subject);
        try (Database database = Database.open(options.address(config))) {
            String detail = "subject " + subject + " of " + oidc.issuer();
            if (!database.identity()
                    .link(config.tenant(), name, known, Identities.byCommand("user.link", name, detail))) {
                throw new UserError("no member " + name + " who is not disabled and not linked, or the subject is "
                        + "somebody's already; see: joulestream user list");
            }
        }
        out().println(name + " is whoever is " + subject + " to " + oidc.issuer());
        return 0;
    }

    @Command(
            name = "unlink",
            mixinStandardHelpOptions = true,
            description = "A provider's word opens nothing for a member any more, and its sessions by it end.")
    int unlink(
            @Mixin SharedOptions shared,
            @Mixin DatabaseOptions options,
            @Parameters(paramLabel = "NAME", description = "As `user list` prints it.") String name) {
        AppConfig config = shared.config();
        try (Database database = Database.open(options.address(config))) {
            if (!database.identity().unlink(config.tenant(), name, Identities.byCommand("user.unlink", name, ""))) {
                throw new UserError("no member " + name + " who is linked; see: joulestream user list");
            }
        }
        out().println(name + " is linked to nobody");
        return 0;
    }

    @Command(
            name = "disable",
            mixinStandardHelpOptions = true,
            description = "Ends all keys of a member, for good. What it did stays its own.")
    int disable(
            @Mixin SharedOptions shared,
            @Mixin DatabaseOptions options,
            @Parameters(paramLabel = "NAME", description = "As `user list` prints it.") String name) {
        AppConfig config = shared.config();
        try (Database database = Database.open(options.address(config))) {
            if (!database.identity()
                    .disableMember(config.tenant(), name, Identities.byCommand("user.disable", name, ""))) {
                throw new UserError("no member " + name + " who is not disabled; see: joulestream user list");
            }
        }
        out().println(name + " is disabled; its keys open nothing from now on");
        return 0;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
