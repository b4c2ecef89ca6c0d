package io.joulestream.api;

import io.joulestream.api.OpenApi.Example;
import io.joulestream.api.testing.TestIssuer;
import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Role;
import io.joulestream.core.alert.AlertKind;
import io.joulestream.core.alert.AlertRule;
import io.joulestream.core.alert.Severity;
import io.joulestream.core.alert.WebhookSecret;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.core.ledger.RejectCode;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.storage.AlertStore;
import io.joulestream.storage.AuditEntry;
import io.joulestream.storage.Database;
import io.joulestream.storage.IdentityStore;
import io.joulestream.storage.LedgerWriter;
import io.joulestream.storage.Member;
import java.math.BigDecimal;
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
        Clock now = Clock.fixed(TestApi.NOW, ZoneOffset.UTC);
        TestApi api = TestApi.startWith(new TestIssuer(now), now);
        Sites.documented(api.database());
        tellOfAlerts(api.database().alerts());
        refuse(api.database());
        IdentityStore identity = api.database().identity();
        Instant nextYear = TestApi.NOW.plus(Duration.ofDays(365));
        identity.createFirstKey(ADA, "ada", nextYear, act("member.create", "ada"));
        member(identity, "olga", Member.Kind.PERSON, Role.OPERATOR, OLGA, nextYear);
        member(identity, "berta", Member.Kind.PERSON, Role.VIEWER, BERTA, nextYear);
        member(identity, "agent", Member.Kind.SERVICE, Role.SITE_AGENT, AGENT, nextYear);
        return api;
    }

    /** An alert of which one webhook is told, three that are told nothing, and two rules more. */
    private static void tellOfAlerts(AlertStore alerts) {
        webhook(alerts, "pager");
        FoundAlert.open(alerts);
        List.of("pager-2", "pager-3", "pager-4").forEach(name -> webhook(alerts, name));
        for (String name : List.of("pue-berlin", "pue-spare-berlin")) {
            alerts.addRule(Ledger.TENANT, pue(name), act("alert.rule.create", name));
        }
    }

    private static void webhook(AlertStore alerts, String name) {
        byte[] secret = WebhookSecret.random(new SecureRandom()).bytes();
        AuditEntry act = act("alert.webhook.create", name);
        alerts.createWebhook(Ledger.TENANT, name, "https://hooks.example/" + name, secret, act);
    }

    private static AlertRule pue(String name) {
        AlertKind kind = AlertKind.PUE_OUT_OF_BAND;
        return new AlertRule(
                name,
                kind,
                Optional.of("berlin"),
                Optional.empty(),
                Optional.of(kind.band(null, new BigDecimal("1.35"), Optional.empty())),
                Duration.ofMinutes(15),
                Severity.WARNING,
                true);
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
        return TestApi.startWith(new TestIssuer(Clock.systemUTC()), new StoppedClock());
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
