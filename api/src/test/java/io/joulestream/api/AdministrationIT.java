package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Permission;
import io.joulestream.core.access.Role;
import io.joulestream.core.digest.Sha256;
import io.joulestream.storage.AuditEntry;
import io.joulestream.storage.IdentityStore;
import io.joulestream.storage.Member;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Members, keys and the audit, over HTTP. */
class AdministrationIT {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant TOMORROW = TestApi.NOW.plus(Duration.ofDays(1));

    private static TestApi api;
    private static IdentityStore identity;
    private static ApiKey admin;
    private static ApiKey auditor;

    @BeforeAll
    static void start() {
        api = TestApi.startWithKeys();
        identity = api.database().identity();
        admin = ApiKey.random(Ledger.TENANT, RANDOM);
        auditor = ApiKey.random(Ledger.TENANT, RANDOM);
        AuditEntry act = new AuditEntry("cli:test", "test.act", "x", "");
        identity.createFirstKey(admin, "ada", TOMORROW, act);
        identity.createMember(Ledger.TENANT, "otto", Member.Kind.PERSON, Role.AUDITOR, act);
        identity.createKey(auditor, "otto", Set.of(), TOMORROW, act);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void aMemberIsMadeGivenAKeyAndDisabled() {
        JsonNode made = created("/v1/members", "{\"name\":\"mia\",\"kind\":\"service\",\"role\":\"operator\"}");
        assertThat(made.get("role").asText()).isEqualTo("operator");
        JsonNode key = created("/v1/keys", "{\"member\":\"mia\",\"permissions\":[\"READ\"]}");
        String text = key.get("key").asText();
        assertThat(key.at("/made/permissions").toString()).isEqualTo("[\"READ\"]");
        assertThat(key.at("/made/expires_at").asText()).isEqualTo("2027-04-01T12:00:30Z");
        assertThat(api.get("/v1/sites", "Authorization", "Bearer " + text).statusCode())
                .isEqualTo(200);

        assertThat(delete("/v1/members/mia").statusCode()).isEqualTo(204);

        assertThat(api.get("/v1/sites", "Authorization", "Bearer " + text).statusCode())
                .isEqualTo(401);
        assertThat(delete("/v1/members/mia").statusCode()).as("once more").isEqualTo(204);
        assertThat(get("/v1/members").at("/members").toString()).contains("\"mia\"");
        assertThat(get("/v1/keys").toString()).doesNotContain(text.substring(text.length() - 43));
        assertThat(api.post("/v1/keys", "{\"member\":\"mia\"}", bearer(admin)).statusCode())
                .isEqualTo(409);
        assertThat(delete("/v1/members/nobody").statusCode()).isEqualTo(404);
        assertThat(delete("/v1/members/ada").statusCode()).as("oneself").isEqualTo(409);
    }

    @Test
    void aKeyIsRotatedAndRevoked() {
        created("/v1/members", "{\"name\":\"rosa\",\"role\":\"viewer\"}");
        JsonNode old = created("/v1/keys", "{\"member\":\"rosa\",\"expires_at\":\"2026-12-01T00:00:00+01:00\"}");
        String prefix = old.at("/made/prefix").asText();

        JsonNode next = created("/v1/keys/" + prefix + "/rotation", "{\"overlap\":\"PT0S\"}");

        assertThat(next.at("/made/replaces").asText()).isEqualTo(prefix);
        String nextPrefix = next.at("/made/prefix").asText();
        assertThat(delete("/v1/keys/" + nextPrefix).statusCode()).isEqualTo(204);
        assertThat(delete("/v1/keys/" + nextPrefix).statusCode())
                .as("once more")
                .isEqualTo(204);
        assertThat(api.get(
                                "/v1/sites",
                                "Authorization",
                                "Bearer " + next.get("key").asText())
                        .statusCode())
                .isEqualTo(401);
        assertThat(api.post("/v1/keys/" + nextPrefix + "/rotation", "{}", bearer(admin))
                        .statusCode())
                .as("a revoked one")
                .isEqualTo(409);
        assertThat(delete("/v1/keys/aaaaaaaa").statusCode()).isEqualTo(404);
    }

    /** Or one person could propose and approve, and a key kept to less would be kept to nothing. */
    @Test
    void aKeyMakesNoneThatMayApproveAndNoneOfItsOwnMemberThatMayMore() {
        created("/v1/members", "{\"name\":\"fritz\",\"role\":\"finance\"}");
        ApiKey kept = ApiKey.random(Ledger.TENANT, RANDOM);
        identity.createKey(
                kept,
                "ada",
                Set.of(Permission.WRITE_MEMBERS),
                TOMORROW,
                new AuditEntry("cli:test", "test.act", "x", ""));
        ApiKey approving = ApiKey.random(Ledger.TENANT, RANDOM);
        identity.createKey(approving, "fritz", Set.of(), TOMORROW, new AuditEntry("cli:test", "test.act", "x", ""));

        assertThat(api.post("/v1/keys", "{\"member\":\"fritz\"}", bearer(admin)).statusCode())
                .isEqualTo(409);
        assertThat(api.post("/v1/keys/" + approving.prefix() + "/rotation", "{}", bearer(admin))
                        .statusCode())
                .isEqualTo(409);
        assertThat(api.post("/v1/keys", "{\"member\":\"fritz\",\"permissions\":[\"READ\"]}", bearer(admin))
                        .statusCode())
                .isEqualTo(201);
        assertThat(api.post("/v1/keys", "{\"member\":\"ada\"}", bearer(kept)).statusCode())
                .isEqualTo(409);
        assertThat(api.post("/v1/keys", "{\"member\":\"ada\"}", bearer(admin)).statusCode())
                .isEqualTo(201);
    }

    @Test
    void whatIsWrongIsToldFieldByField() {
        assertThat(errors("/v1/members", "{\"name\":\"cli:root\",\"kind\":\"robot\",\"role\":\"king\"}"))
                .containsExactly("name", "role", "kind");
        assertThat(errors("/v1/members", "{}")).containsExactly("name", "role");
        assertThat(errors("/v1/keys", "{\"member\":\"otto\",\"expires_at\":\"yesterday\",\"permissions\":[\"FLY\"]}"))
                .containsExactly("expires_at", "permissions");
        assertThat(errors("/v1/keys", "{\"member\":\"otto\",\"expires_at\":\"2026-01-01T00:00:00Z\"}"))
                .containsExactly("expires_at");
        assertThat(errors("/v1/keys", "{\"member\":\"otto\",\"permissions\":[\"WRITE_MEMBERS\"]}"))
                .as("more than the member may")
                .containsExactly("permissions");
        assertThat(errors("/v1/keys", "{\"member\":\"a\\u0000\"}")).containsExactly("member");
        assertThat(errors("/v1/keys/" + auditor.prefix() + "/rotation", "{\"overlap\":\"P91D\"}"))
                .containsExactly("overlap");
    }

    @Test
    void theSameRequestAgainIsAnsweredAgainAndDoneOnce() {
        created("/v1/members", "{\"name\":\"nora\",\"role\":\"viewer\"}");
        String body = "{\"member\":\"nora\"}";
        HttpResponse<String> first = api.post("/v1/keys", body, once("k-1"));
        HttpResponse<String> again = api.post("/v1/keys", body, once("k-1"));

        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
        assertThat(TestApi.parse(again.body()).get("made"))
                .isEqualTo(TestApi.parse(first.body()).get("made"));
        assertThat(TestApi.parse(again.body()).get("key").isNull())
                .as("shown once")
                .isTrue();
        assertThat(identity.keys(Ledger.TENANT).stream()
                        .filter(key -> key.member().name().equals("nora")))
                .hasSize(1);

        HttpResponse<String> another = api.post("/v1/keys", "{\"member\":\"otto\"}", once("k-1"));
        assertThat(another.statusCode()).isEqualTo(422);
        assertThat(another.body()).contains("urn:joulestream:problem:idempotency-key-reused");
        assertThat(api.post("/v1/keys", body, once("k 1")).statusCode()).isEqualTo(400);
    }

    @Test
    void ofManyAtOnceOneIsDone() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            List<Future<HttpResponse<String>>> asked = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                asked.add(pool.submit(
                        () -> api.post("/v1/members", "{\"name\":\"crowd\",\"role\":\"viewer\"}", once("crowd-1"))));
            }
            for (Future<HttpResponse<String>> answer : asked) {
                assertThat(answer.get().statusCode()).isEqualTo(201);
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(identity.members(Ledger.TENANT).stream()
                        .filter(member -> member.name().equals("crowd")))
                .hasSize(1);
        assertThat(audit().stream().filter(act -> act.get("subject").asText().equals("crowd")))
                .hasSize(1);
    }

    @Test
    void whatWasDoneIsInTheAuditAndAnAuditorCanFollowItsChain() {
        created("/v1/members", "{\"name\":\"zoe\",\"role\":\"finance\"}");

        List<JsonNode> acts = audit();

        JsonNode newest = acts.get(0);
        assertThat(newest.get("actor").asText()).isEqualTo("ada");
        assertThat(newest.get("action").asText()).isEqualTo("user.create");
        assertThat(newest.get("subject").asText()).isEqualTo("zoe");
        assertThat(newest.get("detail").asText()).isEqualTo("role finance");
        Collections.reverse(acts);
        byte[] previous = {};
        for (JsonNode act : acts) {
            ByteArrayOutputStream chained = new ByteArrayOutputStream();
            chained.writeBytes(previous);
            chained.writeBytes(
                    ByteBuffer.allocate(8).putLong(act.get("seq").asLong()).array());
            chained.writeBytes((Ledger.TENANT + "\n" + act.get("body").asText()).getBytes(StandardCharsets.UTF_8));
            previous = Sha256.of(chained.toByteArray());
            assertThat(HexFormat.of().formatHex(previous))
                    .isEqualTo(act.get("sha256").asText());
        }
    }

    @Test
    void theAuditIsReadPageByPage() {
        int all = audit().size();

        List<Long> seen = new ArrayList<>();
        String address = "/v1/audit?limit=2";
        while (address != null) {
            HttpResponse<String> page = api.get(address, bearer(auditor));
            TestApi.parse(page.body())
                    .get("acts")
                    .forEach(act -> seen.add(act.get("seq").asLong()));
            address = page.headers()
                    .firstValue("Link")
                    .map(link -> link.substring(1, link.indexOf('>')))
                    .orElse(null);
        }
        assertThat(seen).hasSize(all).doesNotHaveDuplicates();
        assertThat(api.get("/v1/audit?cursor=x", bearer(auditor)).statusCode()).isEqualTo(400);
    }

    private static List<JsonNode> audit() {
        List<JsonNode> acts = new ArrayList<>();
        TestApi.parse(api.get("/v1/audit?limit=1000", bearer(auditor)).body())
                .get("acts")
                .forEach(acts::add);
        return acts;
    }

    private static List<String> errors(String path, String body) {
        HttpResponse<String> answer = api.post(path, body, bearer(admin));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        List<String> fields = new ArrayList<>();
        TestApi.parse(answer.body())
                .get("errors")
                .forEach(error -> fields.add(error.get("field").asText()));
        return fields;
    }

    private static JsonNode created(String path, String body) {
        HttpResponse<String> answer = api.post(path, body, bearer(admin));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return TestApi.parse(answer.body());
    }

    private static JsonNode get(String path) {
        return TestApi.parse(api.get(path, bearer(admin)).body());
    }

    private static HttpResponse<String> delete(String path) {
        return api.send("DELETE", path, bearer(admin));
    }

    private static String[] bearer(ApiKey key) {
        return new String[] {"Authorization", "Bearer " + key.text()};
    }

    private static String[] once(String key) {
        return new String[] {"Authorization", "Bearer " + admin.text(), "Idempotency-Key", key};
    }
}
