package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Permission;
import io.joulestream.core.access.Role;
import io.joulestream.storage.AuditedAct;
import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.storage.MemberKey;
import io.joulestream.storage.testing.LedgerServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The commands on a real database, as an administrator types them. */
class IdentityCommandsIT {
    private static DatabaseAddress address;
    private static Database database;

    private record Ended(int exit, String out) {
        List<String> lines() {
            return out.lines().toList();
        }

        ApiKey key() {
            return lines().stream()
                    .flatMap(line -> ApiKey.parse(line).stream())
                    .findFirst()
                    .orElseThrow();
        }
    }

    @BeforeAll
    static void open() {
        address = LedgerServer.newEmbeddedDatabase();
        database = Database.open(address);
    }

    @AfterAll
    static void close() {
        database.close();
    }

    private static Ended run(String tenant, String... command) {
        List<String> arguments = new ArrayList<>(Arrays.asList(command));
        arguments.addAll(List.of("--tenant", tenant, "--url", address.jdbcUrl(), "--user", address.user()));
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out, true);
        return new Ended(Joulestream.run(writer, writer, arguments.toArray(new String[0])), out.toString());
    }

    @Test
    void aTenantItsMembersAndTheirKeysFromTheFirstToTheLast() {
        Ended tenant = run("acme", "tenant", "create", "acme");
        assertThat(tenant.exit()).as(tenant.out()).isZero();
        assertThat(tenant.lines().get(0)).startsWith("The key of admin, an administrator of tenant acme, until 20");
        assertThat(find(tenant.key()).member().role()).isEqualTo(Role.ADMIN);
        assertThat(run("acme", "tenant", "list").lines()).contains("acme");
        assertThat(run("acme", "tenant", "create", "acme"))
                .isEqualTo(new Ended(
                        1,
                        "joulestream: there is a tenant acme already, with members; a key of one: joulestream key create"
                                + " --tenant acme\n"));

        assertThat(run("acme", "user", "create", "mia", "--role", "operator").out())
                .isEqualTo("mia is operator of tenant acme\n");
        assertThat(run("acme", "user", "create", "robot", "--role", "site-agent", "--service")
                        .exit())
                .isZero();
        assertThat(run("acme", "user", "list").lines())
                .containsExactly(
                        "admin       person   admin", "operator    person   mia", "site-agent  service  robot");

        Ended made = run("acme", "key", "create", "mia", "--days", "30", "--only", "READ,READ_DEAD_LETTERS");
        assertThat(made.exit()).as(made.out()).isZero();
        ApiKey key = made.key();
        assertThat(find(key).permissions()).containsExactlyInAnyOrder(Permission.READ, Permission.READ_DEAD_LETTERS);
        Ended rotated = run("acme", "key", "rotate", key.prefix(), "--overlap-days", "0");
        assertThat(rotated.lines().get(0))
                .startsWith("In the place of " + key.prefix() + ", which ends in 0 days at the latest");
        assertThat(find(rotated.key()).permissions()).isEqualTo(find(key).permissions());
        assertThat(run("acme", "key", "revoke", rotated.key().prefix()).exit()).isZero();
        assertThat(run("acme", "key", "list").lines())
                .hasSize(3)
                .anyMatch(
                        line -> line.startsWith(key.prefix() + "  ended ") && line.endsWith("READ, READ_DEAD_LETTERS]"))
                .anyMatch(line -> line.startsWith(rotated.key().prefix() + "  revoked"));
        assertThat(run("acme", "key", "list", "--json").out())
                .contains("\"prefix\":\"" + key.prefix() + "\"")
                .doesNotContain(key.secret());

        assertThat(run("acme", "user", "disable", "mia").exit()).isZero();
        assertThat(database.audit().firstBroken("acme")).isEmpty();
        assertThat(database.audit().before("acme", Long.MAX_VALUE, 99))
                .extracting(AuditedAct::body)
                .hasSize(7)
                .allSatisfy(body -> assertThat(body)
                        .contains("\"actor\": \"cli:" + System.getProperty("user.name"))
                        .doesNotContain(key.secret()));
    }

    @Test
    void whatCannotBeDoneIsToldInOneLine() {
        run("plain", "tenant", "create", "plain");

        assertThat(run("plain", "user", "create", "x", "--role", "boss").out())
                .isEqualTo(
                        "joulestream: no role boss; there are viewer, operator, finance, auditor, admin, site-agent\n");
        assertThat(run("nobody", "user", "create", "x", "--role", "viewer").out())
                .startsWith("joulestream: there is no tenant nobody");
        assertThat(run("plain", "key", "create", "nobody").out())
                .startsWith("joulestream: tenant plain has no member nobody");
        assertThat(run("plain", "user", "create", "a:b", "--role", "viewer").out())
                .startsWith("joulestream: a member's name is made of letters");
        run("plain", "user", "create", "vic", "--role", "viewer");
        assertThat(run("plain", "key", "create", "vic", "--only", "READ,APPROVE_SEAL")
                        .out())
                .isEqualTo("joulestream: vic is viewer and may not [APPROVE_SEAL]\n");
        assertThat(run("plain", "key", "create", "admin", "--days", "0").out())
                .isEqualTo("joulestream: --days must be 1 to 3650, was 0\n");
        assertThat(run("plain", "key", "revoke", "abcdefgh").out()).startsWith("joulestream: no key abcdefgh");
        assertThat(run("plain", "key", "rotate", "abcdefgh").out()).startsWith("joulestream: no valid key abcdefgh");
        assertThat(run("plain", "tenant", "create", "A B").out())
                .startsWith("joulestream: tenant A B cannot have keys");
        assertThat(run("plain", "user", "disable", "x").out()).startsWith("joulestream: no member x");
    }

    private static MemberKey find(ApiKey key) {
        return database.identity().find(key).orElseThrow();
    }
}
