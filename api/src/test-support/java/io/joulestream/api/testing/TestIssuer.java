package io.joulestream.api.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * A little OpenID provider on loopback: discovery, keys, authorization code with PKCE S256, tokens. It is as strict as a real one
 * with what clients send. Whoever comes to its authorization endpoint is {@link #user} and consents, unless told otherwise.
 */
public final class TestIssuer implements AutoCloseable {
    public static final String AUDIENCE = "https://joulestream.example/api";
    public static final String CLIENT = "joulestream pages";
    public static final String SECRET = "s3cr+t/%: of the test";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Clock clock;
    private final Map<String, Grant> grants = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger keyFetches = new AtomicInteger();
    private volatile List<JWK> published;
    private volatile JWK signing = rsa("first");
    private volatile CountDownLatch hanging = new CountDownLatch(0);

    public volatile String user = "248289761001";
    /** Of the token endpoint: client_secret_basic, client_secret_post or none. */
    public volatile String clientAuthentication = "client_secret_basic";

    public volatile boolean isAway;
    /** Whoever is asked whether to let the client in says no. */
    public volatile boolean denies;
    /** What is done to identity tokens before they are signed. */
    public volatile UnaryOperator<JWTClaimsSet.Builder> change = claims -> claims;

    public volatile UnaryOperator<Map<String, Object>> metadataChange = metadata -> metadata;

    private record Grant(String user, String redirect, String challenge, String nonce) {}

    private interface Answerer {
        void answer(HttpExchange exchange) throws IOException;
    }

    public TestIssuer(Clock clock) {
        this.clock = clock;
        this.published = List.of(signing);
        try {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        on("/.well-known/openid-configuration", this::metadata);
        on("/keys", this::keys);
        on("/authorize", this::authorize);
        on("/token", this::token);
        server.start();
    }

    private void on(String path, Answerer answerer) {
        server.createContext(path, exchange -> {
            asked.incrementAndGet();
            try (exchange) {
                hanging.await();
                if (isAway) {
                    send(exchange, 503, "away");
                } else {
                    answerer.answer(exchange);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    public String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** How often it was asked for anything, answered or not. */
    public int asked() {
        return asked.get();
    }

    /** How often its keys were asked for. */
    public int keyFetches() {
        return keyFetches.get();
    }

    /** Answers nobody until {@link CountDownLatch#countDown}. */
    public CountDownLatch hang() {
        hanging = new CountDownLatch(1);
        return hanging;
    }

    // ---- keys and tokens

    public static RSAKey rsa(String id) {
        return rsa(id, 2048);
    }

    public static RSAKey rsa(String id, int bits) {
        try {
            return new RSAKeyGenerator(bits, true).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    public static ECKey ec(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The key that it signs with. */
    public JWK signing() {
        return signing;
    }

    /** Signs with a key from now on, and publishes these. */
    public void rotate(JWK next, List<JWK> all) {
        signing = next;
        published = List.copyOf(all);
    }

    /** Of an access token for the user, valid for five minutes. */
    public JWTClaimsSet.Builder access() {
        Instant now = clock.instant();
        return new JWTClaimsSet.Builder()
                .issuer(issuer())
                .subject(user)
                .audience(AUDIENCE)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(Duration.ofMinutes(5))));
    }

    /** An access token signed as the issuer signs. */
    public String token() {
        return sign(access().build(), signing);
    }

    public static String sign(JWTClaimsSet claims, JWK key) {
        return sign(claims, key, new JOSEObjectType("at+jwt"));
    }

    public static String sign(JWTClaimsSet claims, JWK key, JOSEObjectType type) {
        JWSAlgorithm algorithm = key instanceof RSAKey ? JWSAlgorithm.RS256 : JWSAlgorithm.ES256;
        return sign(
                claims,
                key,
                new JWSHeader.Builder(algorithm)
                        .keyID(key.getKeyID())
                        .type(type)
                        .build());
    }

    public static String sign(JWTClaimsSet claims, JWK key, JWSHeader header) {
        try {
            SignedJWT token = new SignedJWT(header, claims);
            JWSSigner signer = key instanceof RSAKey rsa
                    ? new RSASSASigner(rsa.toPrivateKey(), true)
                    : new ECDSASigner(key.toECKey());
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- what it answers

    private void metadata(HttpExchange exchange) throws IOException {
        Map<String, Object> metadata = new HashMap<>(Map.of(
                "issuer", issuer(),
                "jwks_uri", issuer() + "/keys",
                "authorization_endpoint", issuer() + "/authorize?tenant=1",
                "token_endpoint", issuer() + "/token",
                "token_endpoint_auth_methods_supported", List.of(clientAuthentication)));
        send(exchange, 200, JSONObjectUtils.toJSONString(metadataChange.apply(metadata)));
    }

    private void keys(HttpExchange exchange) throws IOException {
        keyFetches.incrementAndGet();
        send(exchange, 200, new JWKSet(published).toString(true));
    }

    private void authorize(HttpExchange exchange) throws IOException {
        Map<String, String> query = form(exchange.getRequestURI().getRawQuery());
        boolean isGood = query.get("response_type").equals("code")
                && query.get("client_id").equals(CLIENT)
                && query.get("scope").equals("openid")
                && query.get("tenant").equals("1")
                && query.get("code_challenge_method").equals("S256")
                && query.get("code_challenge").length() == 43
                && query.get("redirect_uri").endsWith("/v1/session/oidc/callback");
        if (!isGood) {
            send(exchange, 400, "a bad request");
            return;
        }
        String back = query.get("redirect_uri") + "?session_state=x&iss=" + encoded(issuer()) + "&state="
                + encoded(query.get("state"));
        if (denies) {
            back += "&error=access_denied";
        } else {
            String code = UUID.randomUUID().toString();
            grants.put(
                    code, new Grant(user, query.get("redirect_uri"), query.get("code_challenge"), query.get("nonce")));
            back += "&code=" + code;
        }
        exchange.getResponseHeaders().set("Location", back);
        exchange.sendResponseHeaders(302, -1);
    }

    private void token(HttpExchange exchange) throws IOException {
        Map<String, String> form = form(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        if (!isClient(exchange.getRequestHeaders().getFirst("Authorization"), form)) {
            send(exchange, 401, "{\"error\":\"invalid_client\"}");
            return;
        }
        Grant grant = grants.remove(form.getOrDefault("code", ""));
        boolean isGood = grant != null
                && form.get("grant_type").equals("authorization_code")
                && grant.redirect().equals(form.get("redirect_uri"))
                && grant.challenge().equals(challenge(form.get("code_verifier")));
        if (!isGood) {
            send(exchange, 400, "{\"error\":\"invalid_grant\"}");
            return;
        }
        Instant now = clock.instant();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(issuer())
                .subject(grant.user())
                .audience(CLIENT)
                .claim("nonce", grant.nonce())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(Duration.ofMinutes(5))));
        String identity = sign(change.apply(claims).build(), signing, JOSEObjectType.JWT);
        send(
                exchange,
                200,
                JSONObjectUtils.toJSONString(
                        Map.of("access_token", token(), "token_type", "Bearer", "id_token", identity)));
    }

    private boolean isClient(String authorization, Map<String, String> form) {
        return switch (clientAuthentication) {
            case "client_secret_basic" -> {
                String both = encoded(CLIENT) + ":" + encoded(SECRET);
                yield ("Basic " + Base64.getEncoder().encodeToString(both.getBytes(UTF_8))).equals(authorization);
            }
            case "client_secret_post" ->
                CLIENT.equals(form.get("client_id")) && SECRET.equals(form.get("client_secret"));
            default ->
                authorization == null && CLIENT.equals(form.get("client_id")) && !form.containsKey("client_secret");
        };
    }

    private static String challenge(String verifier) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static Map<String, String> form(String text) {
        Map<String, String> fields = new HashMap<>();
        for (String field : text.split("&")) {
            String[] parts = field.split("=", 2);
            fields.put(URLDecoder.decode(parts[0], UTF_8), URLDecoder.decode(parts[1], UTF_8));
        }
        return fields;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    @Override
    public void close() {
        hanging.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
