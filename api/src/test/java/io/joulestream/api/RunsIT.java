package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RunsIT {
    private static TestApi api;

    @BeforeAll
    static void start() {
        api = TestApi.start();
        Sites.berlin(api.database());
        Sites.llm(api.database());
        Sites.hostile(api.database());
        Ledger.fill(api.database(), ledger -> {
            for (int i = 1; i <= 3; i++) {
                ledger.run(
                        "berlin",
                        "old/" + i,
                        Sites.MARCH.plus(Duration.ofDays(i)),
                        Sites.MARCH.plus(Duration.ofDays(i)).plus(Sites.HOUR));
            }
        });
        Ledger.fill(api.database(), "other", ledger -> ledger.run("secret", "secret-run", Sites.RUN, Sites.NOON));
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void aRunTellsItsEnergyItsTokensAndItsMeters() {
        JsonNode run = api.json("/v1/runs/llm-1");

        assertThat(run.fieldNames())
                .toIterable()
                .containsExactly(
                        "run",
                        "sites",
                        "started_at",
                        "ended_at",
                        "energy_mj",
                        "energy_kwh",
                        "measured_mj",
                        "bridged_mj",
                        "estimated_mj",
                        "coverage",
                        "accounted",
                        "estimated_share",
                        "covers_run",
                        "tokens",
                        "steps",
                        "attempts",
                        "joules_per_token",
                        "flags",
                        "meters",
                        "reasons");
        assertThat(run.get("started_at").textValue()).isEqualTo("2026-03-10T10:00:00Z");
        assertThat(run.get("ended_at").textValue()).isEqualTo("2026-03-10T12:00:00Z");
        assertThat(run.get("energy_mj").textValue()).isEqualTo("72000000000");
        assertThat(run.get("measured_mj").textValue()).isEqualTo("69120000000");
        assertThat(run.get("bridged_mj").textValue()).isEqualTo("4320000000");
        assertThat(run.get("estimated_mj").textValue()).isEqualTo("2880000000");
        assertThat(run.get("coverage").decimalValue()).isEqualByComparingTo("1");
        assertThat(run.get("estimated_share").decimalValue()).isEqualByComparingTo("0.04");
        assertThat(run.get("tokens").longValue()).isEqualTo(8_000_000);
        assertThat(run.get("steps").longValue()).isEqualTo(2);
        assertThat(run.get("attempts").longValue()).isEqualTo(1);
        assertThat(run.get("covers_run").booleanValue()).isTrue();
        assertThat(run.get("joules_per_token").get("value").textValue()).isEqualTo("9");
        assertThat(run.get("joules_per_token").get("quality").textValue()).isEqualTo("MIXED");
    }

    @Test
    void aCheckIsShownButNotSummedAndItsGapIsTold() {
        JsonNode run = api.json("/v1/runs/llm-1");

        JsonNode check = run.get("meters").get(0);
        assertThat(check.get("meter").textValue()).isEqualTo("check-a02");
        assertThat(check.get("metric").textValue()).isEqualTo("meter.energy.active");
        assertThat(check.get("check").booleanValue()).isTrue();
        assertThat(check.get("energy_mj").textValue()).isEqualTo("29520000000");
        assertThat(check.get("coverage").decimalValue()).isEqualByComparingTo("0.25");
        assertThat(check.get("covers_run").booleanValue()).isFalse();
        assertThat(run.get("meters").get(1).get("covers_run").booleanValue()).isTrue();
        assertThat(run.get("reasons").toString()).isEqualTo("[\"METER_DOES_NOT_COVER\"]");
    }

    @Test
    void withoutTokensThereIsNoJoulesPerTokenAndEveryReasonIsNamed() {
        JsonNode run = api.json("/v1/runs/%3D1%2B1%2F%22a%2Cb%22");

        assertThat(run.get("run").textValue()).isEqualTo(Sites.HOSTILE);
        assertThat(run.get("tokens").isNull()).isTrue();
        assertThat(run.get("joules_per_token").get("value").isNull()).isTrue();
        assertThat(run.get("joules_per_token").get("reason").textValue()).isEqualTo("NO_TOKENS");
        assertThat(run.get("reasons").toString()).isEqualTo("[\"NO_TOKENS\",\"METER_DOES_NOT_COVER\"]");
        assertThat(run.get("coverage").decimalValue()).isEqualByComparingTo("0.5");
    }

    @Test
    void aRunWithoutRowsIsNullWithAReason() {
        JsonNode run = api.json("/v1/runs/old%2F1");

        assertThat(run.get("energy_mj").isNull()).isTrue();
        assertThat(run.get("energy_kwh").get("reason").textValue()).isEqualTo("NO_DATA");
        assertThat(run.get("estimated_share").isNull()).isTrue();
        assertThat(run.get("reasons").toString()).isEqualTo("[\"NO_DATA\",\"NO_TOKENS\"]");
    }

    @Test
    void pagesFollowEachOtherWithoutGapOrRepetition() {
        List<String> seen = new ArrayList<>();
        String path = "/v1/runs?limit=2";
        while (path != null) {
            HttpResponse<String> response = api.get(path);
            JsonNode page = TestApi.parse(response.body());
            page.get("runs").forEach(run -> seen.add(run.get("run").textValue()));
            String next = page.get("next_cursor").textValue();
            path = next == null ? null : "/v1/runs?limit=2&cursor=" + next;
            assertThat(response.headers().firstValue("Link"))
                    .isEqualTo(Optional.ofNullable(path).map(p -> "<" + p + ">; rel=\"next\""));
        }

        assertThat(seen).containsExactly(Sites.HOSTILE, "llm-1", "old/3", "old/2", "old/1");
    }

    @Test
    void aLineOfTheListSaysTheSameAsTheRun() {
        JsonNode line = api.json("/v1/runs").get("runs").get(1);
        JsonNode run = api.json("/v1/runs/llm-1");

        line.fields().forEachRemaining(field -> assertThat(field.getValue()).isEqualTo(run.get(field.getKey())));
    }

    @Test
    void anotherTenantsRunIsNotThere() {
        assertThat(api.get("/v1/runs/secret-run").statusCode()).isEqualTo(404);
        assertThat(api.get("/v1/sites/secret").statusCode()).isEqualTo(404);
        assertThat(api.get("/v1/runs").body()).doesNotContain("secret");
    }
}
