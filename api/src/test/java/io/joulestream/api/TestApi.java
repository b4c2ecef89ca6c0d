package io.joulestream.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.joulestream.api.oidc.Issuer;
import io.joulestream.api.oidc.IssuerConfig;
import io.joulestream.api.testing.TestIssuer;
import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.storage.KeptFrom;
import io.joulestream.storage.testing.LedgerServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** A started server over a database of its own, and a client that talks to it over a real socket. */
final class TestApi implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-04-01T12:00:30Z");

    static final Health HEALTH = new Health(
            Health.Status.DEGRADED,
            List.of("DATABASE_LOCKED"),
            Map.of("joulestream", "0.1.0", "postgresql", "18.6"),
            "PLAIN",
            Optional.of(new Health.Job("RUNNING", Optional.of(Instant.parse("2026-04-01T12:00:25Z")))),
            Optional.of(new Health.Ledger(
                    Map.of("TOO_OLD", 3L, "DECODE_ERROR", 4L),
                    Map.of("berlin", Instant.parse("2026-04-01T12:00:00Z")),
                    List.of(),
                    KeptFrom.ALL)),
            List.of("the job restarted twice"));

    /** No test waits for longer than it has to where it is refused. */
    private static final Duration SOON = Duration.ofMillis(5);

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final HttpClient client = HttpClient.newHttpClient();
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Database database;
    private final Optional<TestIssuer> provider;
    private final ApiServer server;

    private TestApi(
            Database database,
            HealthSource health,
            Clock clock,
            ApiConfig.Keys keys,
            int requestsPerMinute,
            ApiConfig.Live live) {
        this(database, health, clock, keys, requestsPerMinute, live, Optional.empty(), Optional.empty());
    }

    private TestApi(
            Database database,
            HealthSource health,
            Clock clock,
            ApiConfig.Keys keys,
            int requestsPerMinute,
            ApiConfig.Live live,
            Optional<TestIssuer> provider,
            Optional<Issuer> issuer) {
        this.database = database;
        this.provider = provider;
        this.server = new ApiServer(
                database,
                health,
                clock,
                new ApiConfig(
                        ApiConfig.LOOPBACK,
                        0,
                        Ledger.TENANT,
                        keys,
                        Optional.empty(),
                        requestsPerMinute,
                        Duration.ZERO,
                        SOON,
                        live),
                registry,
                TestApi::refusal,
                issuer);
        server.start();
    }

    /** As an operator names one host. */
    private static Optional<String> refusal(String url) {
        return url.startsWith("https://hooks.example/")
                ? Optional.empty()
                : Optional.of("its host is not among those named");
    }

    /** All routes there are, of which nothing is asked. */
    static List<Route> routes() {
        return Routes.all(
                new TenantResources.OfAll(
                        tenant -> {
                            throw new AssertionError("asked for " + tenant);
                        },
                        new HeldAnswers(Duration.ZERO, System::nanoTime)),
                new SessionResource(null, null, null, ApiConfig.onLoopback(0, "default")),
                new SignInResource(ApiConfig.Keys.REQUIRED, Optional.empty(), null, null, null));
    }

    static TestApi start() {
        return start(tenant -> HEALTH, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    static TestApi start(HealthSource health, Clock clock) {
        return start(health, clock, ApiConfig.Keys.NONE);
    }

    static TestApi start(HealthSource health, Clock clock, ApiConfig.Keys keys) {
        return start(health, clock, keys, ApiConfig.Live.DEFAULT);
    }

    static TestApi start(HealthSource health, Clock clock, ApiConfig.Keys keys, ApiConfig.Live live) {
        return new TestApi(Database.open(LedgerServer.newDatabase()), health, clock, keys, 1_000_000, live);
    }

    /** @param requestsPerMinute of each member; of whoever shows no key ten times as many */
    static TestApi startWithKeys(int requestsPerMinute) {
        return new TestApi(
                Database.open(LedgerServer.newDatabase()),
                tenant -> HEALTH,
                Clock.fixed(NOW, ZoneOffset.UTC),
                ApiConfig.Keys.REQUIRED,
                requestsPerMinute,
                ApiConfig.Live.DEFAULT);
    }

    static TestApi startWithKeys() {
        return startWithKeys(Clock.fixed(NOW, ZoneOffset.UTC));
    }

    static TestApi startWithKeys(Clock clock) {
        return start(tenant -> HEALTH, clock, ApiConfig.Keys.REQUIRED);
    }

    /** Whose members sign in at a provider too, and show its tokens. */
    static TestApi startWith(TestIssuer provider, Clock clock) {
        return startWith(provider, clock, known(provider));
    }

    /** As an operator would say it. */
    static IssuerConfig known(TestIssuer provider) {
        return new IssuerConfig(
                provider.issuer(),
                Optional.of(TestIssuer.AUDIENCE),
                Optional.of(new IssuerConfig.Client(TestIssuer.CLIENT, Optional.of(TestIssuer.SECRET))));
    }

    /** @param provider closed with it */
    static TestApi startWith(TestIssuer provider, Clock clock, IssuerConfig config) {
        return startWith(LedgerServer.newDatabase(), provider, clock, config);
    }

    /** On a database that others use too. */
    static TestApi startWith(DatabaseAddress database, TestIssuer provider, Clock clock, IssuerConfig config) {
        return new TestApi(
                Database.open(database),
                tenant -> HEALTH,
                clock,
                ApiConfig.Keys.REQUIRED,
                1_000_000,
                ApiConfig.Live.DEFAULT,
                Optional.of(provider),
                Optional.of(new Issuer(config, new PlainCalls(), clock)));
    }

    Broadcasts broadcasts() {
        return server.broadcasts();
    }

    /** Over a database that is asked through somebody who looks on. */
    static TestApi start(DatabaseAddress address, ApiConfig.Keys keys) {
        return new TestApi(
                Database.open(address),
                tenant -> HEALTH,
                Clock.fixed(NOW, ZoneOffset.UTC),
                keys,
                1_000_000,
                ApiConfig.Live.DEFAULT);
    }

    Database database() {
        return database;
    }

    PrometheusRegistry registry() {
        return registry;
    }

    URI address() {
        return server.address();
    }

    HttpResponse<String> get(String path, String... headers) {
        return send("GET", path, headers);
    }

    HttpResponse<String> send(String method, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    /** With a JSON body. */
    HttpResponse<String> post(String path, String body, String... headers) {
        return sendJson("POST", path, body, headers);
    }

    HttpResponse<String> sendJson(String method, String path, String body, String... headers) {
        List<String> all = new ArrayList<>(List.of("Content-Type", "application/json"));
        all.addAll(List.of(headers));
        return sendBody(method, path, body, all.toArray(String[]::new));
    }

    HttpResponse<String> sendBody(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    HttpResponse<String> send(HttpRequest request) {
        HttpResponse<String> response = sendAside(request);
        Answers.note(request, response);
        return response;
    }

    /** Of a request that is another in each run, so that its answer is not compared with that of another server. */
    HttpResponse<String> sendAside(HttpRequest request) {
        try {
            HttpResponse<String> response = client.send(request, TestApi::text);
            Contract.hold(request, response);
            return response;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As fast as can be: nothing is held against anything. */
    int statusOf(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The body as it was before it was compressed for the way; of a stream of events the first. */
    private static BodySubscriber<String> text(ResponseInfo response) {
        if (response.headers().firstValue("Content-Type").equals(Optional.of(EventStream.MEDIA_TYPE))) {
            return new FirstEvent();
        }
        boolean isCompressed = response.headers().firstValue("Content-Encoding").equals(Optional.of("gzip"));
        return BodySubscribers.mapping(
                BodySubscribers.ofByteArray(), bytes -> new String(isCompressed ? gunzip(bytes) : bytes, UTF_8));
    }

    private static byte[] gunzip(byte[] bytes) {
        if (bytes.length == 0) {
            return bytes; // the answer to HEAD
        }
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return gzip.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The body of an answer that must be 200. */
    JsonNode json(String path) {
        HttpResponse<String> response = get(path);
        if (response.statusCode() != 200) {
            throw new AssertionError(path + " answered " + response.statusCode() + " " + response.body());
        }
        return parse(response.body());
    }

    static JsonNode parse(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(body, e);
        }
    }

    @Override
    public void close() {
        server.close();
        provider.ifPresent(TestIssuer::close);
        database.close();
    }
}
