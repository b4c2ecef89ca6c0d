package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.api.ApiServer;
import io.joulestream.api.WebhookTargets;
import io.joulestream.api.testing.TestIssuer;
import io.joulestream.app.outbound.Outbound;
import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.storage.testing.LedgerServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider, from the settings file and the command line to a signed-in browser, by the way that all calls go out. */
class OidcIT {
    @TempDir
    private Path folder;

    private TestIssuer provider;
    private Path secret;

    @BeforeEach
    void start() throws IOException {
        provider = new TestIssuer(Clock.systemUTC());
        secret = Files.writeString(folder.resolve("client-secret"), TestIssuer.SECRET + "\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    @Test
    void whoIsLinkedOnTheMachineSignsInAtTheProvider() throws Exception {
        AppConfig config = settings("api.keys = required", "outbound.internal-hosts = \"127.0.0.1\"");
        DatabaseAddress address = LedgerServer.newEmbeddedDatabase();
        try (Database database = Database.open(address);
                Outbound outbound = new Outbound(config.outbound());
                ApiServer api = new ApiServer(
                        database,
                        tenant -> {
                            throw new AssertionError("nobody asks for health");
                        },
                        Clock.systemUTC(),
                        config.api().forTenant(config.tenant()),
                        new PrometheusRegistry(),
                        WebhookTargets.NONE,
                        config.issuer(outbound, Clock.systemUTC()))) {
            api.start();
            run(address, "tenant", "create", "default");
            run(address, "user", "create", "vera", "--role", "viewer");
            assertThat(run(address, "user", "link", "vera", provider.user))
                    .isEqualTo("vera is whoever is " + provider.user + " to " + provider.issuer() + "\n");

            HttpClient browser = HttpClient.newBuilder()
                    .cookieHandler(new CookieManager())
                    .followRedirects(HttpClient.Redirect.NORMAL)
                    .build();
            ask(browser, api.address() + "/v1/session/oidc");
            assertThat(ask(browser, api.address() + "/v1/session").body()).contains("\"member\":\"vera\"");
            assertThat(ask(HttpClient.newHttpClient(), api.address() + "/v1/sites", provider.token())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(run(address, "user", "list"))
                    .contains("vera, subject " + provider.user + " of " + provider.issuer());
            assertThat(run(address, "user", "list", "--json")).contains("\"subject\":\"" + provider.user + "\"");

            assertThat(run(address, "user", "link", "admin", provider.user))
                    .startsWith("joulestream: no member admin who is not disabled and not linked, or the subject is");
            assertThat(run(address, "user", "unlink", "vera")).isEqualTo("vera is linked to nobody\n");
            assertThat(ask(browser, api.address() + "/v1/session").statusCode()).isEqualTo(401);
            assertThat(run(address, "user", "unlink", "vera"))
                    .isEqualTo("joulestream: no member vera who is linked; see: joulestream user list\n");
            assertThat(run(address, "user", "link", "vera", "a\nb"))
                    .isEqualTo("joulestream: a subject is 1 to 255 ASCII characters\n");
            assertThat(database.audit().firstBroken("default")).isEmpty();
        }
    }

    @Test
    void settingsThatWouldOpenTooMuchOrNothingAreRefused() throws IOException {
        String internal = "outbound.internal-hosts = \"127.0.0.1\"";
        String keys = "api.keys = required";
        assertRefused("joulestream.api.oidc needs joulestream.api.keys = required beside it", internal);
        assertRefused("joulestream.api.oidc: host 127.0.0.1 is not among joulestream.outbound.hosts", keys);
        assertRefused(
                "joulestream.api.oidc: issuer must be an https URL without query and fragment, was http://login.example",
                keys,
                "outbound.internal-hosts = login.example",
                "api.oidc.issuer = \"http://login.example\"");
        assertRefused(
                "joulestream.api.oidc: audience and client-id must not be the same: what signs a browser in would open the "
                        + "API as a token too",
                keys,
                internal,
                "api.oidc.audience = \"" + TestIssuer.CLIENT + "\"");
        assertRefused(
                "joulestream.api.oidc: issuer needs audience, client-id, or both beside it",
                keys,
                internal,
                "api.oidc { audience = \"\", client-id = \"\", client-secret-file = \"\" }");
        assertRefused(
                "joulestream.api.oidc.client-secret-file needs client-id beside it", keys, "api.oidc.client-id = \"\"");
        assertRefused("joulestream.api.oidc needs issuer beside its other settings", keys, "api.oidc.issuer = \"\"");

        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r-----"));
        assertRefused(secret + " holds a secret and others may read it: chmod 600 " + secret, keys, internal);
    }

    @Test
    void theDemoAsksNoProvider() throws IOException {
        AppConfig config = settings("api.keys = required").withoutKeys();

        try (Outbound outbound = new Outbound(config.outbound())) {
            assertThat(config.issuer(outbound, Clock.systemUTC())).isEmpty();
        }
    }

    private void assertRefused(String message, String... more) {
        assertThatThrownBy(() -> {
                    AppConfig config = settings(more);
                    try (Outbound outbound = new Outbound(config.outbound())) {
                        config.issuer(outbound, Clock.systemUTC());
                    }
                })
                .isInstanceOf(UserError.class)
                .hasMessage(message);
    }

    /** As in a file of the operator's own, the later lines over the earlier ones. */
    private AppConfig settings(String... more) throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "api.port = 0",
                "api.oidc {",
                "issuer = \"" + provider.issuer() + "\"",
                "audience = \"" + TestIssuer.AUDIENCE + "\"",
                "client-id = \"" + TestIssuer.CLIENT + "\"",
                "client-secret-file = \"" + secret + "\"",
                "}"));
        lines.addAll(List.of(more));
        return AppConfig.load(Files.writeString(file(), "joulestream {\n" + String.join("\n", lines) + "\n}\n"));
    }

    private Path file() {
        return folder.resolve("joulestream.conf");
    }

    private String run(DatabaseAddress address, String... command) {
        List<String> arguments = new ArrayList<>(Arrays.asList(command));
        arguments.addAll(List.of("--config", file().toString(), "--url", address.jdbcUrl(), "--user", address.user()));
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out, true);
        Joulestream.run(writer, writer, arguments.toArray(new String[0]));
        return out.toString();
    }

    private static HttpResponse<String> ask(HttpClient client, String address, String... token)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address));
        for (String shown : token) {
            request.header("Authorization", "Bearer " + shown);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
