package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.joulestream.core.access.ApiKey;
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
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Browsers: signed in with a key, signed out, and kept from what another site's page would have them do. */
class SessionIT {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant TOMORROW = TestApi.NOW.plus(Duration.ofDays(1));
    private static final AuditEntry ACT = new AuditEntry("cli:test", "test.act", "x", "");

    private static TestApi api;
    private static IdentityStore identity;
    private static ApiKey admin;

    @BeforeAll
    static void start() {
        api = TestApi.startWithKeys();
        identity = api.database().identity();
        admin = ApiKey.random(Ledger.TENANT, RANDOM);
        identity.createFirstKey(admin, "ada", TOMORROW, ACT);
        identity.createMember(Ledger.TENANT, "vera", Member.Kind.PERSON, Role.VIEWER, ACT);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void aPageSignsInWithAKeyAndThenShowsItsCookie() {
        HttpResponse<String> opened = signIn(admin);

        assertThat(opened.statusCode()).isEqualTo(201);
        String cookie = opened.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).matches("js=default\\.[A-Za-z0-9_-]{43}; Path=/; Max-Age=28800; HttpOnly; SameSite=Strict");
        JsonNode who = TestApi.parse(opened.body());
        assertThat(who.get("member").asText()).isEqualTo("ada");
        assertThat(who.get("role").asText()).isEqualTo("admin");
        assertThat(who.get("expires_at").asText()).isEqualTo("2026-04-01T20:00:30Z");
        assertThat(opened.headers().firstValue("Cache-Control")).contains("no-store");

        HttpResponse<String> shown = api.get("/v1/session", "Cookie", pair(opened));
        assertThat(shown.body()).isEqualTo(opened.body());
        assertThat(api.get("/v1/sites", "Cookie", pair(opened)).statusCode()).isEqualTo(200);
        assertThat(api.get("/v1/sites").statusCode()).isEqualTo(401);
    }

    @Test
    void signedOutTheCookieOpensNothing() {
        String cookie = pair(signIn(admin));

        HttpResponse<String> closed = api.send("DELETE", "/v1/session", "Cookie", cookie, "Origin", origin());

        assertThat(closed.statusCode()).isEqualTo(204);
        assertThat(closed.headers().firstValue("Set-Cookie").orElseThrow()).startsWith("js=; Path=/; Max-Age=0;");
        assertThat(api.get("/v1/sites", "Cookie", cookie).statusCode()).isEqualTo(401);
        assertThat(api.send("DELETE", "/v1/session", "Cookie", cookie, "Origin", origin())
                        .statusCode())
                .as("once more")
                .isEqualTo(204);
    }

    @Test
    void aSessionEndsWithItsKey() {
        ApiKey key = ApiKey.random(Ledger.TENANT, RANDOM);
        identity.createKey(key, "vera", Set.of(), TOMORROW, ACT);
        String cookie = pair(signIn(key));
        assertThat(api.get("/v1/sites", "Cookie", cookie).statusCode()).isEqualTo(200);

        identity.revokeKey(Ledger.TENANT, key.prefix(), ACT);

        assertThat(api.get("/v1/sites", "Cookie", cookie).statusCode()).isEqualTo(401);
    }

    @Test
    void nobodySignsInWithWhatIsNoValidKey() {
        ApiKey expired = ApiKey.random(Ledger.TENANT, RANDOM);
        identity.createKey(expired, "vera", Set.of(), TestApi.NOW, ACT);
        for (ApiKey key : List.of(
                expired,
                ApiKey.random(Ledger.TENANT, RANDOM),
                ApiKey.random("nowhere", RANDOM),
                new ApiKey(Ledger.TENANT, admin.prefix(), "A".repeat(43)))) {
            HttpResponse<String> answer = signIn(key);

            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
            assertThat(answer.body()).doesNotContain(key.secret());
        }
        assertThat(post("{\"key\":\"hunter2\"}", "Origin", origin()).statusCode())
                .isEqualTo(401);
        assertThat(post("{\"key\":\"hunter2\"}", "Origin", origin()).body()).doesNotContain("hunter2");
    }

    /** Nor signed out, nor made to do anything: a page that another site serves can send a cookie along. */
    @Test
    void anotherSitesPageGetsNothingDone() {
        String cookie = pair(signIn(admin));
        String body = "{\"name\":\"mallory\",\"role\":\"admin\"}";
        List<String[]> foreign = new ArrayList<>(List.of(
                new String[] {"Origin", "https://elsewhere.example"},
                new String[] {"Origin", "null"},
                new String[] {"Origin", origin() + ".elsewhere.example"},
                new String[] {"Origin", origin().replace("http:", "https:")}));
        foreign.add(new String[0]);

        for (String[] headers : foreign) {
            assertThat(post("{\"key\":\"" + admin.text() + "\"}", headers).statusCode())
                    .isEqualTo(403);
            List<String> withCookie = new ArrayList<>(List.of("Cookie", cookie));
            withCookie.addAll(List.of(headers));
            String[] all = withCookie.toArray(String[]::new);
            assertThat(api.post("/v1/members", body, all).statusCode()).isEqualTo(403);
            assertThat(api.send("DELETE", "/v1/session", all).statusCode()).isEqualTo(403);
        }
        assertThat(identity.members(Ledger.TENANT)).extracting(Member::name).doesNotContain("mallory");
        assertThat(api.get("/v1/session", "Cookie", cookie).statusCode()).isEqualTo(200);
        assertThat(api.post("/v1/members", body.replace("mallory", "mia"), "Cookie", cookie, "Origin", origin())
                        .statusCode())
                .isEqualTo(201);
    }

    /** A name that an attacker has led to loopback is not ours, whatever the page says where it came from. */
    @Test
    void aForeignNameThatLeadsHereIsAnothersSite() {
        String body = "{\"key\":\"" + admin.text() + "\"}";
        String answer = RawHttp.send(
                api.address(),
                "POST /v1/session HTTP/1.1\r\nHost: evil.example:80\r\nOrigin: http://evil.example:80\r\n"
                        + "Content-Type: application/json\r\nContent-Length: " + body.length()
                        + "\r\nConnection: close\r\n\r\n" + body);

        assertThat(answer).startsWith("HTTP/1.1 421").doesNotContain("Set-Cookie");
    }

    @Test
    void aSimpleFormIsNoSignIn() {
        for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "")) {
            String[] headers = type.isEmpty()
                    ? new String[] {"Origin", origin()}
                    : new String[] {"Origin", origin(), "Content-Type", type};
            HttpResponse<String> answer = api.sendBody("POST", "/v1/session", "{\"key\":\"x\"}", headers);

            assertThat(answer.statusCode()).as(type).isEqualTo(415);
        }
    }

    @Test
    void aBodyThatIsNoneIsRefusedInWords() {
        assertThat(post("", "Origin", origin()).statusCode()).isEqualTo(400);
        for (String body : List.of("{", "[]", "\"x\"", "{}", "{\"key\":1}", "{\"key\":\"a\",\"key\":\"b\"}", "{} {}")) {
            HttpResponse<String> answer = post(body, "Origin", origin());

            assertThat(answer.statusCode()).as(body).isEqualTo(400);
            assertThat(TestApi.parse(answer.body()).get("errors")).as(body).isNotEmpty();
        }
        HttpResponse<String> more = post("{\"key\":\"x\",\"tenant\":\"y\"}", "Origin", origin());
        assertThat(TestApi.parse(more.body()).at("/errors/0/field").asText()).isEqualTo("tenant");
        assertThat(post("{\"key\":\"" + "x".repeat(20_000) + "\"}", "Origin", origin())
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void aKeySaysWhoOneIsToo() {
        JsonNode who = TestApi.parse(api.get("/v1/session", "Authorization", "Bearer " + admin.text())
                .body());

        assertThat(who.get("member").asText()).isEqualTo("ada");
        assertThat(who.get("expires_at").isNull()).isTrue();
        assertThat(api.get("/v1/session").statusCode()).isEqualTo(401);
    }

    @Test
    void whereNoKeysAreAskedForEverybodyReadsAndThereAreNoSessions() {
        try (TestApi open = TestApi.start()) {
            assertThat(open.get("/v1/session").body())
                    .isEqualTo("{\"tenant\":\"default\",\"member\":null,\"role\":null,\"permissions\":[\"READ\"],"
                            + "\"expires_at\":null}");
            assertThat(open.post("/v1/session", "{\"key\":\"x\"}").statusCode()).isEqualTo(409);
            assertThat(open.get("/v1/members").statusCode()).isEqualTo(403);
        }
    }

    private static String origin() {
        return api.address().toString();
    }

    private static HttpResponse<String> signIn(ApiKey key) {
        return post("{\"key\":\"" + key.text() + "\"}", "Origin", origin());
    }

    private static HttpResponse<String> post(String body, String... headers) {
        return api.post("/v1/session", body, headers);
    }

    private static String pair(HttpResponse<String> opened) {
        return opened.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    }
}
