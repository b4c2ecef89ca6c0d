package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Role;
import io.joulestream.storage.AuditEntry;
import io.joulestream.storage.IdentityStore;
import io.joulestream.storage.Member;
import io.joulestream.storage.testing.LedgerServer;
import java.net.http.HttpRequest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is another tenant's is looked for as what nobody has: by the same statements, and so in the same time. That the words
 * are the same is in {@link AccessMatrixIT}.
 */
class ForeignAnswersIT {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant TOMORROW = TestApi.NOW.plus(Duration.ofDays(1));
    private static final String OTHER = "other";

    private static final int PAIRS = 500;
    private static final long SEED = 20_261_126;

    private static StatementProbe probe;
    private static TestApi api;
    private static String foreigner;

    @BeforeAll
    static void start() {
        probe = StatementProbe.before(LedgerServer.newDatabase());
        api = TestApi.start(probe.address(), ApiConfig.Keys.REQUIRED);
        Sites.berlin(api.database());
        Sites.llm(api.database());
        FoundAlert.open(api.database().alerts());
        IdentityStore identity = api.database().identity();
        AuditEntry act = new AuditEntry("cli:test", "test.act", "x", "");
        identity.createFirstKey(ApiKey.random(Ledger.TENANT, RANDOM), "ada", TOMORROW, act);
        identity.createMember(Ledger.TENANT, "berta", Member.Kind.PERSON, Role.VIEWER, act);
        ApiKey key = ApiKey.random(OTHER, RANDOM);
        identity.createFirstKey(key, "olga", TOMORROW, act);
        foreigner = "Bearer " + key.text();
        identity.createMember(OTHER, "otto", Member.Kind.PERSON, Role.VIEWER, act);
        identity.createKey(ApiKey.random(OTHER, RANDOM), "otto", Set.of(), TOMORROW, act);
    }

    @AfterAll
    static void stop() {
        api.close();
        probe.close();
    }

    private static int ask(String method, String address) {
        return api.send(method, address, "Authorization", foreigner).statusCode();
    }

    private static String ofNobody(String address) {
        return address.replace("berlin", "bergen")
                .replace("llm-1", "llm-9")
                .replace("berta", "bruno")
                .replace(FoundAlert.ID, FoundAlert.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/sites/berlin",
                "GET /v1/sites/berlin/pue",
                "GET /v1/sites/berlin/pue?format=csv",
                "GET /v1/sites/berlin/windows",
                "GET /v1/sites/berlin/energy",
                "GET /v1/sites/berlin/energy?format=ndjson",
                "GET /v1/sites/berlin/energy?step=PT1H&start=2023-04-01T00:00:00Z&end=2026-04-01T00:00:00Z&format=ndjson",
                "GET /v1/sites/berlin/balance",
                "GET /v1/sites/berlin/demand?month=2026-03",
                "GET /v1/sites/berlin/quantities?month=2026-03",
                "GET /v1/sites/berlin/checks?format=csv",
                "GET /v1/sites/berlin/residuals",
                "GET /v1/runs/llm-1",
                "GET /v1/alerts/ALERT",
                "GET /v1/reports/carbon?site=berlin&month=2026-03",
                "GET /v1/reports/cost?site=berlin&month=2026-03",
                "GET /v1/exports/2026-03?site=berlin&format=csv",
                "DELETE /v1/members/berta"
            })
    void whatIsAnothersIsLookedForByTheSameStatements(String request) {
        String method = request.substring(0, request.indexOf(' '));
        String address = request.substring(request.indexOf(' ') + 1).replace("ALERT", FoundAlert.ID);
        assertThat(ask(method, address)).isEqualTo(404); // notes that the key is used

        List<String> foreign =
                probe.during(() -> assertThat(ask(method, address)).isEqualTo(404));
        List<String> unknown =
                probe.during(() -> assertThat(ask(method, ofNobody(address))).isEqualTo(404));

        assertThat(foreign).isNotEmpty().isEqualTo(unknown);
    }

    /**
     * Two that ask in turn, in an order by chance: which of the two takes longer is a matter of chance too, whatever else
     * the machine does. Off by a tenth is 4.5 standard deviations.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/sites/berlin",
                "/v1/sites/berlin/energy?format=csv",
                "/v1/runs/llm-1",
                "/v1/exports/2026-03?site=berlin"
            })
    void whatIsAnothersIsAnsweredInTheTimeOfWhatNobodyHas(String address) {
        assertThat(shareOfSlower(address, ofNobody(address))).isBetween(0.4, 0.6);
    }

    /** Of two that are both refused, one before the site is looked up. */
    @Test
    void oneQueryMoreWouldBeNoticed() {
        assertThat(shareOfSlower("/v1/sites/bergen", "/v1/sites/bergen?x=1")).isGreaterThan(0.65);
    }

    /** In how many pairs the first took longer. */
    private static double shareOfSlower(String first, String second) {
        SplittableRandom order = new SplittableRandom(SEED);
        for (int i = 0; i < PAIRS / 5; i++) {
            nanos(first);
            nanos(second);
        }
        int slower = 0;
        for (int i = 0; i < PAIRS; i++) {
            boolean firstGoesFirst = order.nextBoolean();
            long before = nanos(firstGoesFirst ? first : second);
            long after = nanos(firstGoesFirst ? second : first);
            slower += firstGoesFirst == before > after ? 1 : 0;
        }
        System.out.println("proof: " + first + " took longer than " + second + " in " + slower + " of " + PAIRS);
        return (double) slower / PAIRS;
    }

    private static long nanos(String address) {
        HttpRequest request = HttpRequest.newBuilder(api.address().resolve(address))
                .header("Authorization", foreigner)
                .build();
        long begun = System.nanoTime();
        int status = api.statusOf(request);
        long took = System.nanoTime() - begun;
        assertThat(status).isIn(404, 400);
        return took;
    }
}
