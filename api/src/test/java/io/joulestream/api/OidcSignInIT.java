package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.joulestream.api.oidc.IssuerConfig;
import io.joulestream.api.testing.TestIssuer;
import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Role;
import io.joulestream.storage.AuditEntry;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.storage.IdentityStore;
import io.joulestream.storage.Member;
import io.joulestream.storage.OidcSubject;
import io.joulestream.storage.testing.LedgerServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Browsers that sign in at a provider, by code and PKCE, and what attackers make of it; the provider is a server of its own. */
class OidcSignInIT {
    private static final AuditEntry ACT = new AuditEntry("cli:test", "test.act", "x", "");

    /** The browser forgets its attempt. */
    private static final String ENDED = "js-sign-in=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax";

    private static final DatabaseAddress DATABASE = LedgerServer.newDatabase();
    private static int tests;

    private final String tenant = "t" + tests++;
    private final SetClock clock = new SetClock(TestApi.NOW);
    private final TestIssuer provider = new TestIssuer(clock);
    private final ExecutorService threads = Executors.newFixedThreadPool(3);
    private TestApi api;

    /** Keeps cookies, and goes where it is sent when it is told to. */
    private static final class Browser {
        private final Map<String, String> cookies = new HashMap<>();
        private final TestApi api;

        Browser(TestApi api) {
            this.api = api;
        }

        HttpResponse<String> get(String path) {
            String shown = String.join(
                    "; ",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .toList());
            HttpResponse<String> answer = shown.isEmpty() ? api.get(path) : api.get(path, "Cookie", shown);
            for (String set : answer.headers().allValues("Set-Cookie")) {
                String[] pair = set.split(";")[0].split("=", 2);
                if (set.contains("Max-Age=0;")) {
                    cookies.remove(pair[0]);
                } else {
                    cookies.put(pair[0], pair[1]);
                }
            }
            return answer;
        }

        /** To the provider and back: the path and query with which it is sent back. */
        String backFromProvider() {
            String there = location(get("/v1/session/oidc"));
            String back = location(outside(there));
            assertThat(back).startsWith(api.address() + "/v1/session/oidc/callback?");
            return back.substring(api.address().toString().length());
        }

        HttpResponse<String> signIn() {
            return get(backFromProvider());
        }

        private static HttpResponse<String> outside(String address) {
            try {
                return HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create(address)).build(),
                                HttpResponse.BodyHandlers.ofString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @BeforeEach
    void start() {
        api = TestApi.startWith(DATABASE, provider, clock, TestApi.known(provider));
        prepare(api, provider);
    }

    private void prepare(TestApi api, TestIssuer provider) {
        IdentityStore identity = api.database().identity();
        ApiKey first = ApiKey.random(tenant, new SecureRandom());
        identity.createFirstKey(first, "ada", TestApi.NOW.plus(Duration.ofDays(9)), ACT);
        identity.createMember(tenant, "vera", Member.Kind.PERSON, Role.VIEWER, ACT);
        identity.link(tenant, "vera", new OidcSubject(provider.issuer(), provider.user), ACT);
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        api.close();
    }

    // ---- signing in

    @Test
    void aBrowserGoesToTheProviderAndComesBackWithASession() {
        Browser browser = new Browser(api);

        HttpResponse<String> signedIn = browser.signIn();

        assertThat(signedIn.statusCode()).isEqualTo(303);
        assertThat(location(signedIn)).isEqualTo("/");
        assertThat(signedIn.headers().allValues("Set-Cookie")).hasSize(2).contains(ENDED);
        assertThat(browser.cookies).containsOnlyKeys("js");
        assertThat(signedIn.headers().allValues("Set-Cookie").get(1))
                .matches("js=" + tenant + "\\.[A-Za-z0-9_-]{43}; Path=/; Max-Age=28800; HttpOnly; SameSite=Strict");
        assertThat(signedIn.headers().firstValue("Cache-Control")).contains("no-store");
        JsonNode who = TestApi.parse(browser.get("/v1/session").body());
        assertThat(who.get("member").asText()).isEqualTo("vera");
        assertThat(who.get("expires_at").asText()).isEqualTo("2026-04-01T20:00:30Z");
        assertThat(browser.get("/v1/sites").statusCode()).isEqualTo(200);
        assertThat(browser.get("/v1/members").statusCode()).isEqualTo(403);
    }

    @Test
    void whatIsSentToTheProviderTellsNothingOfWhatIsKept() {
        Browser browser = new Browser(api);

        HttpResponse<String> begun = browser.get("/v1/session/oidc");

        assertThat(cookie(begun)).matches("js-sign-in=[A-Za-z0-9_-]{43}; Path=/; Max-Age=600; HttpOnly; SameSite=Lax");
        assertThat(location(begun))
                .startsWith(provider.issuer() + "/authorize?tenant=1&response_type=code&client_id=joulestream+pages&")
                .contains("&scope=openid&state=", "&nonce=", "&code_challenge=", "&code_challenge_method=S256")
                .doesNotContain(browser.cookies.get("js-sign-in"), TestIssuer.SECRET);
        assertThat(location(begun)).isNotEqualTo(location(browser.get("/v1/session/oidc")));
    }

    @Test
    void theWaysToSignInAreTold() {
        assertThat(api.get("/v1/session/ways").body()).isEqualTo("{\"ways\":[\"key\",\"oidc\"]}");
        try (TestApi byKeyOnly = TestApi.startWithKeys();
                TestApi open = TestApi.start()) {
            assertThat(byKeyOnly.get("/v1/session/ways").body()).isEqualTo("{\"ways\":[\"key\"]}");
            assertThat(open.get("/v1/session/ways").body()).isEqualTo("{\"ways\":[]}");
            for (String path : List.of("/v1/session/oidc", "/v1/session/oidc/callback?code=a&state=b")) {
                assertThat(byKeyOnly.get(path).statusCode()).isEqualTo(409);
                assertThat(open.get(path).statusCode()).isEqualTo(409);
            }
        }
    }

    @Test
    void aClientShowsItsSecretAsTheProviderAsks() {
        provider.clientAuthentication = "client_secret_post";
        assertThat(location(new Browser(api).signIn())).isEqualTo("/");

        TestIssuer another = new TestIssuer(clock);
        another.clientAuthentication = "none";
        IssuerConfig isPublic = new IssuerConfig(
                another.issuer(),
                Optional.empty(),
                Optional.of(new IssuerConfig.Client(TestIssuer.CLIENT, Optional.empty())));
        try (TestApi withoutSecret = TestApi.startWith(another, clock, isPublic)) {
            prepare(withoutSecret, another);
            assertThat(location(new Browser(withoutSecret).signIn())).isEqualTo("/");
        }
    }

    @Test
    void aSessionEndsWithTheLinkAndWithTheMember() {
        IdentityStore identity = api.database().identity();
        Browser browser = new Browser(api);
        browser.signIn();
        identity.unlink(tenant, "vera", ACT);
        assertThat(browser.get("/v1/sites").statusCode()).isEqualTo(401);

        identity.link(tenant, "vera", new OidcSubject(provider.issuer(), provider.user), ACT);
        browser.signIn();
        assertThat(browser.get("/v1/sites").statusCode()).isEqualTo(200);
        identity.disableMember(tenant, "vera", ACT);
        assertThat(browser.get("/v1/sites").statusCode()).isEqualTo(401);
        assertNobody("not-a-member", browser.signIn());
    }

    // ---- nobody is signed in

    @Test
    void whomTheProviderKnowsAndWeDoNotIsNotSignedIn() {
        provider.user = "somebody else";

        assertNobody("not-a-member", new Browser(api).signIn());
    }

    @Test
    void whomTheProviderRefusesIsNotSignedIn() {
        provider.denies = true;

        assertNobody("refused", new Browser(api).signIn());
    }

    /** Else somebody's link would sign another's browser in, as that somebody. */
    @Test
    void oneBrowsersAttemptIsNoOthers() {
        String attackers = new Browser(api).backFromProvider();
        Browser victim = new Browser(api);

        assertNobody("stale", victim.get(attackers));
        victim.get("/v1/session/oidc");
        assertNobody("stale", victim.get(attackers));
        assertThat(victim.get("/v1/session").statusCode()).isEqualTo(401);
    }

    /** PKCE: who steals the code has not what it was asked for with. */
    @Test
    void aCodeOfAnothersAttemptIsNotTaken() {
        String stolen = new Browser(api).backFromProvider();
        Browser thief = new Browser(api);
        String own = thief.backFromProvider();

        assertNobody("failed", thief.get(own.replace(parameter(own, "code"), parameter(stolen, "code"))));
    }

    /** Such as when somebody goes back to that page, or loads it again: an attempt ends with its first answer. */
    @Test
    void whatCameBackOnceIsNotTakenAgain() {
        Browser browser = new Browser(api);
        String back = browser.backFromProvider();
        String attempt = browser.cookies.get("js-sign-in");
        assertThat(location(browser.get(back))).isEqualTo("/");
        int asked = provider.asked();

        assertNobody("stale", browser.get(back));
        assertThat(provider.asked()).isEqualTo(asked);
        browser.cookies.put("js-sign-in", attempt);
        assertNobody("failed", browser.get(back));
    }

    /** A code that is none costs a call with our client's secret, which anybody could have made. */
    @Test
    void theProviderIsAskedAboutSoManyCodesAndNoMore() {
        Browser browser = new Browser(api);
        String state = parameter(browser.backFromProvider(), "state");
        String attempt = browser.cookies.get("js-sign-in");
        int asked = provider.asked();
        int sent = 0;

        HttpResponse<String> answer;
        do {
            browser.cookies.put("js-sign-in", attempt);
            answer = browser.get("/v1/session/oidc/callback?code=forged&state=" + state);
            sent++;
        } while (location(answer).endsWith("failed") && sent < 1_000);

        assertNobody("unavailable", answer);
        assertThat(sent).isBetween(31, 999);
        assertThat(provider.asked() - asked).isEqualTo(sent - 1);
    }

    @Test
    void aProviderThatHangsHoldsTwoThreadsAndNoMore() throws Exception {
        List<Browser> browsers = List.of(new Browser(api), new Browser(api), new Browser(api));
        List<String> back = browsers.stream().map(Browser::backFromProvider).toList();
        int asked = provider.asked();
        CountDownLatch hanging = provider.hang();
        CompletableFuture<HttpResponse<String>> first =
                CompletableFuture.supplyAsync(() -> browsers.get(0).get(back.get(0)), threads);
        CompletableFuture<HttpResponse<String>> second =
                CompletableFuture.supplyAsync(() -> browsers.get(1).get(back.get(1)), threads);
        Awaitility.await("two are asked about").until(() -> provider.asked() == asked + 2);

        CompletableFuture<HttpResponse<String>> third =
                CompletableFuture.supplyAsync(() -> browsers.get(2).get(back.get(2)), threads);
        assertNobody("unavailable", third.get(4, TimeUnit.SECONDS));

        hanging.countDown();
        assertThat(location(first.join())).isEqualTo("/");
        assertThat(location(second.join())).isEqualTo("/");
    }

    @Test
    void aStateThatWasChangedOrRepeatedOrIsMissingIsRefused() {
        for (UnaryOperator<String> change : List.<UnaryOperator<String>>of(
                back -> back.replace("state=", "state=x"),
                back -> back + "&state=again",
                back -> back.replace("&state=" + parameter(back, "state"), ""),
                back -> "/v1/session/oidc/callback")) {
            Browser browser = new Browser(api);
            assertNobody("stale", browser.get(change.apply(browser.backFromProvider())));
        }
        Browser browser = new Browser(api);
        String back = browser.backFromProvider();
        browser.cookies.put("js-sign-in", "x");
        assertNobody("stale", browser.get(back));
    }

    @Test
    void anAnswerOfAnotherIssuerIsRefused() {
        Browser browser = new Browser(api);
        String back = browser.backFromProvider();

        assertNobody("failed", browser.get(back.replace(parameter(back, "iss"), "https%3A%2F%2Flogin.example")));
    }

    @Test
    void anIdentityTokenThatIsNotOfThisAttemptOrForUsIsRefused() {
        provider.change = claims -> claims.claim("nonce", "another");
        assertNobody("failed", new Browser(api).signIn());
        provider.change = claims -> claims.claim("nonce", null);
        assertNobody("failed", new Browser(api).signIn());
        provider.change = claims -> claims.audience("another client");
        assertNobody("failed", new Browser(api).signIn());
        provider.change = claims -> claims.audience(TestIssuer.AUDIENCE);
        assertNobody("failed", new Browser(api).signIn());
        provider.change = claims -> claims.audience(List.of(TestIssuer.CLIENT, "another client"));
        assertNobody("failed", new Browser(api).signIn());
        provider.change = claims -> claims.claim("azp", "another client");
        assertNobody("failed", new Browser(api).signIn());
        provider.change = claims -> claims.issuer("https://login.example");
        assertNobody("failed", new Browser(api).signIn());
        provider.change = claims -> claims.expirationTime(Date.from(TestApi.NOW.minusSeconds(61)));
        assertNobody("failed", new Browser(api).signIn());

        provider.change = claims ->
                claims.audience(List.of(TestIssuer.CLIENT, "another client")).claim("azp", TestIssuer.CLIENT);
        assertThat(location(new Browser(api).signIn())).isEqualTo("/");
    }

    @Test
    void anIdentityTokenOpensNothingByItself() {
        StringBuilder identity = new StringBuilder();
        provider.change = claims -> {
            identity.append(TestIssuer.sign(claims.build(), provider.signing()));
            return claims;
        };
        assertThat(location(new Browser(api).signIn())).isEqualTo("/");

        HttpResponse<String> answer = api.sendAside(HttpRequest.newBuilder(URI.create(api.address() + "/v1/sites"))
                .header("Authorization", "Bearer " + identity)
                .build());

        assertThat(answer.statusCode()).isEqualTo(401);
    }

    @Test
    void whereTheProviderIsAwayThePageSaysSo() {
        provider.isAway = true;
        assertNobody("unavailable", new Browser(api).get("/v1/session/oidc"));
        provider.isAway = false;
        clock.set(TestApi.NOW.plusSeconds(30));
        Browser browser = new Browser(api);
        String back = browser.backFromProvider();

        provider.isAway = true;

        assertNobody("unavailable", browser.get(back));
    }

    @Test
    void whereTheDatabaseIsAwayThePageSaysSo() {
        Browser browser = new Browser(api);
        String back = browser.backFromProvider();

        api.database().close();

        assertNobody("unavailable", browser.get(back));
    }

    /** Whatever is asked for, the way leads to the provider or to the first page. */
    @Test
    void nobodyIsSentAnywhereElse() {
        for (String more : List.of("next=//evil.example", "redirect_uri=https://evil.example", "return_to=/x")) {
            Browser browser = new Browser(api);
            assertThat(browser.get("/v1/session/oidc?" + more).statusCode()).isEqualTo(400);
            assertThat(location(browser.get(browser.backFromProvider() + "&" + more)))
                    .isEqualTo("/");
        }
        String answer = RawHttp.send(
                api.address(), "GET /v1/session/oidc HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 421").doesNotContain("Location");
    }

    // ----

    private static void assertNobody(String why, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(location(answer)).isEqualTo("/#sign-in=" + why);
        assertThat(cookie(answer)).isEqualTo(ENDED);
    }

    private static String location(HttpResponse<String> answer) {
        return answer.headers()
                .firstValue("Location")
                .orElseThrow(() -> new AssertionError(answer.statusCode() + " " + answer.body()));
    }

    private static String cookie(HttpResponse<String> answer) {
        assertThat(answer.headers().allValues("Set-Cookie")).hasSize(1);
        return answer.headers().firstValue("Set-Cookie").orElseThrow();
    }

    private static String parameter(String address, String name) {
        return address.replaceFirst(".*[?&]" + name + "=([^&]*).*", "$1");
    }
}
