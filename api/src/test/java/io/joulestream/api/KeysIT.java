package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.HandlerType;
import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Permission;
import io.joulestream.core.access.Role;
import io.joulestream.storage.AuditEntry;
import io.joulestream.storage.IdentityStore;
import io.joulestream.storage.Member;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is let in where keys are required. The clock is the test's: keys are valid around it. */
class KeysIT {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant TOMORROW = TestApi.NOW.plus(Duration.ofDays(1));

    private static TestApi api;
    private static IdentityStore identity;
    private static ApiKey viewer;

    @BeforeAll
    static void start() {
        api = TestApi.startWithKeys();
        identity = api.database().identity();
        for (String tenant : List.of(Ledger.TENANT, "other")) {
            identity.createFirstKey(ApiKey.random(tenant, RANDOM), "first", TOMORROW, act());
            for (Role role : Role.values()) {
                identity.createMember(tenant, role.word(), Member.Kind.PERSON, role, act());
            }
        }
        viewer = key(Ledger.TENANT, Role.VIEWER, TOMORROW);
    }

    @AfterAll
    static void close() {
        api.close();
    }

    static List<String> pathsOfTenants() {
        return TestApi.routes().stream()
                .filter(route -> route.access().equals(Access.needs(Permission.READ)))
                .filter(route -> route.method() == HandlerType.GET)
                .map(route -> route.path().replaceAll("\\{[^}]*\\}", "x"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("pathsOfTenants")
    void withoutAKeyNothingIsTold(String path) {
        for (String method : List.of("GET", "HEAD")) {
            HttpResponse<String> answer = api.send(method, path);

            assertThat(answer.statusCode()).as(method).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"joulestream\"");
            assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        }
        assertThat(api.get(path, bearer(viewer)).statusCode()).isNotIn(401, 403, 500, 503);
    }

    @Test
    void pageAndDescriptionAreForEverybody() {
        for (String path : List.of("/", "/assets/app.js", "/docs", "/openapi.yaml", "/openapi.json")) {
            assertThat(api.get(path).statusCode()).as(path).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRoleThatMayReadReadsAndAnotherIsRefused(Role role) {
        HttpResponse<String> answer = api.get("/v1/sites", bearer(key(Ledger.TENANT, role, TOMORROW)));

        assertThat(answer.statusCode()).isEqualTo(role.may(Permission.READ) ? 200 : 403);
        if (answer.statusCode() == 403) {
            JsonNode problem = TestApi.parse(answer.body());
            assertThat(problem.get("type").asText()).isEqualTo("urn:joulestream:problem:forbidden");
            assertThat(problem.get("detail").asText()).contains("READ");
        }
    }

    /** Nobody learns from the answer what was wrong, nor that a key of that prefix exists. */
    @Test
    void whateverIsWrongWithAKeyIsToldInTheSameWords() {
        ApiKey revoked = key(Ledger.TENANT, Role.VIEWER, TOMORROW);
        identity.revokeKey(Ledger.TENANT, revoked.prefix(), act());
        identity.createMember(Ledger.TENANT, "gone", Member.Kind.PERSON, Role.ADMIN, act());
        ApiKey disabled = ApiKey.random(Ledger.TENANT, RANDOM);
        identity.createKey(disabled, "gone", Set.of(), TOMORROW, act());
        identity.disableMember(Ledger.TENANT, "gone", act());
        Map<String, String> wrong = new TreeMap<>(Map.of(
                "expired",
                        "Bearer " + key(Ledger.TENANT, Role.VIEWER, TestApi.NOW).text(),
                "revoked", "Bearer " + revoked.text(),
                "disabled", "Bearer " + disabled.text(),
                "another secret", "Bearer " + new ApiKey(Ledger.TENANT, viewer.prefix(), "A".repeat(43)).text(),
                "unknown", "Bearer " + ApiKey.random(Ledger.TENANT, RANDOM).text(),
                "no key", "Bearer eyJhbGciOiJub25lIn0.e30.",
                "another scheme", "Basic " + viewer.text(),
                "no scheme", viewer.text()));
        wrong.put("two", "Bearer " + viewer.text() + " " + viewer.text());

        wrong.forEach((what, authorization) -> {
            HttpResponse<String> answer = api.get("/v1/sites", "Authorization", authorization);

            assertThat(answer.statusCode()).as(what).isEqualTo(401);
            assertThat(answer.body().replaceAll("\"trace_id\":\"[0-9a-f]+\"", ""))
                    .as(what)
                    .isEqualTo(api.get("/v1/sites").body().replaceAll("\"trace_id\":\"[0-9a-f]+\"", ""));
        });
        assertThat(api.get("/v1/sites", bearer(viewer)).statusCode()).isEqualTo(200);
    }

    @Test
    void aKeyOpensItsOwnTenantOnly() {
        Sites.berlin(api.database());

        assertThat(api.get("/v1/sites", bearer(viewer)).body()).contains("\"berlin\"");
        assertThat(api.get("/v1/sites", bearer(key("other", Role.ADMIN, TOMORROW)))
                        .body())
                .contains("\"sites\":[]");
    }

    @Test
    void aRevokedKeyOpensNothingFromThenOn() {
        ApiKey key = key(Ledger.TENANT, Role.VIEWER, TOMORROW);
        assertThat(api.get("/v1/sites", bearer(key)).statusCode()).isEqualTo(200);

        identity.revokeKey(Ledger.TENANT, key.prefix(), act());

        assertThat(api.get("/v1/sites", bearer(key)).statusCode()).isEqualTo(401);
    }

    @Test
    void aKeyKeptToLessMayDoNoMore() {
        ApiKey key = ApiKey.random(Ledger.TENANT, RANDOM);
        identity.createKey(key, Role.AUDITOR.word(), Set.of(Permission.READ_AUDIT), TOMORROW, act());

        assertThat(api.get("/v1/sites", bearer(key)).statusCode()).isEqualTo(403);
    }

    @Test
    void theSchemesNameMayBeWrittenAnyhow() {
        for (String scheme : List.of("bearer", "BEARER", "Bearer ")) {
            assertThat(api.get("/v1/sites", "Authorization", scheme + " " + viewer.text())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void theUseOfAKeyIsNoted() {
        ApiKey key = key(Ledger.TENANT, Role.VIEWER, TOMORROW);

        api.get("/v1/sites", bearer(key));

        assertThat(identity.find(key).orElseThrow().lastUsedAt()).isPresent();
    }

    private static ApiKey key(String tenant, Role role, Instant expiresAt) {
        ApiKey key = ApiKey.random(tenant, RANDOM);
        assertThat(identity.createKey(key, role.word(), Set.of(), expiresAt, act()))
                .isTrue();
        return key;
    }

    private static String[] bearer(ApiKey key) {
        return new String[] {"Authorization", "Bearer " + key.text()};
    }

    private static AuditEntry act() {
        return new AuditEntry("cli:test", "test", "x", "");
    }
}
