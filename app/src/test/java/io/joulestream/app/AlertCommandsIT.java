package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.alert.AlertRule;
import io.joulestream.storage.AuditedAct;
import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.storage.Webhook;
import io.joulestream.storage.testing.LedgerServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlertCommandsIT {
    private static final String TENANT = "default";

    @TempDir
    private static Path folder;

    private static DatabaseAddress address;
    private static Database database;
    private static Path settings;

    @BeforeAll
    static void open() throws IOException {
        address = LedgerServer.newEmbeddedDatabase();
        database = Database.open(address);
        database.sites().put(TENANT, "fra1", Instant.parse("2026-01-01T00:00:00Z"), "site: fra1");
        settings = Files.writeString(
                folder.resolve("own.conf"),
                "joulestream.outbound { hosts = \"hook.example, other.example\", internal-hosts = \"10.0.0.7\" }");
    }

    @AfterAll
    static void close() {
        database.close();
    }

    private static String run(int expected, String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(
                List.of("--config", settings.toString(), "--url", address.jdbcUrl(), "--user", address.user()));
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out, true);
        int exit = Joulestream.run(writer, writer, arguments.toArray(new String[0]));
        assertThat(exit).as(out.toString()).isEqualTo(expected);
        return out.toString();
    }

    @Test
    void aRuleIsSetListedAndDisabled() {
        String set = run(
                0, "alert", "rule", "set", "pue-fra1", "--kind", "pue_out_of_band", "--site", "fra1", "--high", "1.35");
        assertThat(set)
                .isEqualTo(
                        "pue-fra1          PUE_OUT_OF_BAND   WARNING    enabled   for PT15M  at most 1.35, well again"
                                + " 0.02 inside, at fra1\n");
        assertThat(run(
                        0,
                        "alert",
                        "rule",
                        "set",
                        "pue-fra1",
                        "--kind",
                        "pue_out_of_band",
                        "--site",
                        "fra1",
                        "--high",
                        "1.35"))
                .isEqualTo("rule pue-fra1 is so already\n");
        assertThat(run(0, "alert", "rule", "disable", "pue-fra1")).isEqualTo("rule pue-fra1 is disabled\n");
        assertThat(run(0, "alert", "rule", "disable", "pue-fra1")).isEqualTo("rule pue-fra1 is disabled already\n");
        assertThat(run(0, "alert", "rule", "list", "--json"))
                .contains(
                        "{\"rule\":\"pue-fra1\",\"kind\":\"PUE_OUT_OF_BAND\",\"site\":\"fra1\",\"runs\":null,\"low\":null,"
                                + "\"high\":\"1.35\",\"clearance\":\"0.02\",\"unit\":\"1\",\"for\":\"PT15M\","
                                + "\"severity\":\"WARNING\",\"enabled\":false}");
        assertThat(database.alerts().rules(TENANT))
                .filteredOn(rule -> rule.name().equals("pue-fra1"))
                .extracting(AlertRule::enabled)
                .containsExactly(false);
        assertThat(acts("pue-fra1"))
                .extracting(body -> body.replaceAll(".*\"action\": \"([^\"]*)\".*", "$1"))
                .containsExactly("alert.rule.disabled", "alert.rule.set");
    }

    @Test
    void aRuleThatDoesNotGoTogetherIsRefusedInOneLine() {
        assertThat(run(1, "alert", "rule", "set", "x", "--kind", "energy_budget"))
                .isEqualTo("joulestream: ENERGY_BUDGET needs a lower or an upper end, in kWh\n");
        assertThat(run(1, "alert", "rule", "set", "x", "--kind", "energy_per_token", "--high", "10"))
                .isEqualTo(
                        "joulestream: ENERGY_PER_TOKEN needs the runs that are compared with each other, and no site\n");
        assertThat(run(1, "alert", "rule", "set", "X Y", "--kind", "residual"))
                .startsWith("joulestream: a rule's name is made of");
        assertThat(run(1, "alert", "rule", "set", "x", "--kind", "residual", "--site", "muc1"))
                .isEqualTo("joulestream: there is no site muc1; see: joulestream site list\n");
        assertThat(run(1, "alert", "rule", "disable", "y")).startsWith("joulestream: there is no rule y;");
        run(0, "alert", "rule", "set", "kept", "--kind", "residual");
        assertThat(run(1, "alert", "rule", "set", "kept", "--kind", "coverage_loss", "--low", "90"))
                .startsWith("joulestream: rule kept is of kind RESIDUAL; give another name");
    }

    @Test
    void aWebhookShowsItsSecretOnceAndGoesToNamedHostsOnly() {
        String made = run(0, "alert", "webhook", "create", "pager", "https://hook.example/a/path-that-is-secret");
        String secret = made.lines().toList().get(1);
        assertThat(secret).matches("whsec_[A-Za-z0-9+/]{43}=");
        assertThat(run(0, "alert", "webhook", "create", "relay", "http://10.0.0.7:8080/"))
                .contains("whsec_");

        assertThat(run(1, "alert", "webhook", "create", "evil", "https://evil.example/"))
                .isEqualTo("joulestream: https://evil.example/ may not be called: host evil.example is not among"
                        + " joulestream.outbound.hosts\n");
        assertThat(run(1, "alert", "webhook", "create", "plain", "http://hook.example/"))
                .contains("only https is called");
        assertThat(run(1, "alert", "webhook", "create", "pager", "https://hook.example/"))
                .startsWith("joulestream: there is a webhook pager already");
        assertThat(run(1, "alert", "webhook", "create", "A", "https://hook.example/"))
                .startsWith("joulestream: a webhook's name is made of");

        assertThat(run(0, "alert", "webhook", "disable", "relay")).isEqualTo("webhook relay is disabled\n");
        assertThat(run(1, "alert", "webhook", "disable", "relay")).startsWith("joulestream: no webhook relay");
        assertThat(run(0, "alert", "webhook", "list").lines())
                .containsExactly(
                        "pager             enabled   0 waiting, 0 given up, last never sent  https://hook.example",
                        "relay             disabled  0 waiting, 0 given up, last never sent  http://10.0.0.7:8080");
        assertThat(run(0, "alert", "webhook", "list", "--json"))
                .contains("\"webhook\":\"pager\",\"host\":\"https://hook.example\"")
                .doesNotContain("path-that-is-secret", secret.substring(6));
        assertThat(database.alerts().webhooks(TENANT)).extracting(Webhook::name).containsExactly("pager", "relay");
        assertThat(acts("pager"))
                .hasSize(1)
                .allSatisfy(body -> assertThat(body)
                        .contains("alert.webhook.create")
                        .doesNotContain("path-that-is-secret", secret.substring(6)));
    }

    @Test
    void aSecretIsRotatedAndWhatIsNoLongerWantedIsRemoved() {
        String first = run(0, "alert", "webhook", "create", "spare", "https://hook.example/")
                .lines()
                .toList()
                .get(1);
        String rotated = run(0, "alert", "webhook", "rotate", "spare", "--overlap", "PT1H");
        assertThat(rotated)
                .startsWith(
                        "Messages to spare are signed with another secret from now on, and for PT1H with the one before too.");
        assertThat(rotated.lines().toList().get(1))
                .matches("whsec_[A-Za-z0-9+/]{43}=")
                .isNotEqualTo(first);
        assertThat(run(1, "alert", "webhook", "rotate", "spare", "--overlap", "P8D"))
                .isEqualTo("joulestream: --overlap must be PT0S to P7D, was PT192H\n");
        assertThat(run(1, "alert", "webhook", "rotate", "nobody"))
                .isEqualTo("joulestream: there is no webhook nobody; see: joulestream alert webhook list\n");
        assertThat(run(0, "alert", "webhook", "remove", "spare")).isEqualTo("webhook spare is removed\n");
        assertThat(run(1, "alert", "webhook", "remove", "spare")).startsWith("joulestream: there is no webhook spare");

        run(0, "alert", "rule", "set", "spare", "--kind", "residual");
        assertThat(run(0, "alert", "rule", "remove", "spare")).isEqualTo("rule spare is removed\n");
        assertThat(run(1, "alert", "rule", "remove", "spare")).startsWith("joulestream: there is no rule spare");
        assertThat(run(1, "alert", "rule", "set", "spare", "--kind", "coverage_loss", "--low", "90"))
                .isEqualTo("joulestream: a rule spare of another kind was removed; give another name\n");
    }

    private static List<String> acts(String subject) {
        return database.audit().before(TENANT, Long.MAX_VALUE, 99).stream()
                .map(AuditedAct::body)
                .filter(body -> body.contains("\"subject\": \"" + subject + "\""))
                .toList();
    }
}
