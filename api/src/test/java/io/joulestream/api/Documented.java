package io.joulestream.api;

import io.joulestream.api.OpenApi.Example;
import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Role;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.core.ledger.RejectCode;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.storage.AuditEntry;
import io.joulestream.storage.Database;
import io.joulestream.storage.IdentityStore;
import io.joulestream.storage.LedgerWriter;
import io.joulestream.storage.Member;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What the examples of {@code openapi.yaml} are about: the site of {@link Sites#documented}, Ada, who administers, and Berta, who
 * reads. Keys are required, and these are known.
 */
final class Documented {
    static final ApiKey ADA = new ApiKey(Ledger.TENANT, "adaaaaaa", "A".repeat(43));
    static final ApiKey BERTA = new ApiKey(Ledger.TENANT, "bertaaaa", "B".repeat(43));
    /** Of a member that may do nothing but send readings. */
    static final ApiKey AGENT = new ApiKey(Ledger.TENANT, "agentaaa", "C".repeat(43));

    /** Of one who operates. */
    static final ApiKey OLGA = new ApiKey(Ledger.TENANT, "olgaaaaa", "E".repeat(43));

    private static final Map<String, Route> ROUTES =
            TestApi.routes().stream().collect(Collectors.toMap(Route::name, Function.identity()));

    private Documented() {}

    /** Of Ada, or, where an administrator may not, of Olga. */
    static ApiKey keyOf(Example example) {
        boolean isAdas = OpenApi.FILE
                .operation(example.method(), example.path())
                .flatMap(operation -> Optional.ofNullable(ROUTES.get(operation.toString())))
                .flatMap(route -> route.access().permission())
                .map(Role.ADMIN::may)
                .orElse(true);
        return isAdas ? ADA : OLGA;
    }

    static TestApi start() {
        TestApi api = TestApi.startWithKeys();
        Sites.documented(api.database());
        FoundAlert.open(api.database().alerts());
        refuse(api.database());
        IdentityStore identity = api.database().identity();
        Instant nextYear = TestApi.NOW.plus(Duration.ofDays(365));
        identity.createFirstKey(ADA, "ada", nextYear, act("member.create", "ada"));
        member(identity, "olga", Member.Kind.PERSON, Role.OPERATOR, OLGA, nextYear);
        member(identity, "berta", Member.Kind.PERSON, Role.VIEWER, BERTA, nextYear);
        member(identity, "agent", Member.Kind.SERVICE, Role.SITE_AGENT, AGENT, nextYear);
        return api;
    }

    private static void refuse(Database database) {
        try (LedgerWriter writer = database.openWriter()) {
            writer.write(new DeadLetter(
                    "js.telemetry.v1.default",
                    0,
                    4_711,
                    Ledger.TENANT,
                    "berlin",
                    "pdu-1",
                    Metric.METER_POWER_ACTIVE.number(),
                    2,
                    RejectCode.OUT_OF_RANGE.name(),
                    "9999999 W, at most 400000",
                    Instant.parse("2026-04-01T11:59:00Z"),
                    new byte[] {1, 2, 3}));
            writer.flush();
        }
    }

    private static void member(
            IdentityStore identity, String name, Member.Kind kind, Role role, ApiKey key, Instant expiresAt) {
        identity.createMember(Ledger.TENANT, name, kind, role, act("member.create", name));
        identity.createKey(key, name, Set.of(), expiresAt, act("key.create", key.prefix()));
    }

    private static AuditEntry act(String action, String subject) {
        return new AuditEntry("cli:ada", action, subject, "");
    }

    /** A server on which whatever needs the clock, or a key, fails. */
    static TestApi startFailing() {
        return TestApi.startWithKeys(new StoppedClock());
    }

    static HttpResponse<String> ask(TestApi api, Example example) {
        return ask(
                api,
                example,
                example.address(),
                example.body(),
                "Authorization",
                "Bearer " + keyOf(example).text());
    }

    /** As the example is asked, but for the address and the body. */
    static HttpResponse<String> ask(TestApi api, Example example, String address, String body, String... moreHeaders) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(api.address() + address))
                .method(example.method(), body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!example.body().isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (!example.method().equals("GET")) {
            request.header("Origin", api.address().toString());
        }
        if (moreHeaders.length > 0) {
            request.headers(moreHeaders);
        }
        return api.send(request.build());
    }

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
