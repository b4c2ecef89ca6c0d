package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every route, for every role of the tenant whose things are asked for, for every role of another, and without a key. What is
 * another tenant's is answered as what nobody has.
 */
class AccessMatrixIT {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant TOMORROW = TestApi.NOW.plus(Duration.ofDays(1));
    private static final String OTHER = "other";

    /** By address of a route: one that a tenant has something at. */
    private static final Map<String, String> EXAMPLES = Map.ofEntries(
            Map.entry("/v1/health", "/v1/health"),
            Map.entry("/v1/sites", "/v1/sites"),
            Map.entry("/v1/sites/{site}", "/v1/sites/berlin"),
            Map.entry("/v1/sites/{site}/pue", "/v1/sites/berlin/pue"),
            Map.entry("/v1/sites/{site}/windows", "/v1/sites/berlin/windows"),
            Map.entry("/v1/sites/{site}/demand", "/v1/sites/berlin/demand?month=2026-03"),
            Map.entry("/v1/sites/{site}/quantities", "/v1/sites/berlin/quantities?month=2026-03"),
            Map.entry("/v1/sites/{site}/energy", "/v1/sites/berlin/energy"),
            Map.entry("/v1/sites/{site}/residuals", "/v1/sites/berlin/residuals"),
            Map.entry("/v1/sites/{site}/checks", "/v1/sites/berlin/checks"),
            Map.entry("/v1/sites/{site}/balance", "/v1/sites/berlin/balance"),
            Map.entry("/v1/runs", "/v1/runs"),
            Map.entry("/v1/runs/{run}", "/v1/runs/llm-1"),
            Map.entry("/v1/reports/carbon", "/v1/reports/carbon?site=berlin&month=2026-03"),
            Map.entry("/v1/reports/cost", "/v1/reports/cost?site=berlin&month=2026-03"),
            Map.entry("/v1/exports/{month}", "/v1/exports/2026-03?site=berlin"));

    private static final Map<String, ApiKey> KEYS = new TreeMap<>();
    private static TestApi api;

    @BeforeAll
    static void start() {
        api = TestApi.startWithKeys();
        Sites.berlin(api.database());
        Sites.llm(api.database());
        IdentityStore identity = api.database().identity();
        AuditEntry act = new AuditEntry("cli:test", "test", "x", "");
        for (String tenant : List.of(Ledger.TENANT, OTHER)) {
            identity.createFirstKey(ApiKey.random(tenant, RANDOM), "first", TOMORROW, act);
            for (Role role : Role.values()) {
                ApiKey key = ApiKey.random(tenant, RANDOM);
                identity.createMember(tenant, role.word(), Member.Kind.PERSON, role, act);
                identity.createKey(key, role.word(), Set.of(), TOMORROW, act);
                KEYS.put(tenant + " " + role, key);
            }
        }
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    static List<Arguments> routesAndRoles() {
        List<Arguments> all = new ArrayList<>();
        for (Route route : guarded()) {
            for (Role role : Role.values()) {
                all.add(Arguments.of(route.path(), route.access().permission().orElseThrow(), role));
            }
        }
        return all;
    }

    private static List<Route> guarded() {
        return TestApi.routes().stream()
                .filter(route -> route.access().permission().isPresent())
                .toList();
    }

    @Test
    void everyGuardedRouteIsInTheMatrix() {
        assertThat(EXAMPLES.keySet())
                .isEqualTo(guarded().stream().map(Route::path).collect(Collectors.toSet()));
    }

    @ParameterizedTest
    @MethodSource("routesAndRoles")
    void ofItsOwnTenantARoleIsToldWhatItMayRead(String path, Permission needed, Role role) {
        HttpResponse<String> answer = get(EXAMPLES.get(path), Optional.of(KEYS.get(Ledger.TENANT + " " + role)));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(role.may(needed) ? 200 : 403);
    }

    @ParameterizedTest
    @MethodSource("routesAndRoles")
    void whatIsAnothersIsAnsweredAsWhatNobodyHas(String path, Permission needed, Role role) {
        Optional<ApiKey> key = Optional.of(KEYS.get(OTHER + " " + role));
        String another = EXAMPLES.get(path);
        String nobodys = another.replace("berlin", "bergen").replace("llm-1", "llm-9");

        assertThat(told(get(another, key))).isEqualTo(told(get(nobodys, key)));
        assertThat(told(get(another, key))).doesNotContain("Berlin edge hall", "125000", "nvfp4");
    }

    @ParameterizedTest
    @MethodSource("routesAndRoles")
    void withoutAKeyNobodyIsToldWhatThereIs(String path, Permission needed, Role role) {
        String there = EXAMPLES.get(path);
        String nowhere = there.replace("berlin", "bergen").replace("llm-1", "llm-9");

        HttpResponse<String> answer = get(there, Optional.empty());

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(told(answer)).isEqualTo(told(get(nowhere, Optional.empty())));
    }

    private static HttpResponse<String> get(String address, Optional<ApiKey> key) {
        return key.isPresent()
                ? api.get(address, "Authorization", "Bearer " + key.get().text())
                : api.get(address);
    }

    /** Status, headers and body, without what is another each time, and without the name that was asked for. */
    private static String told(HttpResponse<String> answer) {
        Map<String, List<String>> headers = new TreeMap<>(answer.headers().map());
        headers.keySet().removeAll(Set.of("date", "trace-id", "content-length"));
        return answer.statusCode() + " " + headers + " "
                + answer.body()
                        .replaceAll("\"trace_id\":\"[0-9a-f]+\"", "")
                        .replace("bergen", "berlin")
                        .replace("llm-9", "llm-1");
    }
}
