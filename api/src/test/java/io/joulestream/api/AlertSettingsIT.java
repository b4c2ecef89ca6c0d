package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Role;
import io.joulestream.core.alert.AlertRule;
import io.joulestream.storage.AlertStore;
import io.joulestream.storage.AuditEntry;
import io.joulestream.storage.Delivery;
import io.joulestream.storage.IdentityStore;
import io.joulestream.storage.Member;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Rules and webhooks over HTTP, by an operator. */
class AlertSettingsIT {
    private static final AuditEntry ACT = new AuditEntry("cli:test", "test.act", "x", "");
    private static final String PUE = "{\"kind\":\"PUE_OUT_OF_BAND\",\"site\":\"berlin\",\"high\":\"1.35\"}";

    private static TestApi api;
    private static AlertStore alerts;
    private static String[] operator;

    @BeforeAll
    static void start() {
        api = TestApi.startWithKeys();
        Sites.berlin(api.database());
        alerts = api.database().alerts();
        SecureRandom random = new SecureRandom();
        Instant tomorrow = TestApi.NOW.plus(Duration.ofDays(1));
        IdentityStore identity = api.database().identity();
        identity.createFirstKey(ApiKey.random(Ledger.TENANT, random), "ada", tomorrow, ACT);
        identity.createMember(Ledger.TENANT, "olga", Member.Kind.PERSON, Role.OPERATOR, ACT);
        ApiKey key = ApiKey.random(Ledger.TENANT, random);
        identity.createKey(key, "olga", Set.of(), tomorrow, ACT);
        operator = new String[] {"Authorization", "Bearer " + key.text()};
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    // ---- rules

    @Test
    void aRuleIsMadeReadReplacedAndRemovedAndEachIsWrittenDown() {
        JsonNode made = done(201, post("/v1/alert-rules", named("pue-a", PUE)));
        assertThat(made.toString())
                .isEqualTo(
                        "{\"name\":\"pue-a\",\"kind\":\"PUE_OUT_OF_BAND\",\"site\":\"berlin\",\"runs\":null,\"low\":null,"
                                + "\"high\":\"1.35\",\"clearance\":\"0.02\",\"unit\":\"1\",\"for\":\"PT15M\","
                                + "\"severity\":\"WARNING\",\"enabled\":true}");
        assertThat(get("/v1/alert-rules/pue-a")).isEqualTo(made);
        assertThat(post("/v1/alert-rules", named("pue-a", PUE)).statusCode()).isEqualTo(409);

        JsonNode off = done(
                200,
                put(
                        "/v1/alert-rules/pue-a",
                        PUE.replace("}", ",\"for\":\"PT1H\",\"severity\":\"CRITICAL\",\"enabled\":false}")));
        assertThat(off.get("enabled").asBoolean()).isFalse();
        assertThat(rules())
                .filteredOn(rule -> rule.name().equals("pue-a"))
                .singleElement()
                .satisfies(rule -> assertThat(rule.holdFor()).hasHours(1));
        assertThat(put("/v1/alert-rules/pue-a", "{\"kind\":\"RESIDUAL\"}").statusCode())
                .as("another kind")
                .isEqualTo(409);

        assertThat(send("DELETE", "/v1/alert-rules/pue-a").statusCode()).isEqualTo(204);
        assertThat(send("DELETE", "/v1/alert-rules/pue-a").statusCode()).isEqualTo(404);
        assertThat(send("GET", "/v1/alert-rules/pue-a").statusCode()).isEqualTo(404);
        assertThat(post("/v1/alert-rules", "{\"name\":\"pue-a\",\"kind\":\"RESIDUAL\"}")
                        .statusCode())
                .as("figures of its alerts would be in another unit")
                .isEqualTo(409);
        assertThat(acts("pue-a")).containsExactly("alert.rule.remove", "alert.rule.set", "alert.rule.create");
    }

    @Test
    void whoChangesARuleThatSomebodyChangedMeanwhileIsTold() {
        done(201, post("/v1/alert-rules", named("pue-b", PUE)));
        String tag = send("GET", "/v1/alert-rules/pue-b")
                .headers()
                .firstValue("ETag")
                .orElseThrow();
        String mine = PUE.replace("1.35", "1.4");
        String theirs = PUE.replace("1.35", "1.5");

        assertThat(put("/v1/alert-rules/pue-b", theirs, "If-Match", tag).statusCode())
                .isEqualTo(200);
        HttpResponse<String> refused = put("/v1/alert-rules/pue-b", mine, "If-Match", tag);
        assertThat(refused.statusCode()).isEqualTo(412);
        assertThat(refused.body()).contains("urn:joulestream:problem:changed-since");
        assertThat(put("/v1/alert-rules/pue-b", mine, "If-Match", "W/" + tag).statusCode())
                .as("a weak tag is that of nothing")
                .isEqualTo(412);
        String now = send("GET", "/v1/alert-rules/pue-b")
                .headers()
                .firstValue("ETag")
                .orElseThrow();
        HttpResponse<String> done = put("/v1/alert-rules/pue-b", mine, "If-Match", "\"x\", " + now);
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(done.headers().firstValue("ETag"))
                .isEqualTo(send("GET", "/v1/alert-rules/pue-b").headers().firstValue("ETag"))
                .isNotEqualTo(Optional.of(now));
        assertThat(put("/v1/alert-rules/pue-b", mine, "If-Match", "*").statusCode())
                .isEqualTo(200);
    }

    @Test
    void whatIsWrongWithARuleIsToldFieldByField() {
        assertThat(errors(
                        "/v1/alert-rules",
                        "{\"name\":\"A B\",\"kind\":\"HUNGER\",\"site\":\"muc1\",\"low\":\"1e9\",\"high\":\"x\","
                                + "\"for\":\"PT0.5S\",\"severity\":\"BAD\"}"))
                .containsExactly("name", "kind", "site", "low", "high", "for", "severity");
        assertThat(errors("/v1/alert-rules", "{}")).containsExactly("name", "kind");
        assertThat(errors("/v1/alert-rules", "{\"name\":\"x\",\"kind\":\"RESIDUAL\",\"enabled\":\"yes\"}"))
                .containsExactly("enabled");
        assertThat(errors("/v1/alert-rules", "{\"name\":\"x\",\"kind\":\"RESIDUAL\",\"clearance\":\"1\"}"))
                .containsExactly("clearance");
        assertThat(errors(
                        "/v1/alert-rules",
                        "{\"name\":\"x\",\"kind\":\"ENERGY_PER_TOKEN\",\"high\":\"1\",\"runs\":\"a\\u0000\"}"))
                .containsExactly("runs");
        for (String body : List.of(
                "{\"name\":\"x\",\"kind\":\"ENERGY_BUDGET\"}",
                "{\"name\":\"x\",\"kind\":\"ENERGY_PER_TOKEN\",\"high\":\"1\"}",
                "{\"name\":\"x\",\"kind\":\"COVERAGE_LOSS\",\"low\":\"99.5\"}",
                "{\"name\":\"x\",\"kind\":\"RESIDUAL\",\"for\":\"P8D\"}",
                "{\"name\":\"x\",\"kind\":\"RESIDUAL\",\"low\":\"2\",\"high\":\"1\"}")) {
            assertThat(errors("/v1/alert-rules", body)).as(body).containsExactly("body");
        }
        assertThat(errors("/v1/alert-rules", "{\"name\":\"x\",\"kind\":\"ENERGY_BUDGET\"}"))
                .hasSize(1);
    }

    @Test
    void listsAreReadPageByPage() {
        for (int i = 0; i < 3; i++) {
            done(201, post("/v1/alert-rules", named("z-page-" + i, PUE)));
            done(201, post("/v1/webhooks", webhook("z-page-" + i)));
        }

        assertThat(names("/v1/alert-rules?limit=1", "rules")).containsSubsequence("z-page-0", "z-page-1", "z-page-2");
        assertThat(names("/v1/alert-rules?limit=100", "rules")).isEqualTo(names("/v1/alert-rules?limit=1", "rules"));
        assertThat(names("/v1/webhooks?limit=2", "webhooks")).containsSubsequence("z-page-0", "z-page-1", "z-page-2");
        assertThat(send("GET", "/v1/webhooks?cursor=QUJD").statusCode()).isEqualTo(400);
        assertThat(send("GET", "/v1/alert-rules?cursor=%25").statusCode()).isEqualTo(400);
    }

    /** By the links, as a client would. */
    private static List<String> names(String address, String list) {
        List<String> names = new ArrayList<>();
        Optional<String> next = Optional.of(address);
        while (next.isPresent()) {
            HttpResponse<String> page = send("GET", next.get());
            done(200, page).get(list).forEach(line -> names.add(line.get("name").asText()));
            next = page.headers().firstValue("Link").map(link -> link.replaceAll("<(.*)>.*", "$1"));
        }
        return names;
    }

    // ---- webhooks

    @Test
    void aSecretIsShownOnceAndAgainAtARotationAndNeverElse() {
        JsonNode made = done(201, post("/v1/webhooks", webhook("secretive")));
        String first = made.get("secret").asText();
        assertThat(made.at("/made/host").asText()).isEqualTo("https://hooks.example");
        JsonNode rotated = done(201, post("/v1/webhooks/secretive/rotation", "{}"));
        String second = rotated.get("secret").asText();

        assertThat(second).isNotEqualTo(first);
        assertThat(Instant.parse(rotated.at("/made/old_secret_until").asText()))
                .isBetween(
                        Clock.systemUTC().instant().plus(Duration.ofHours(23)),
                        Clock.systemUTC().instant().plus(Duration.ofHours(25)));
        String all = get("/v1/webhooks").toString()
                + get("/v1/webhooks/secretive")
                + get("/v1/webhooks/secretive/deliveries")
                + api.database().audit().before(Ledger.TENANT, Long.MAX_VALUE, 1_000);
        assertThat(all).doesNotContain(first.substring(6), second.substring(6), "path-that-is-secret");
        assertThat(acts("secretive")).containsExactly("alert.webhook.rotate", "alert.webhook.create");
        assertThat(errors("/v1/webhooks/secretive/rotation", "{\"overlap\":\"P8D\"}"))
                .containsExactly("overlap");
        assertThat(post("/v1/webhooks/nobody/rotation", "{}").statusCode()).isEqualTo(404);
    }

    /** Else whoever sends a request again is shown a secret that signs nothing. */
    @Test
    void theSameRequestAgainMakesNothingAndShowsNoSecret() {
        String[] once = {operator[0], operator[1], "Idempotency-Key", "w-1"};
        HttpResponse<String> first = api.post("/v1/webhooks", webhook("once"), once);
        HttpResponse<String> again = api.post("/v1/webhooks", webhook("once"), once);
        String[] rotation = {operator[0], operator[1], "Idempotency-Key", "w-2"};
        JsonNode rotated = done(201, api.post("/v1/webhooks/once/rotation", "{}", rotation));
        HttpResponse<String> rotatedAgain = api.post("/v1/webhooks/once/rotation", "{}", rotation);

        assertThat(first.statusCode()).isEqualTo(201);
        for (HttpResponse<String> replayed : List.of(again, rotatedAgain)) {
            assertThat(replayed.headers().firstValue("Idempotent-Replayed")).contains("true");
            assertThat(done(201, replayed).get("secret").isNull()).isTrue();
        }
        assertThat(TestApi.parse(rotatedAgain.body()).get("made")).isEqualTo(rotated.get("made"));
        assertThat(acts("once")).containsExactly("alert.webhook.rotate", "alert.webhook.create");
    }

    @Test
    void theSameRequestAgainIsAnsweredAlsoWhereWhatItMadeWasRemoved() {
        String[] ofRule = {operator[0], operator[1], "Idempotency-Key", "g-1"};
        String[] ofWebhook = {operator[0], operator[1], "Idempotency-Key", "g-2"};
        JsonNode rule = done(201, api.post("/v1/alert-rules", named("gone", PUE), ofRule));
        done(201, api.post("/v1/webhooks", webhook("gone"), ofWebhook));
        assertThat(send("DELETE", "/v1/alert-rules/gone").statusCode()).isEqualTo(204);
        assertThat(send("DELETE", "/v1/webhooks/gone").statusCode()).isEqualTo(204);

        HttpResponse<String> again = api.post("/v1/alert-rules", named("gone", PUE), ofRule);
        assertThat(done(201, again)).isEqualTo(rule);
        assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
        assertThat(done(409, api.post("/v1/webhooks", webhook("gone"), ofWebhook))
                        .get("detail")
                        .asText())
                .contains("was made, and removed since");
        assertThat(rules()).noneMatch(made -> made.name().equals("gone"));
    }

    @Test
    void aWebhookLeadsOnlyWhereTheOperatorOfTheServiceAllows() {
        assertThat(errors("/v1/webhooks", "{\"name\":\"evil\",\"url\":\"https://169.254.169.254/latest\"}"))
                .containsExactly("url");
        assertThat(errors(
                        "/v1/webhooks", "{\"name\":\"E\",\"url\":\"https://hooks.example/" + "x".repeat(2_000) + "\"}"))
                .containsExactly("name", "url");
        assertThat(post("/v1/webhooks", webhook("kept")).statusCode()).isEqualTo(201);
        assertThat(post("/v1/webhooks", webhook("kept")).statusCode()).isEqualTo(409);
        HttpResponse<String> moved = patch("/v1/webhooks/kept", "{\"url\":\"https://evil.example/\"}");
        assertThat(moved.statusCode()).isEqualTo(400);

        JsonNode off = done(200, patch("/v1/webhooks/kept", "{\"enabled\":false}"));
        assertThat(off.get("enabled").asBoolean()).isFalse();
        JsonNode on =
                done(200, patch("/v1/webhooks/kept", "{\"enabled\":true,\"url\":\"https://hooks.example/elsewhere\"}"));
        assertThat(on.get("enabled").asBoolean()).isTrue();
        assertThat(done(200, patch("/v1/webhooks/kept", "{}"))).isEqualTo(on);
        assertThat(patch("/v1/webhooks/nobody", "{}").statusCode()).isEqualTo(404);
        assertThat(send("DELETE", "/v1/webhooks/kept").statusCode()).isEqualTo(204);
        assertThat(send("DELETE", "/v1/webhooks/kept").statusCode()).isEqualTo(404);
        assertThat(acts("kept"))
                .containsExactly(
                        "alert.webhook.remove", "alert.webhook.set", "alert.webhook.set", "alert.webhook.create");
    }

    @Test
    void whyNothingArrivesIsSeen() {
        done(201, post("/v1/webhooks", webhook("seen")));
        FoundAlert.open(alerts);
        Instant later = Clock.systemUTC().instant().plus(Duration.ofHours(1));
        Delivery due = alerts.due(Ledger.TENANT, later, 10).stream()
                .filter(delivery -> delivery.webhook().equals("seen"))
                .findFirst()
                .orElseThrow();
        String address = "/v1/webhooks/seen/deliveries";

        alerts.note(Ledger.TENANT, due, Delivery.Outcome.WAITING, "REFUSED: host x resolves to 10.0.0.1", later, later);
        JsonNode waiting = get(address).at("/deliveries/0");
        assertThat(waiting.get("message").asText()).isEqualTo(FoundAlert.ID + ".opened");
        assertThat(waiting.get("state").asText()).isEqualTo("WAITING");
        assertThat(waiting.get("attempts").asInt()).isEqualTo(1);
        assertThat(waiting.get("last_result").asText())
                .as("a code, and no words")
                .isEqualTo("REFUSED");
        assertThat(waiting.get("next_at").isNull()).isFalse();

        alerts.note(Ledger.TENANT, due, Delivery.Outcome.DEAD, "HTTP 503", later, later);
        JsonNode givenUp = get(address + "?state=GIVEN_UP&limit=1").at("/deliveries/0");
        assertThat(givenUp.get("last_result").asText()).isEqualTo("HTTP 503");
        assertThat(givenUp.get("next_at").isNull()).isTrue();
        assertThat(get(address + "?state=DELIVERED").at("/deliveries").size()).isZero();
        assertThat(get("/v1/webhooks/seen").get("given_up").asInt()).isEqualTo(1);
        assertThat(send("GET", address + "?state=LOST").statusCode()).isEqualTo(400);
    }

    // ---- asking

    private static String named(String name, String rule) {
        return "{\"name\":\"" + name + "\"," + rule.substring(1);
    }

    private static String webhook(String name) {
        return "{\"name\":\"" + name + "\",\"url\":\"https://hooks.example/path-that-is-secret\"}";
    }

    private static List<AlertRule> rules() {
        return alerts.rules(Ledger.TENANT);
    }

    private static List<String> acts(String subject) {
        return api.database().audit().before(Ledger.TENANT, Long.MAX_VALUE, 1_000).stream()
                .map(act -> TestApi.parse(act.body()))
                .filter(act -> act.get("subject").asText().equals(subject))
                .peek(act -> assertThat(act.get("actor").asText()).isEqualTo("olga"))
                .map(act -> act.get("action").asText())
                .toList();
    }

    private static JsonNode done(int status, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return TestApi.parse(answer.body());
    }

    private static JsonNode get(String address) {
        return done(200, send("GET", address));
    }

    private static List<String> errors(String address, String body) {
        List<String> fields = new ArrayList<>();
        done(400, post(address, body))
                .get("errors")
                .forEach(error -> fields.add(error.get("field").asText()));
        return fields;
    }

    private static HttpResponse<String> send(String method, String address) {
        return api.send(method, address, operator);
    }

    private static HttpResponse<String> post(String address, String body) {
        return api.post(address, body, operator);
    }

    private static HttpResponse<String> put(String address, String body, String... headers) {
        return api.sendJson(
                "PUT",
                address,
                body,
                Stream.of(operator, headers).flatMap(Stream::of).toArray(String[]::new));
    }

    private static HttpResponse<String> patch(String address, String body) {
        return api.sendJson("PATCH", address, body, operator);
    }
}
