package io.joulestream.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.joulestream.api.oidc.Issuer;
import io.joulestream.api.oidc.IssuerConfig;
import io.joulestream.api.oidc.TokenRefusedException;
import io.joulestream.api.testing.TestIssuer;
import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Role;
import io.joulestream.storage.AuditEntry;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.storage.IdentityStore;
import io.joulestream.storage.Member;
import io.joulestream.storage.OidcSubject;
import io.joulestream.storage.testing.LedgerServer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Access tokens of a provider, good and forged, shown to the API; the provider is a server of its own. */
class OidcTokensIT {
    private static final AuditEntry ACT = new AuditEntry("cli:test", "test.act", "x", "");
    private static final JWK ATTACKERS = TestIssuer.rsa("first");
    private static final DatabaseAddress DATABASE = LedgerServer.newDatabase();
    private static int tests;

    private final String tenant = "t" + tests++;

    private final SetClock clock = new SetClock(TestApi.NOW);
    private final TestIssuer provider = new TestIssuer(clock);
    private TestApi api;
    private IdentityStore identity;

    @BeforeEach
    void start() {
        api = TestApi.startWith(DATABASE, provider, clock, TestApi.known(provider));
        identity = api.database().identity();
        ApiKey first = ApiKey.random(tenant, new SecureRandom());
        identity.createFirstKey(first, "ada", TestApi.NOW.plus(Duration.ofDays(9)), ACT);
        identity.createMember(tenant, "vera", Member.Kind.PERSON, Role.VIEWER, ACT);
        identity.link(tenant, "vera", subject(provider.user), ACT);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    // ---- whom a token lets in

    @Test
    void aTokenOfTheProviderIsTheMemberThatIsLinkedToItsSubject() {
        JsonNode who = TestApi.parse(ask("/v1/session", provider.token()).body());

        assertThat(who.get("member").asText()).isEqualTo("vera");
        assertThat(who.get("role").asText()).isEqualTo("viewer");
        assertThat(who.get("expires_at").isNull()).isTrue();
        assertThat(ask("/v1/sites", provider.token()).statusCode()).isEqualTo(200);
        assertThat(ask("/v1/members", provider.token()).statusCode())
                .as("no more than the role may")
                .isEqualTo(403);
    }

    @Test
    void whoIsNoMemberIsNobodyAndBecomesNone() {
        provider.user = "somebody else";

        assertRefused(provider.token());

        assertThat(identity.members(tenant)).extracting(Member::name).containsExactly("ada", "vera");
    }

    @Test
    void aTokenEndsWithTheLinkAndWithTheMember() {
        String token = provider.token();
        assertAccepted(token);
        identity.unlink(tenant, "vera", ACT);
        assertRefused(token);

        identity.link(tenant, "vera", subject(provider.user), ACT);
        assertAccepted(token);
        identity.disableMember(tenant, "vera", ACT);
        assertRefused(token);
    }

    @Test
    void aTokenOpensTheTenantOfItsMemberOnly() {
        identity.createFirstKey(
                ApiKey.random("other-" + tenant, new SecureRandom()),
                "olga",
                TestApi.NOW.plus(Duration.ofDays(9)),
                ACT);
        identity.link("other-" + tenant, "olga", subject("olga"), ACT);
        provider.user = "olga";

        assertThat(TestApi.parse(ask("/v1/session", provider.token()).body())
                        .get("tenant")
                        .asText())
                .isEqualTo("other-" + tenant);
    }

    @Test
    void anEllipticKeySignsToo() {
        JWK key = TestIssuer.ec("curve");
        provider.rotate(key, List.of(key));

        assertAccepted(provider.token());
    }

    @Test
    void aTypeIsTakenThatAnAccessTokenHas() {
        JWTClaimsSet claims = provider.access().build();
        for (String type : List.of("at+jwt", "application/at+jwt", "JWT", "jwt")) {
            assertAccepted(TestIssuer.sign(claims, provider.signing(), new JOSEObjectType(type)));
        }
        assertAccepted(TestIssuer.sign(claims, provider.signing(), (JOSEObjectType) null));
        for (String type : List.of("dpop+jwt", "logout+jwt", "secevent+jwt", "JOSE")) {
            assertRefused(TestIssuer.sign(claims, provider.signing(), new JOSEObjectType(type)));
        }
    }

    // ---- forged ones

    @Test
    void whatIsNotSignedIsRefused() {
        String claims = Base64URL.encode(provider.access().build().toString()).toString();
        for (String algorithm : List.of("none", "None", "NONE", "nOnE")) {
            String header = Base64URL.encode("{\"alg\":\"" + algorithm + "\",\"kid\":\"first\"}")
                    .toString();
            assertRefused(header + "." + claims + ".");
            assertRefused(header + "." + claims + ".AAAA");
        }
        String[] parts = provider.token().split("\\.");
        assertRefused(parts[0] + "." + parts[1] + ".");
        assertRefused(parts[0] + "." + parts[1]);
    }

    /** What verifies is public, and must not be taken for a secret that both sides share. */
    @Test
    void aPublicKeyIsNoSecret() throws JOSEException {
        RSAKey key = provider.signing().toRSAKey();
        List<byte[]> secrets = List.of(
                key.toRSAPublicKey().getEncoded(),
                key.getModulus().decode(),
                key.toPublicJWK().toJSONString().getBytes(UTF_8));
        for (byte[] secret : secrets) {
            for (JWSAlgorithm algorithm : List.of(JWSAlgorithm.HS256, JWSAlgorithm.HS512)) {
                SignedJWT token = new SignedJWT(
                        new JWSHeader.Builder(algorithm).keyID("first").build(),
                        provider.access().build());
                token.sign(new MACSigner(secret));
                assertRefused(token.serialize());
            }
        }
    }

    @Test
    void onlyTheTwoAlgorithmsAreTaken() throws JOSEException {
        RSAKey key = provider.signing().toRSAKey();
        for (JWSAlgorithm algorithm : List.of(JWSAlgorithm.RS384, JWSAlgorithm.RS512, JWSAlgorithm.PS256)) {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(algorithm).keyID("first").build(),
                    provider.access().build());
            token.sign(new RSASSASigner(key));
            assertRefused(token.serialize());
        }
    }

    @Test
    void aKeyIsLookedUpByItsNameAndNowhereElse() {
        JWTClaimsSet claims = provider.access().build();
        for (String id : List.of(
                "unknown", "../../../../dev/null", "' or '1'='1", "first\u0000", "", "file:///etc/hostname", "*")) {
            assertRefused(TestIssuer.sign(claims, ATTACKERS, header().keyID(id).build()));
            assertRefused(TestIssuer.sign(
                    claims, provider.signing(), header().keyID(id).build()));
        }
        assertRefused(TestIssuer.sign(claims, provider.signing(), header().build()));
        assertRefused(TestIssuer.sign(claims, ATTACKERS, header().keyID("first").build()));
    }

    @Test
    void keysThatATokenBringsAlongAreNotLookedAt() throws Exception {
        try (TestIssuer attackers = new TestIssuer(clock)) {
            attackers.rotate(ATTACKERS, List.of(ATTACKERS));
            URI keys = URI.create(attackers.issuer() + "/keys");
            for (JWSHeader header : List.of(
                    header().keyID("first").jwkURL(keys).build(),
                    header().keyID("first").x509CertURL(keys).build(),
                    header().keyID("first").jwk(ATTACKERS.toPublicJWK()).build(),
                    header().keyID("theirs")
                            .jwkURL(keys)
                            .jwk(ATTACKERS.toPublicJWK())
                            .build())) {
                assertRefused(TestIssuer.sign(provider.access().build(), ATTACKERS, header));
            }
            assertRefused(TestIssuer.sign(
                    provider.access().build(),
                    ATTACKERS,
                    header().keyID("first")
                            .x509CertChain(List.of(Base64.encode("no certificate")))
                            .build()));
            assertThat(attackers.asked()).isZero();
        }
    }

    @Test
    void aTokenThatWasChangedIsRefused() {
        String[] parts = provider.token().split("\\.");
        String changed = new Base64URL(parts[1]).decodeToString().replace(provider.user, "somebody");
        assertRefused(parts[0] + "." + Base64URL.encode(changed) + "." + parts[2]);

        String other = TestIssuer.sign(provider.access().subject("x").build(), ATTACKERS)
                .split("\\.")[2];
        assertRefused(parts[0] + "." + parts[1] + "." + other);
    }

    @Test
    void aHeaderThatMustBeUnderstoodAndIsNotIsRefused() {
        assertRefused(TestIssuer.sign(
                provider.access().build(),
                provider.signing(),
                header().keyID("first")
                        .criticalParams(Set.of("exp"))
                        .customParam("exp", 1)
                        .build()));
    }

    /** One that may be forged in an afternoon, published or not. */
    @Test
    void aShortKeyIsNotTaken() {
        JWK weak = TestIssuer.rsa("weak", 1024);
        JWK strong = TestIssuer.rsa("strong");
        provider.rotate(strong, List.of(weak, strong));
        assertRefused(TestIssuer.sign(provider.access().build(), weak));
        assertAccepted(provider.token());
    }

    // ---- not for us, or not now

    @Test
    void aTokenForSomebodyElseIsRefused() {
        assertRefused(signed(provider.access().audience("https://other.example")));
        assertRefused(signed(provider.access().audience(List.of())));
        assertRefused(signed(provider.access().audience(TestIssuer.CLIENT)));
        assertAccepted(signed(provider.access().audience(List.of("https://other.example", TestIssuer.AUDIENCE))));
    }

    @Test
    void aTokenOfSomebodyElseIsRefused() {
        assertRefused(signed(provider.access().issuer("https://login.example")));
        assertRefused(signed(provider.access().issuer(provider.issuer() + "/")));
        assertRefused(signed(provider.access().issuer(null)));
        assertRefused(signed(provider.access().subject(null)));
        assertRefused(signed(provider.access().subject("")));
        for (String subject : List.of(" ", "x".repeat(256), "a\u0000b", "a\nb", " a", "\u00e9")) {
            assertRefused(signed(provider.access().subject(subject)));
        }
    }

    @Test
    void aTokenIsValidInItsTimeWithAMinuteForClocksThatDiffer() {
        Instant now = TestApi.NOW;
        assertRefused(signed(provider.access().expirationTime(at(now.minusSeconds(61)))));
        assertAccepted(signed(provider.access().expirationTime(at(now.minusSeconds(59)))));
        assertRefused(signed(provider.access().expirationTime(null)));
        assertRefused(signed(provider.access().notBeforeTime(at(now.plusSeconds(61)))));
        assertAccepted(signed(provider.access().notBeforeTime(at(now.plusSeconds(59)))));
        assertRefused(signed(provider.access().issueTime(at(now.plusSeconds(61)))));
        assertAccepted(signed(provider.access().issueTime(at(now.plusSeconds(59)))));
        assertRefused(signed(provider.access().issueTime(null)));
        assertAccepted(signed(provider.access().expirationTime(at(now.plus(Duration.ofDays(1))))));
        assertRefused(signed(
                provider.access().expirationTime(at(now.plus(Duration.ofDays(1)).plusSeconds(1)))));
        for (String times :
                List.of("\"exp\":1e400,\"iat\":0", "\"exp\":\"tomorrow\",\"iat\":0", "\"exp\":-1,\"iat\":-1")) {
            assertRefused(withClaims("{\"iss\":\"" + provider.issuer() + "\",\"sub\":\"" + provider.user
                    + "\",\"aud\":\"" + TestIssuer.AUDIENCE + "\"," + times + "}"));
        }
    }

    @Test
    void aTokenThatIsTooLongIsNotRead() {
        assertRefused("x".repeat(8 << 10));
        assertRefused(signed(provider.access().claim("groups", "g".repeat(7 << 10))));
        assertAccepted(signed(provider.access().claim("groups", "g".repeat(5 << 10))));
        Issuer issuer = new Issuer(
                new IssuerConfig(provider.issuer(), Optional.of(TestIssuer.AUDIENCE), Optional.empty()),
                new PlainCalls(),
                clock);
        assertThatThrownBy(() -> issuer.subject("e30.".repeat(1 << 18)))
                .isInstanceOf(TokenRefusedException.class)
                .hasMessage("it is longer than 8192 characters");
    }

    @Test
    void whatIsNoTokenIsRefused() {
        for (String text : List.of(".", "..", "...", "a.b.c", "e30.e30.e30", "js_default_x_y", "e30..", "{}.{}.{}")) {
            assertRefused(text);
        }
        assertRefused(withClaims("[]"));
        assertRefused(withClaims("{\"sub\":{}}"));
        assertRefused(withClaims("[".repeat(3_000)));
    }

    // ---- keys change, and the provider goes away

    @Test
    void aNewKeyIsTakenAndOneThatIsGoneIsNot() {
        String old = provider.token();
        assertAccepted(old);
        JWK next = TestIssuer.rsa("second");
        provider.rotate(next, List.of(next));
        assertAccepted(old);
        assertThat(provider.keyFetches()).isEqualTo(1);

        pass(Duration.ofSeconds(30));

        assertAccepted(provider.token());
        assertThat(provider.keyFetches()).isEqualTo(2);
        assertRefused(old);
    }

    @Test
    void aKeyThatIsGoneIsNotTakenLongerThanAQuarterOfAnHour() {
        assertAccepted(provider.token());
        JWK old = provider.signing();
        JWK next = TestIssuer.rsa("second");
        provider.rotate(next, List.of(next));

        pass(Duration.ofMinutes(15));

        assertRefused(TestIssuer.sign(provider.access().build(), old));
    }

    @Test
    void howeverManyUnknownKeysAreNamedTheProviderIsAskedOnce() {
        assertAccepted(provider.token());
        for (int i = 0; i < 20; i++) {
            assertRefused(unknownKey());
        }
        assertThat(provider.keyFetches()).isEqualTo(1);

        pass(Duration.ofSeconds(30));
        for (int i = 0; i < 20; i++) {
            assertRefused(unknownKey());
        }

        assertThat(provider.keyFetches()).isEqualTo(2);
    }

    @Test
    void whileTheProviderIsAwayNobodyIsToldToBeWrong() {
        provider.isAway = true;
        assertUnavailable(provider.token());
        int asked = provider.asked();
        assertUnavailable(provider.token());
        assertThat(provider.asked()).as("not again so soon").isEqualTo(asked);
        provider.isAway = false;
        pass(Duration.ofSeconds(30));
        assertAccepted(provider.token());

        provider.isAway = true;
        pass(Duration.ofSeconds(30));

        assertUnavailable(unknownKey());
        assertAccepted(provider.token());
        pass(Duration.ofHours(23));
        assertAccepted(provider.token());
        pass(Duration.ofHours(1));
        assertUnavailable(provider.token());
    }

    @Test
    void aProviderThatHangsHoldsOneRequestAndNoOther() {
        assertAccepted(provider.token());
        pass(Duration.ofSeconds(30));
        CountDownLatch hanging = provider.hang();
        int asked = provider.asked();

        CompletableFuture<HttpResponse<String>> waiting =
                CompletableFuture.supplyAsync(() -> ask("/v1/sites", unknownKey()));
        await().until(() -> provider.asked() > asked);

        assertAccepted(provider.token());
        assertUnavailable(unknownKey());
        hanging.countDown();
        assertThat(waiting.join().statusCode()).isEqualTo(401);
    }

    @Test
    void whatAnotherIssuerPublishesIsNotTaken() {
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of("issuer", "https://login.example"),
                Map.of("jwks_uri", "http://login.example/keys"),
                Map.of("jwks_uri", "file:///etc/hostname"),
                Map.of("token_endpoint", "http://10.0.0.1/"))) {
            provider.metadataChange = metadata -> {
                metadata.putAll(wrong);
                return metadata;
            };
            assertUnavailable(provider.token());
            pass(Duration.ofSeconds(30));
        }
        assertThat(provider.keyFetches()).isZero();
    }

    @Test
    void whereNoAudienceIsToldNoTokensAreTaken() {
        try (TestApi pagesOnly = TestApi.startWith(
                DATABASE,
                new TestIssuer(clock),
                clock,
                new IssuerConfig(
                        provider.issuer(),
                        Optional.empty(),
                        Optional.of(new IssuerConfig.Client(TestIssuer.CLIENT, Optional.empty()))))) {
            assertThat(ask(pagesOnly, "/v1/sites", provider.token()).statusCode())
                    .isEqualTo(401);
        }
        assertThat(provider.asked()).isZero();
    }

    // ----

    private static JWSHeader.Builder header() {
        return new JWSHeader.Builder(JWSAlgorithm.RS256);
    }

    private static Date at(Instant instant) {
        return Date.from(instant);
    }

    private String signed(JWTClaimsSet.Builder claims) {
        return TestIssuer.sign(claims.build(), provider.signing());
    }

    private String unknownKey() {
        return TestIssuer.sign(
                provider.access().build(),
                ATTACKERS,
                header().keyID(UUID.randomUUID().toString()).build());
    }

    /** Signed by the provider, whatever it says. */
    private String withClaims(String json) {
        try {
            JWSObject token = new JWSObject(header().keyID("first").build(), new Payload(json));
            token.sign(new RSASSASigner(provider.signing().toRSAKey()));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private OidcSubject subject(String name) {
        return new OidcSubject(provider.issuer(), name);
    }

    private void pass(Duration time) {
        clock.set(clock.instant().plus(time));
    }

    private void assertAccepted(String token) {
        HttpResponse<String> answer = ask("/v1/sites", token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /** In the same words as who shows nothing. */
    private void assertRefused(String token) {
        HttpResponse<String> answer = ask("/v1/sites", token);
        HttpResponse<String> nobody = api.get("/v1/sites");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
        assertThat(withoutTrace(answer)).isEqualTo(withoutTrace(nobody));
    }

    private static String withoutTrace(HttpResponse<String> answer) {
        return answer.body().replaceAll("\"trace_id\":\"[0-9a-f]+\"", "");
    }

    private void assertUnavailable(String token) {
        HttpResponse<String> answer = ask("/v1/sites", token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(TestApi.parse(answer.body()).get("reason").asText()).isEqualTo("ISSUER_UNREACHABLE");
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }

    private HttpResponse<String> ask(String path, String token) {
        return ask(api, path, token);
    }

    private static HttpResponse<String> ask(TestApi of, String path, String token) {
        return of.sendAside(HttpRequest.newBuilder(URI.create(of.address() + path))
                .header("Authorization", "Bearer " + token)
                .build());
    }
}
