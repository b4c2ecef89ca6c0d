package io.joulestream.app;

import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Permission;
import io.joulestream.storage.Database;
import io.joulestream.storage.Member;
import io.joulestream.storage.MemberKey;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Keys of members: what the API asks for where joulestream.api.keys is required.",
            "A key is shown once, when it is made; the database holds its SHA-256. Each change is written down in the tenant's audit."
        })
final class KeyCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command: create, list, revoke or rotate");
    }

    @Command(name = "create", mixinStandardHelpOptions = true, description = "Makes a key of a member, and shows it.")
    int create(
            @Mixin SharedOptions shared,
            @Mixin DatabaseOptions options,
            @Parameters(paramLabel = "MEMBER", description = "As `user list` prints it.") String member,
            @Option(
                            names = "--days",
                            paramLabel = "N",
                            defaultValue = "365",
                            description = "Valid for so many days. Default: ${DEFAULT-VALUE}.")
                    int days,
            @Option(
                            names = "--only",
                            paramLabel = "PERMISSION",
                            split = ",",
                            description = "Only these of what the member's role may: ${COMPLETION-CANDIDATES}.")
                    List<Permission> only) {
        AppConfig config = shared.config();
        ApiKey key = Identities.newKey(config.tenant());
        Set<Permission> permissions = only == null ? Set.of() : EnumSet.copyOf(only);
        Instant expiresAt = inDays(days);
        try (Database database = Database.open(options.address(config))) {
            refuseMore(database.identity().members(config.tenant()), member, permissions);
            String detail = "of member " + member + ", until " + expiresAt
                    + (permissions.isEmpty() ? "" : ", only " + permissions);
            boolean made = database.identity()
                    .createKey(
                            key,
                            member,
                            permissions,
                            expiresAt,
                            Identities.byCommand("key.create", key.prefix(), detail));
            if (!made) {
                throw new UserError("tenant " + config.tenant() + " has no member " + member
                        + " who is not disabled; see: joulestream user list");
            }
        }
        Identities.show(key, "A key of " + member, expiresAt, out());
        return 0;
    }

    /** A key for something its member may not do would open nothing, and nobody would know why. */
    private static void refuseMore(List<Member> members, String name, Set<Permission> only) {
        members.stream().filter(member -> member.name().equals(name)).forEach(member -> {
            Set<Permission> more = member.role().lacking(only);
            if (!more.isEmpty()) {
                throw new UserError(name + " is " + member.role().word() + " and may not " + more);
            }
        });
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists all keys there ever were, without their secrets.")
    int list(
            @Mixin SharedOptions shared,
            @Mixin DatabaseOptions options,
            @Option(names = "--json", description = "One JSON object on one line.") boolean json) {
        AppConfig config = shared.config();
        List<MemberKey> keys;
        try (Database database = Database.open(options.address(config))) {
            keys = database.identity().keys(config.tenant());
        }
        Instant now = Clock.systemUTC().instant();
        if (json) {
            out().println(Json.line(
                    Map.of("keys", keys.stream().map(key -> body(key, now)).toList())));
            return 0;
        }
        for (MemberKey key : keys) {
            out().println(String.format(
                    Locale.ROOT,
                    "%-8s  %-7s  until %s  last used %-20s  %s%s",
                    key.prefix(),
                    state(key, now),
                    key.expiresAt(),
                    key.lastUsedAt().map(Instant::toString).orElse("never"),
                    key.member().name(),
                    key.permissions().equals(key.member().role().permissions()) ? "" : ", only " + names(key)));
        }
        if (keys.isEmpty()) {
            out().println("no keys");
        }
        return 0;
    }

    private static String state(MemberKey key, Instant now) {
        return key.revokedAt().isPresent() ? "revoked" : key.isValidAt(now) ? "valid" : "ended";
    }

    private static List<String> names(MemberKey key) {
        return key.permissions().stream().sorted().map(Permission::name).toList();
    }

    private static Map<String, Object> body(MemberKey key, Instant now) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("prefix", key.prefix());
        body.put("member", key.member().name());
        body.put("state", state(key, now));
        body.put("permissions", names(key));
        body.put("created_at", key.createdAt().toString());
        body.put("expires_at", key.expiresAt().toString());
        body.put("last_used_at", key.lastUsedAt().map(Instant::toString).orElse(null));
        body.put("revoked_at", key.revokedAt().map(Instant::toString).orElse(null));
        body.put("replaces", key.replaces().orElse(null));
        return body;
    }

    @Command(name = "revoke", mixinStandardHelpOptions = true, description = "Ends a key now, for good.")
    int revoke(
            @Mixin SharedOptions shared,
            @Mixin DatabaseOptions options,
            @Parameters(paramLabel = "PREFIX", description = "As `key list` prints it.") String prefix) {
        AppConfig config = shared.config();
        try (Database database = Database.open(options.address(config))) {
            if (!database.identity()
                    .revokeKey(config.tenant(), prefix, Identities.byCommand("key.revoke", prefix, ""))) {
                throw new UserError("no key " + prefix + " that is not revoked; see: joulestream key list");
            }
        }
        out().println(prefix + " opens nothing from now on");
        return 0;
    }

    @Command(
            name = "rotate",
            mixinStandardHelpOptions = true,
            description = "Makes a key in the place of another, for the same member, and shows it.")
    int rotate(
            @Mixin SharedOptions shared,
            @Mixin DatabaseOptions options,
            @Parameters(paramLabel = "PREFIX", description = "As `key list` prints it.") String prefix,
            @Option(
                            names = "--days",
                            paramLabel = "N",
                            defaultValue = "365",
                            description = "Valid for so many days. Default: ${DEFAULT-VALUE}.")
                    int days,
            @Option(
                            names = "--overlap-days",
                            paramLabel = "N",
                            defaultValue = "7",
                            description = "The old one stays valid for so many days. Default: ${DEFAULT-VALUE}.")
                    int overlapDays) {
        if (overlapDays < 0 || overlapDays > days) {
            throw new UserError("--overlap-days must be 0 to --days, was " + overlapDays);
        }
        AppConfig config = shared.config();
        ApiKey key = Identities.newKey(config.tenant());
        Instant expiresAt = inDays(days);
        try (Database database = Database.open(options.address(config))) {
            boolean made = database.identity()
                    .rotateKey(
                            prefix,
                            key,
                            expiresAt,
                            Duration.ofDays(overlapDays),
                            Identities.byCommand("key.rotate", prefix, "by " + key.prefix() + ", until " + expiresAt));
            if (!made) {
                throw new UserError("no valid key " + prefix + "; see: joulestream key list");
            }
        }
        Identities.show(
                key,
                "In the place of " + prefix + ", which ends in " + overlapDays + " days at the latest",
                expiresAt,
                out());
        return 0;
    }

    private static Instant inDays(int days) {
        if (days < 1 || days > 3_650) {
            throw new UserError("--days must be 1 to 3650, was " + days);
        }
        return Clock.systemUTC().instant().plus(Duration.ofDays(days)).truncatedTo(ChronoUnit.SECONDS);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
