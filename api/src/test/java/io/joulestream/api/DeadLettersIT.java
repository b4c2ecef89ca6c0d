package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.joulestream.core.access.Role;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.storage.AuditEntry;
import io.joulestream.storage.IdentityStore;
import io.joulestream.storage.LedgerWriter;
import io.joulestream.storage.Member;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What was refused, as operators see it. */
class DeadLettersIT {
    private static final Instant SEEN = Instant.parse("2026-04-01T11:00:00Z");
    private static final int LETTERS = 7;

    private static TestApi api;

    @BeforeAll
    static void start() {
        api = TestApi.startWithKeys();
        IdentityStore identity = api.database().identity();
        AuditEntry act = new AuditEntry("cli:test", "member.create", "olga", "");
        Instant nextYear = TestApi.NOW.plus(Duration.ofDays(365));
        identity.createFirstKey(Documented.ADA, "ada", nextYear, act);
        identity.createMember(Ledger.TENANT, "olga", Member.Kind.PERSON, Role.OPERATOR, act);
        identity.createKey(Documented.OLGA, "olga", Set.of(), nextYear, act);
        try (LedgerWriter writer = api.database().openWriter()) {
            for (int offset = 0; offset < LETTERS; offset++) {
                writer.write(letter(Ledger.TENANT, offset, "berlin", "pdu-1", "OUT_OF_RANGE"));
            }
            writer.write(letter(Ledger.TENANT, 50, "lab", "", "TOO_OLD"));
            writer.write(letter("other", 60, "berlin", "pdu-1", "OUT_OF_RANGE"));
            writer.write(letter("", 70, "", "", "DECODE_ERROR"));
            writer.flush();
        }
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static DeadLetter letter(String tenant, long offset, String site, String entity, String code) {
        boolean ofFrame = entity.isEmpty();
        return new DeadLetter(
                "js.telemetry.v1.default",
                0,
                offset,
                tenant,
                site,
                entity,
                ofFrame ? 0 : 20,
                ofFrame ? -1 : 2,
                code,
                "what was found",
                SEEN.plusSeconds(offset / 2), // some at the same time
                new byte[] {1, 2, 3});
    }

    private static HttpResponse<String> get(String path) {
        return api.get(path, "Authorization", "Bearer " + Documented.OLGA.text());
    }

    private static List<JsonNode> letters(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        List<JsonNode> letters = new ArrayList<>();
        TestApi.parse(answer.body()).get("letters").forEach(letters::add);
        return letters;
    }

    @Test
    void pagesGoOnWhereTheOneBeforeEndedAndHoldTheTenantsAlone() {
        List<String> read = new ArrayList<>();
        String path = "/v1/dead-letters?limit=3";
        while (path != null) {
            HttpResponse<String> page = get(path);
            letters(page).forEach(letter -> read.add(letter.get("identity").asText()));
            path = page.headers()
                    .firstValue("Link")
                    .map(link -> link.substring(1, link.indexOf('>')))
                    .orElse(null);
        }

        assertThat(read).hasSize(LETTERS + 1).doesNotHaveDuplicates();
        assertThat(read.get(0)).isEqualTo("js.telemetry.v1.default/0/50//0/-1/TOO_OLD");
        assertThat(read).noneMatch(identity -> identity.contains("/60/") || identity.contains("/70/"));
    }

    @Test
    void theyCanBeAskedForBySiteReasonAndTime() {
        assertThat(letters(get("/v1/dead-letters?site=lab"))).hasSize(1);
        assertThat(letters(get("/v1/dead-letters?code=OUT_OF_RANGE"))).hasSize(LETTERS);
        assertThat(letters(get("/v1/dead-letters?since=" + SEEN.plusSeconds(3))))
                .hasSize(2);
        assertThat(letters(get("/v1/dead-letters?site=nowhere"))).isEmpty();
    }

    @Test
    void aWholeFrameHasNoEntity() {
        JsonNode letter = letters(get("/v1/dead-letters?site=lab")).get(0);

        assertThat(letter.get("entity").isNull()).isTrue();
        assertThat(letter.get("metric").isNull()).isTrue();
        assertThat(letter.get("slot").isNull()).isTrue();
        assertThat(letter.get("replayable").asBoolean()).isFalse();
        assertThat(letter.get("payload_bytes").asInt()).isEqualTo(3);
    }

    @Test
    void whatIsWrongIsToldByField() {
        JsonNode problem = TestApi.parse(get("/v1/dead-letters?code=BROKEN&since=yesterday&limit=0&cursor=x")
                .body());

        assertThat(problem.get("errors").findValuesAsText("field"))
                .containsExactlyInAnyOrder("code", "since", "limit", "cursor");
    }
}
