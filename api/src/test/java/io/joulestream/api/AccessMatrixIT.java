package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Permission;
import io.joulestream.core.access.Role;
import io.joulestream.core.alert.AlertKind;
import io.joulestream.core.alert.AlertRule;
import io.joulestream.core.alert.Severity;
import io.joulestream.storage.AlertStore;
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
import org.junit.jupiter.api.BeforeEach;
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

    /**
     * What is asked for at a route.
     *
     * @param address names something that a tenant has
     * @param body empty for none
     */
    private record Example(String method, String address, String body) {
        static Example get(String address) {
            return new Example("GET", address, "");
        }

        /** The same of something that nobody has. */
        Example ofNobody() {
            return new Example(method, nobodys(address), nobodys(body));
        }

        private static String nobodys(String text) {
            return text.replace("berlin", "bergen")
                    .replace("llm-1", "llm-9")
                    .replace("berta", "bruno")
                    .replace("pue-hall", "pue-none")
                    .replace("pager", "nobody")
                    .replace(SPARE, NONE)
                    .replace(FoundAlert.ID, FoundAlert.NONE);
        }
    }

    private static final ApiKey SPARE_KEY = ApiKey.random(Ledger.TENANT, RANDOM);
    private static final String SPARE = SPARE_KEY.prefix();
    private static final String NONE = ApiKey.random(Ledger.TENANT, RANDOM).prefix();

    private static final Map<String, Example> EXAMPLES = Map.ofEntries(
            Map.entry("GET /v1/health", Example.get("/v1/health")),
            Map.entry("GET /v1/sites", Example.get("/v1/sites")),
            Map.entry("GET /v1/sites/{site}", Example.get("/v1/sites/berlin")),
            Map.entry("GET /v1/sites/{site}/pue", Example.get("/v1/sites/berlin/pue")),
            Map.entry("GET /v1/sites/{site}/windows", Example.get("/v1/sites/berlin/windows")),
            Map.entry("GET /v1/sites/{site}/demand", Example.get("/v1/sites/berlin/demand?month=2026-03")),
            Map.entry("GET /v1/sites/{site}/quantities", Example.get("/v1/sites/berlin/quantities?month=2026-03")),
            Map.entry("GET /v1/sites/{site}/energy", Example.get("/v1/sites/berlin/energy")),
            Map.entry("GET /v1/sites/{site}/live", Example.get("/v1/sites/berlin/live")),
            Map.entry("GET /v1/sites/{site}/residuals", Example.get("/v1/sites/berlin/residuals")),
            Map.entry("GET /v1/sites/{site}/checks", Example.get("/v1/sites/berlin/checks")),
            Map.entry("GET /v1/sites/{site}/balance", Example.get("/v1/sites/berlin/balance")),
            Map.entry("GET /v1/runs", Example.get("/v1/runs")),
            Map.entry("GET /v1/runs/{run}", Example.get("/v1/runs/llm-1")),
            Map.entry("GET /v1/alerts", Example.get("/v1/alerts?site=berlin")),
            Map.entry("GET /v1/alerts/{alert}", Example.get("/v1/alerts/" + FoundAlert.ID)),
            Map.entry("GET /v1/alert-rules", Example.get("/v1/alert-rules")),
            Map.entry("GET /v1/alert-rules/{rule}", Example.get("/v1/alert-rules/pue-hall")),
            Map.entry(
                    "POST /v1/alert-rules",
                    new Example("POST", "/v1/alert-rules", "{\"name\":\"residual-all\",\"kind\":\"RESIDUAL\"}")),
            Map.entry(
                    "PUT /v1/alert-rules/{rule}",
                    new Example("PUT", "/v1/alert-rules/pue-hall", "{\"kind\":\"PUE_OUT_OF_BAND\",\"high\":\"1.4\"}")),
            Map.entry("DELETE /v1/alert-rules/{rule}", new Example("DELETE", "/v1/alert-rules/pue-hall", "")),
            Map.entry("GET /v1/webhooks", Example.get("/v1/webhooks")),
            Map.entry("GET /v1/webhooks/{webhook}", Example.get("/v1/webhooks/pager")),
            Map.entry("GET /v1/webhooks/{webhook}/deliveries", Example.get("/v1/webhooks/pager/deliveries")),
            Map.entry(
                    "POST /v1/webhooks",
                    new Example("POST", "/v1/webhooks", "{\"name\":\"log\",\"url\":\"https://hooks.example/\"}")),
            Map.entry(
                    "PATCH /v1/webhooks/{webhook}",
                    new Example("PATCH", "/v1/webhooks/pager", "{\"url\":\"https://hooks.example/moved\"}")),
            Map.entry("POST /v1/webhooks/{webhook}/rotation", new Example("POST", "/v1/webhooks/pager/rotation", "{}")),
            Map.entry("DELETE /v1/webhooks/{webhook}", new Example("DELETE", "/v1/webhooks/pager", "")),
            Map.entry("GET /v1/dead-letters", Example.get("/v1/dead-letters?site=berlin")),
            Map.entry("GET /v1/reports/carbon", Example.get("/v1/reports/carbon?site=berlin&month=2026-03")),
            Map.entry("GET /v1/reports/cost", Example.get("/v1/reports/cost?site=berlin&month=2026-03")),
            Map.entry("GET /v1/exports/{month}", Example.get("/v1/exports/2026-03?site=berlin")),
            Map.entry(
                    "POST /v1/nvfp4/quantize",
                    new Example("POST", "/v1/nvfp4/quantize", "{\"rows\":1,\"cols\":2,\"values\":[1,-0.5]}")),
            Map.entry("GET /v1/members", Example.get("/v1/members")),
            Map.entry(
                    "POST /v1/members",
                    new Example("POST", "/v1/members", "{\"name\":\"viewer\",\"role\":\"viewer\"}")),
            Map.entry("DELETE /v1/members/{member}", new Example("DELETE", "/v1/members/berta", "")),
            Map.entry("GET /v1/keys", Example.get("/v1/keys")),
            Map.entry("POST /v1/keys", new Example("POST", "/v1/keys", "{\"member\":\"berta\"}")),
            Map.entry("DELETE /v1/keys/{prefix}", new Example("DELETE", "/v1/keys/" + SPARE, "")),
            Map.entry("POST /v1/keys/{prefix}/rotation", new Example("POST", "/v1/keys/" + SPARE + "/rotation", "{}")),
            Map.entry("GET /v1/audit", Example.get("/v1/audit")));

    private static final AuditEntry ACT = new AuditEntry("cli:test", "test.act", "x", "");
    private static final Map<String, ApiKey> KEYS = new TreeMap<>();
    private static TestApi api;

    @BeforeAll
    static void start() {
        api = TestApi.startWithKeys();
        Sites.berlin(api.database());
        Sites.llm(api.database());
        FoundAlert.open(api.database().alerts());
        IdentityStore identity = api.database().identity();
        for (String tenant : List.of(Ledger.TENANT, OTHER)) {
            identity.createFirstKey(ApiKey.random(tenant, RANDOM), "first", TOMORROW, ACT);
            api.database().alerts().createRule(tenant, rule("residual-all", AlertKind.RESIDUAL), 500, ACT);
            api.database().alerts().createWebhook(tenant, "log", "https://hooks.example/", new byte[32], ACT);
            for (Role role : Role.values()) {
                ApiKey key = ApiKey.random(tenant, RANDOM);
                identity.createMember(tenant, role.word(), Member.Kind.PERSON, role, ACT);
                identity.createKey(key, role.word(), Set.of(), TOMORROW, ACT);
                KEYS.put(tenant + " " + role, key);
            }
        }
        identity.createMember(Ledger.TENANT, "berta", Member.Kind.PERSON, Role.VIEWER, ACT);
        identity.createKey(SPARE_KEY, "berta", Set.of(), TOMORROW, ACT);
    }

    /** Whoever may remove them does. */
    @BeforeEach
    void makeWhatIsRemoved() {
        AlertStore alerts = api.database().alerts();
        alerts.createRule(Ledger.TENANT, rule("pue-hall", AlertKind.PUE_OUT_OF_BAND), 500, ACT);
        alerts.createWebhook(Ledger.TENANT, "pager", "https://hooks.example/", new byte[32], ACT);
    }

    private static AlertRule rule(String name, AlertKind kind) {
        return new AlertRule(
                name,
                kind,
                Optional.of("berlin"),
                Optional.empty(),
                Optional.empty(),
                Duration.ofMinutes(15),
                Severity.WARNING,
                true);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    static List<Arguments> routesAndRoles() {
        List<Arguments> all = new ArrayList<>();
        for (Route route : guarded()) {
            for (Role role : Role.values()) {
                all.add(Arguments.of(route.name(), route.access().permission().orElseThrow(), role));
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
                .isEqualTo(guarded().stream().map(Route::name).collect(Collectors.toSet()));
    }

    @ParameterizedTest
    @MethodSource("routesAndRoles")
    void inItsOwnTenantARoleDoesWhatItMay(String route, Permission needed, Role role) {
        HttpResponse<String> answer = ask(EXAMPLES.get(route), Optional.of(KEYS.get(Ledger.TENANT + " " + role)));

        if (!role.may(needed)) {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
        } else if (needed.writes()) {
            assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201, 204, 409);
        } else {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @MethodSource("routesAndRoles")
    void whatIsAnothersIsAnsweredAsWhatNobodyHas(String route, Permission needed, Role role) {
        Optional<ApiKey> key = Optional.of(KEYS.get(OTHER + " " + role));
        Example another = EXAMPLES.get(route);

        String told = told(ask(another, key));

        assertThat(told).isEqualTo(told(ask(another.ofNobody(), key)));
        assertThat(told.replace("nvfp4.1d", "").replace("/v1/nvfp4/quantize", ""))
                .doesNotContain("Berlin edge hall", "125000", "nvfp4", "\"member\":\"berta\"");
    }

    @ParameterizedTest
    @MethodSource("routesAndRoles")
    void withoutAKeyNobodyIsToldWhatThereIs(String route, Permission needed, Role role) {
        Example example = EXAMPLES.get(route);

        HttpResponse<String> answer = ask(example, Optional.empty());

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(told(answer)).isEqualTo(told(ask(example.ofNobody(), Optional.empty())));
    }

    private static HttpResponse<String> ask(Example example, Optional<ApiKey> key) {
        String[] headers = key.map(shown -> new String[] {"Authorization", "Bearer " + shown.text()})
                .orElse(new String[0]);
        return example.body().isEmpty()
                ? api.send(example.method(), example.address(), headers)
                : api.sendJson(example.method(), example.address(), example.body(), headers);
    }

    /** Status, headers and body, without what is another each time, and without the name that was asked for. */
    private static String told(HttpResponse<String> answer) {
        Map<String, List<String>> headers = new TreeMap<>(answer.headers().map());
        headers.keySet().removeAll(Set.of("date", "trace-id", "content-length", "ratelimit"));
        return answer.statusCode() + " " + headers + " "
                + answer.body()
                        .replaceAll("\"trace_id\":\"[0-9a-f]+\"", "")
                        .replaceAll("\"last_used_at\":[^,]+", "")
                        .replace("bergen", "berlin")
                        .replace("llm-9", "llm-1")
                        .replace("bruno", "berta")
                        .replace("pue-none", "pue-hall")
                        .replace("nobody", "pager")
                        .replaceAll("whsec_[^\"]+", "")
                        .replaceAll("\"created_at\":\"[^\"]+\"", "")
                        .replace(NONE, SPARE)
                        .replace(FoundAlert.NONE, FoundAlert.ID);
    }
}
