package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.api.OpenApi.Example;
import io.joulestream.api.OpenApi.Operation;
import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Role;
import io.joulestream.storage.AuditEntry;
import io.joulestream.storage.IdentityStore;
import io.joulestream.storage.Member;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What may go wrong at any address goes wrong at each as {@code openapi.yaml} says. */
class StatusesIT {
    private static final SecureRandom RANDOM = new SecureRandom();

    private static TestApi open;
    private static TestApi guarded;
    private static TestApi failing;
    private static TestApi withoutDatabase;
    private static ApiKey ofAnAgent;

    @BeforeAll
    static void start() {
        open = TestApi.start();
        Sites.documented(open.database());
        guarded = TestApi.startWithKeys();
        ofAnAgent = agent(guarded.database().identity());
        failing = TestApi.startWithKeys(new StoppedClock());
        withoutDatabase = TestApi.startWithKeys();
        withoutDatabase.database().close();
    }

    private static ApiKey agent(IdentityStore identity) {
        AuditEntry act = new AuditEntry("cli:test", "test", "x", "");
        ApiKey key = ApiKey.random(Ledger.TENANT, RANDOM);
        Instant tomorrow = TestApi.NOW.plus(Duration.ofDays(1));
        identity.createFirstKey(ApiKey.random(Ledger.TENANT, RANDOM), "first", tomorrow, act);
        identity.createMember(Ledger.TENANT, "agent", Member.Kind.SERVICE, Role.SITE_AGENT, act);
        identity.createKey(key, "agent", Set.of(), tomorrow, act);
        return key;
    }

    @AfterAll
    static void stop() {
        List.of(open, guarded, failing, withoutDatabase).forEach(TestApi::close);
    }

    static List<Operation> operations() {
        return OpenApi.FILE.operations();
    }

    static List<Operation> guardedOperations() {
        return operations().stream()
                .filter(operation -> operation.statuses().contains("401"))
                .toList();
    }

    static List<Operation> operationsOnSomething() {
        return operations().stream()
                .filter(operation -> operation.example().address().matches(".*(berlin|w10|app[.]js).*"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void whatIsNoGoodRequestAnywhere(Operation operation) {
        Example example = operation.example();
        String more = example.address() + (example.address().contains("?") ? "&" : "?");

        assertThat(open.send(example.method(), more + "x=" + "x".repeat(20_000)).statusCode())
                .isEqualTo(414);
        assertThat(open.send(example.method(), example.address(), "X-Large", "x".repeat(20_000))
                        .statusCode())
                .isEqualTo(431);
        assertThat(open.send(HttpRequest.newBuilder(URI.create(open.address() + example.address()))
                                .method(example.method(), BodyPublishers.ofString("x".repeat(20_000)))
                                .build())
                        .statusCode())
                .isEqualTo(413);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void aParameterThatNobodyKnows(Operation operation) {
        Example example = operation.example();
        String more = example.address() + (example.address().contains("?") ? "&" : "?");

        assertThat(open.send(example.method(), more + "x=1").statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @MethodSource("operationsOnSomething")
    void whatNobodyHas(Operation operation) {
        Example example = operation.example();
        String nowhere = example.address()
                .replace("berlin", "bergen")
                .replace("w10", "w11")
                .replace("app.js", "nothing.js");

        assertThat(open.send(example.method(), nowhere).statusCode()).isEqualTo(404);
    }

    static List<Operation> operationsWithTags() {
        return operations().stream()
                .filter(operation -> operation.statuses().contains("304"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("operationsWithTags")
    void whatIsKnownAlready(Operation operation) {
        String address = operation.example().address();
        String tag = open.get(address).headers().firstValue("ETag").orElseThrow();

        HttpResponse<String> again = open.get(address, "If-None-Match", tag);

        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.headers().firstValue("ETag")).hasValue(tag);
        assertThat(open.send("HEAD", address, "If-None-Match", tag).statusCode())
                .isEqualTo(304);
        assertThat(open.send("HEAD", address).headers().firstValue("ETag")).hasValue(tag);
        assertThat(open.get(address, "If-None-Match", "\"" + "0".repeat(64) + "\"")
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @MethodSource("guardedOperations")
    void whoMayNot(Operation operation) {
        assertThat(send(guarded, operation, null).statusCode()).isEqualTo(401);
        assertThat(send(guarded, operation, ofAnAgent).statusCode()).isEqualTo(403);
    }

    @ParameterizedTest
    @MethodSource("guardedOperations")
    void aServerThatFails(Operation operation) {
        assertThat(send(failing, operation, ofAnAgent).statusCode()).isEqualTo(500);
    }

    @ParameterizedTest
    @MethodSource("guardedOperations")
    void aDatabaseThatIsAway(Operation operation) {
        assertThat(send(withoutDatabase, operation, ofAnAgent).statusCode()).isEqualTo(503);
    }

    private static HttpResponse<String> send(TestApi api, Operation operation, ApiKey key) {
        Example example = operation.example();
        return key == null
                ? api.send(example.method(), example.address())
                : api.send(example.method(), example.address(), "Authorization", "Bearer " + key.text());
    }

    /** Fails whoever asks it. */
    private static final class StoppedClock extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            throw new IllegalStateException("the clock stands still");
        }
    }
}
