package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Role;
import io.joulestream.core.access.SessionToken;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.storage.AuditEntry;
import io.joulestream.storage.IdentityStore;
import io.joulestream.storage.Member;
import java.net.URI;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told to who listens to a site, and for how long. */
class LiveIT {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final AuditEntry ACT = new AuditEntry("cli:test", "test.act", "x", "");
    private static final Instant TOMORROW = TestApi.NOW.plus(Duration.ofDays(1));
    private static final ApiConfig.Live WHEN_TOLD_TO = new ApiConfig.Live(Duration.ofHours(1), 100, 50);

    private final SetClock clock = new SetClock(TestApi.NOW);
    private TestApi api;

    private void start(ApiConfig.Keys keys) {
        api = TestApi.start(tenant -> TestApi.HEALTH, clock, keys, WHEN_TOLD_TO);
        Sites.berlin(api.database());
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private EventsClient listen(String site, String... headers) {
        return EventsClient.to(URI.create(api.address() + "/v1/sites/" + site + "/live"), headers);
    }

    /** As {@code openapi.yaml} says. */
    private static ServerEvents.Event next(EventsClient client) {
        ServerEvents.Event event = client.next();
        Contract.hold("/v1/sites/berlin/live", event);
        return event;
    }

    /** The next events are made when all were offered the last. */
    private void tellAll() {
        Awaitility.await("the next is made").until(() -> api.broadcasts().tellAll() > 0);
    }

    @Test
    void aSnapshotTellsWhatIsToldOfTheSiteAndOfItsRuns() {
        start(ApiConfig.Keys.NONE);
        Sites.llm(api.database());
        goingOn("smaller", 2_000);
        goingOn("greater", 9_000);

        ServerEvents.Event event = next(listen("berlin"));

        JsonNode told = TestApi.parse(event.data());
        assertThat(event.name()).isEqualTo("snapshot");
        assertThat(event.id()).isEqualTo("2026-04-01T12:00:30Z");
        assertThat(told.get("now").asText()).isEqualTo(event.id());
        JsonNode site = api.json("/v1/sites/berlin");
        assertThat(told.get("live")).isEqualTo(site.get("live"));
        assertThat(told.get("live").get("pue").get("value").asText()).isEqualTo("1.25");
        assertThat(told.get("last_data_at")).isEqualTo(site.get("last_data_at"));
        assertThat(told.get("runs").findValuesAsText("run")).containsExactly("greater", "smaller");
        JsonNode run = told.get("runs").get(0);
        assertThat(run.get("joules_per_token"))
                .isEqualTo(api.json("/v1/runs/greater").get("joules_per_token"));
        assertThat(run.get("joules_per_token").get("value").asText()).isEqualTo("8.1");
        assertThat(told.get("more_runs").asInt()).isZero();
    }

    /** An hour until noon, 4 million tokens. */
    private void goingOn(String run, long wattHours) {
        Instant eleven = Sites.NOON.minus(Sites.HOUR);
        EnergyBuckets energy = Ledger.wattHours(wattHours, 0, 0);
        Ledger.fill(api.database(), ledger -> {
            ledger.run("berlin", run, eleven, Sites.NOON);
            ledger.runHour("berlin", run, eleven, energy, Sites.HOUR.toMillis(), 4_000_000);
            ledger.runMeter("berlin", run, "node-a01", Metric.NODE_POWER, false, eleven, energy, Sites.HOUR.toMillis());
            ledger.runMinute("berlin", run, Sites.NOON.minus(Sites.MINUTE), Ledger.wattHours(wattHours / 60, 0, 0), 9);
        });
    }

    @Test
    void noEventIsCompressedOrKeptByAnybody() {
        start(ApiConfig.Keys.NONE);

        HttpResponse<String> told = api.get("/v1/sites/berlin/live", "Accept-Encoding", "gzip", "If-None-Match", "*");

        assertThat(told.statusCode()).isEqualTo(200);
        assertThat(told.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(told.headers().firstValue("ETag")).isEmpty();
        assertThat(told.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(told.headers().firstValue("X-Accel-Buffering")).contains("no");
        HeadersIT.assertSafe(told);
    }

    @Test
    void ofMoreRunsThanAreToldTheNumberIs() {
        start(ApiConfig.Keys.NONE);
        for (int i = 0; i < 23; i++) {
            goingOn("run-" + i, 1_000);
        }

        JsonNode told = TestApi.parse(next(listen("berlin")).data());

        assertThat(told.get("runs")).hasSize(20);
        assertThat(told.get("more_runs").asInt()).isEqualTo(3);
    }

    /** One event costs the same however many runs go on. */
    @Test
    void allRunsAreAskedForAtOnce() {
        start(ApiConfig.Keys.NONE);
        for (int i = 0; i < 5; i++) {
            goingOn("run-" + i, 1_000);
        }
        try (StatementProbe probe = StatementProbe.before(api.database().address());
                TestApi observed = TestApi.start(probe.address(), ApiConfig.Keys.NONE)) {
            URI address = URI.create(observed.address() + "/v1/sites/berlin/live");

            List<String> statements = probe.during(() -> assertThat(
                            TestApi.parse(next(EventsClient.to(address)).data()).get("runs"))
                    .hasSize(5));

            for (String table : List.of("run_extent", "run_hour", "run_meter_hour")) {
                assertThat(statements)
                        .filteredOn(statement -> statement.contains("\"" + table + "\""))
                        .as(table)
                        .hasSize(1);
            }
        }
    }

    @Test
    void ofASiteWithoutDataTheReasonsAreTold() {
        start(ApiConfig.Keys.NONE);
        Sites.stJohns(api.database());

        JsonNode told = TestApi.parse(next(listen("st-johns")).data());

        assertThat(told.get("last_data_at").isNull()).isTrue();
        assertThat(told.get("live").get("pue").get("value").isNull()).isTrue();
        assertThat(told.get("live").get("pue").get("reason").asText()).isEqualTo("NO_DATA");
        assertThat(told.get("live").get("it_power_w").get("reason").asText()).isEqualTo("NO_DATA");
        assertThat(told.get("runs")).isEmpty();
    }

    @Test
    void whatIsNewInTheLedgerIsTold() {
        start(ApiConfig.Keys.NONE);
        EventsClient client = listen("berlin");
        next(client);
        Ledger.fill(api.database(), ledger -> {
            Instant end = Sites.NOON.plus(Sites.MINUTE);
            ledger.role("berlin", "GRID_IMPORT", Sites.NOON, end, Sites.MINUTE, 150_000, 200_000);
            ledger.role("berlin", "PDU_OUT", Sites.NOON, end, Sites.MINUTE, 120_000, 150_000);
        });
        clock.set(TestApi.NOW.plusSeconds(60));

        tellAll();

        ServerEvents.Event event = next(client);
        assertThat(event.id()).isEqualTo("2026-04-01T12:01:30Z");
        assertThat(TestApi.parse(event.data()).at("/live/it_power_w/value").asText())
                .isEqualTo("120000");
    }

    @Test
    void itEndsWithTheKeyTheMemberOrTheSession() {
        start(ApiConfig.Keys.REQUIRED);
        IdentityStore identity = api.database().identity();
        ApiKey admin = ApiKey.random(Ledger.TENANT, RANDOM);
        identity.createFirstKey(admin, "ada", TOMORROW, ACT);
        ApiKey revoked = viewer(identity, "vera");
        ApiKey disabled = viewer(identity, "dora");
        EventsClient byRevokedKey = listen("berlin", "Authorization", "Bearer " + revoked.text());
        EventsClient byDisabledMember = listen("berlin", "Authorization", "Bearer " + disabled.text());
        SessionToken closed = session(admin, Instant.now().plus(Duration.ofDays(1)));
        EventsClient byClosedSession = listen("berlin", "Cookie", "js=" + closed.text());
        EventsClient byExpiredSession = listen(
                "berlin",
                "Cookie",
                "js=" + session(admin, TestApi.NOW.plusSeconds(60)).text());
        EventsClient byGoodKey = listen("berlin", "Authorization", "Bearer " + admin.text());
        api.broadcasts().check();
        for (EventsClient client :
                new EventsClient[] {byRevokedKey, byDisabledMember, byClosedSession, byExpiredSession, byGoodKey}) {
            assertThat(next(client).name()).isEqualTo("snapshot");
            assertThat(client.hasNothing()).isTrue();
        }

        identity.revokeKey(Ledger.TENANT, revoked.prefix(), ACT);
        identity.disableMember(Ledger.TENANT, "dora", ACT);
        api.database().sessions().close(closed);
        clock.set(TestApi.NOW.plusSeconds(61));
        api.broadcasts().check();

        byRevokedKey.awaitEnd();
        byDisabledMember.awaitEnd();
        byClosedSession.awaitEnd();
        byExpiredSession.awaitEnd();
        tellAll();
        assertThat(next(byGoodKey).id()).isEqualTo("2026-04-01T12:01:31Z");
    }

    private static ApiKey viewer(IdentityStore identity, String name) {
        ApiKey key = ApiKey.random(Ledger.TENANT, RANDOM);
        identity.createMember(Ledger.TENANT, name, Member.Kind.PERSON, Role.VIEWER, ACT);
        identity.createKey(key, name, Set.of(), TOMORROW, ACT);
        return key;
    }

    private SessionToken session(ApiKey key, Instant end) {
        SessionToken token = SessionToken.random(Ledger.TENANT, RANDOM);
        assertThat(api.database().sessions().open(token, key, end)).isTrue();
        return token;
    }

    @Test
    void thatTheDatabaseIsAwayIsToldAndTheStreamGoesOn() {
        start(ApiConfig.Keys.REQUIRED);
        ApiKey admin = ApiKey.random(Ledger.TENANT, RANDOM);
        api.database().identity().createFirstKey(admin, "ada", TOMORROW, ACT);
        EventsClient client = listen("berlin", "Authorization", "Bearer " + admin.text());
        next(client);
        api.database().close();

        tellAll();
        api.broadcasts().check();

        ServerEvents.Event event = next(client);
        assertThat(event.name()).isEqualTo("problem");
        assertThat(TestApi.parse(event.data()).get("reason").asText()).startsWith("DATABASE_");
        assertThat(client.hasNothing()).isTrue();
    }

    @Test
    void whoListensIsToldByItself() {
        api = TestApi.start(
                tenant -> TestApi.HEALTH,
                Clock.systemUTC(),
                ApiConfig.Keys.NONE,
                new ApiConfig.Live(Duration.ofSeconds(1), 100, 50));
        Sites.berlin(api.database());
        EventsClient client = listen("berlin");

        Instant first = Instant.parse(next(client).id());
        Instant second = Instant.parse(next(client).id());
        Instant third = Instant.parse(next(client).id());

        assertThat(second).isAfter(first);
        assertThat(Duration.between(second, third)).isBetween(Duration.ofMillis(200), Duration.ofSeconds(5));
    }
}
