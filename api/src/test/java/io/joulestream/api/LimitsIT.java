package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Role;
import io.joulestream.storage.AuditEntry;
import io.joulestream.storage.Member;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How much one may ask for, and send. */
class LimitsIT {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant TOMORROW = TestApi.NOW.plus(Duration.ofDays(1));
    private static final int PER_MINUTE = 40;
    private static final int AT_ONCE = PER_MINUTE / 4;

    private TestApi api;
    private ApiKey greedy;
    private ApiKey good;

    @BeforeEach
    void start() {
        api = TestApi.startWithKeys(PER_MINUTE);
        api.database().identity().createFirstKey(ApiKey.random(Ledger.TENANT, RANDOM), "ada", TOMORROW, act());
        greedy = keyOf("greta");
        good = keyOf("gus");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void whoAsksTooOftenWaitsAndNobodyElseDoes() {
        ApiKey another = ApiKey.random(Ledger.TENANT, RANDOM);
        api.database().identity().createKey(another, "greta", Set.of(), TOMORROW, act());
        HttpResponse<String> last = ask(greedy);
        assertThat(last.headers().firstValue("RateLimit-Policy")).contains("\"default\";q=40;w=60");
        assertThat(last.headers().firstValue("RateLimit")).contains("\"default\";r=" + (AT_ONCE - 1));

        int answered = 1;
        while (last.statusCode() == 200) {
            last = ask(answered % 2 == 0 ? greedy : another);
            answered += last.statusCode() == 200 ? 1 : 0;
            assertThat(answered).as("what is refilled meanwhile is little").isLessThan(3 * AT_ONCE);
        }

        assertThat(last.statusCode()).isEqualTo(429);
        String seconds = last.headers().firstValue("Retry-After").orElseThrow();
        assertThat(seconds).as("one comes back every 1.5 s").isIn("1", "2");
        assertThat(last.headers().firstValue("RateLimit")).contains("\"default\";r=0;t=" + seconds);
        assertThat(last.body()).contains("urn:joulestream:problem:too-many-requests");
        assertThat(ask(good).statusCode()).isEqualTo(200);
    }

    /** Whoever has no key is counted by where the connection comes from; what a header says of that, anybody can write. */
    @Test
    void aForgedAddressGetsNoMore() {
        HttpResponse<String> last = null;
        for (int i = 0; i <= 3 * 10 * AT_ONCE && (last == null || last.statusCode() == 401); i++) {
            String forged = "198.51.100." + i % 5;
            last = api.get("/v1/sites", "X-Forwarded-For", forged, "X-Real-IP", forged, "Forwarded", "for=" + forged);
        }

        assertThat(last.statusCode()).isEqualTo(429);
        assertThat(ask(good).statusCode()).isEqualTo(200);
    }

    private enum Where {
        FIGURES,
        OWN_SESSION,
        SIGN_IN
    }

    private HttpResponse<String> askAsNobody(Where where) {
        String key = ApiKey.random(Ledger.TENANT, RANDOM).text();
        return switch (where) {
            case FIGURES -> api.get("/v1/sites", "Authorization", "Bearer " + key);
            case OWN_SESSION -> api.get("/v1/session", "Authorization", "Bearer " + key);
            case SIGN_IN ->
                api.post(
                        "/v1/session",
                        "{\"key\": \"" + key + "\"}",
                        "Origin",
                        api.address().toString());
        };
    }

    @ParameterizedTest
    @EnumSource
    void whoShowsWhatIsNobodysHasNoMoreThanAMember(Where where) {
        int refused = 0;
        HttpResponse<String> last = askAsNobody(where);
        assertThat(last.headers().firstValue("Trace-Id")).isPresent();
        assertThat(last.headers().firstValue("WWW-Authenticate")).isPresent();
        while (last.statusCode() == 401) {
            refused++;
            assertThat(refused).as("what is refilled meanwhile is little").isLessThan(3 * AT_ONCE);
            last = askAsNobody(where);
        }

        assertThat(last.statusCode()).isEqualTo(429);
        assertThat(last.headers().firstValue("RateLimit-Policy")).contains("\"default\";q=40;w=60");
        assertThat(api.get("/v1/sites").statusCode()).as("shows nothing").isEqualTo(401);
        assertThat(ask(good).statusCode()).isEqualTo(200);
    }

    @Test
    void ofIpv6AWholeNetworkIsOneStranger() {
        assertThat(RateLimits.network("[2001:db8:1:2:3:4:5:6]")).isEqualTo(RateLimits.network("2001:db8:1:2::9%eth0"));
        assertThat(RateLimits.network("2001:db8:1:3::9")).isNotEqualTo(RateLimits.network("2001:db8:1:2::9"));
        assertThat(RateLimits.network("198.51.100.7")).isEqualTo("198.51.100.7");
    }

    @Test
    void aBodyLargerThanItMayBeIsNotRead() {
        String body = "x".repeat(2 << 20);
        String head = "POST /v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

        String told = RawHttp.send(
                api.address(), head + "Content-Length: " + body.length() + "\r\n\r\n" + body.substring(0, 20_000));
        String chunked = RawHttp.send(
                api.address(),
                head + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(30_000) + "\r\n"
                        + body.substring(0, 30_000) + "\r\n");

        assertThat(told).startsWith("HTTP/1.1 413").contains("Connection: close");
        assertThat(chunked).startsWith("HTTP/1.1 413").contains("Connection: close");
    }

    private HttpResponse<String> ask(ApiKey key) {
        return api.get("/v1/sites", "Authorization", "Bearer " + key.text());
    }

    private ApiKey keyOf(String member) {
        ApiKey key = ApiKey.random(Ledger.TENANT, RANDOM);
        api.database().identity().createMember(Ledger.TENANT, member, Member.Kind.PERSON, Role.VIEWER, act());
        api.database().identity().createKey(key, member, Set.of(), TOMORROW, act());
        return key;
    }

    private static AuditEntry act() {
        return new AuditEntry("cli:test", "test.act", "x", "");
    }
}
