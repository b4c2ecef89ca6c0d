package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.joulestream.core.ledger.EnergyBuckets;
import java.math.BigInteger;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        Sites.lab(api.database());
        Sites.restarted(api.database(), "berlin", "w10");
        Sites.restarted(api.database(), "lab", "w10-lab");
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
                        "training",
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
    void theWorkedExampleOfARestartTellsWhatEachTokenCostAndWhatWasLost() {
        JsonNode training = api.json("/v1/runs/w10").get("training");

        assertThat(training.get("tokens").toString())
                .isEqualTo(
                        "{\"processed\":440000000,\"effective\":440000000,\"retained\":400000000,\"redone\":40000000}");
        assertThat(value(training, "it_joules_per_retained_token")).isEqualTo("10.08");
        assertThat(value(training, "it_joules_per_processed_token")).isEqualTo("9.16363636364");
        assertThat(value(training, "it_joules_per_effective_token")).isEqualTo("9.16363636364");
        assertThat(value(training, "goodput_energy_fraction")).isEqualTo("0.897321428571");
        assertThat(value(training, "lost_work_energy_fraction")).isEqualTo("0.102678571429");
        assertThat(value(training, "pue")).isEqualTo("1.25");
        assertThat(value(training, "facility_joules_per_retained_token")).isEqualTo("12.6");
        assertThat(training.get("facility_joules_per_retained_token")
                        .get("flags")
                        .toString())
                .contains("SHARED_IT_EXCLUDED");
        assertThat(training.get("open").booleanValue()).isFalse();
        assertThat(training.get("reported").get("energy_kwh").get("reason").textValue())
                .isEqualTo("NO_DATA");
    }

    @Test
    void theUsesOfARunsEnergyAddUpToIt() {
        JsonNode run = api.json("/v1/runs/w10");

        Map<String, BigInteger> uses = new LinkedHashMap<>();
        run.get("training")
                .get("uses")
                .forEach(use -> uses.put(
                        use.get("use").textValue(),
                        new BigInteger(use.get("energy_mj").textValue())));

        assertThat(uses.get("LOST_WORK")).isEqualTo(kwh(115));
        assertThat(uses.get("RETAINED_STEPS")).isEqualTo(kwh(1_005));
        assertThat(uses.get("OTHER")).isZero();
        assertThat(uses.values().stream().reduce(BigInteger.ZERO, BigInteger::add))
                .isEqualTo(new BigInteger(run.get("energy_mj").textValue()))
                .isEqualTo(kwh(1_120));
    }

    @Test
    void anAttemptTellsFromWhichStepItBeganAndWhatItLost() {
        JsonNode attempts = api.json("/v1/runs/w10").get("training").get("attempts");

        assertThat(attempts.get(0).toString())
                .isEqualTo(
                        "{\"attempt\":1,\"started_at\":\"2026-03-11T10:00:00Z\",\"ended_at\":\"2026-03-11T11:10:00Z\","
                                + "\"first_step\":1,\"last_step\":70,\"restored_from\":0,\"kept_step\":60,\"steps\":70,"
                                + "\"discarded_steps\":10}");
        assertThat(attempts.get(1).toString())
                .isEqualTo(
                        "{\"attempt\":2,\"started_at\":\"2026-03-11T11:10:00Z\",\"ended_at\":\"2026-03-11T12:05:00Z\","
                                + "\"first_step\":61,\"last_step\":100,\"restored_from\":60,\"kept_step\":60,\"steps\":40,"
                                + "\"discarded_steps\":0}");
        assertThat(attempts).hasSize(2);
    }

    @Test
    void atASiteWithoutFacilityMeterAFacilityFigureIsNullWithThePuesReason() {
        JsonNode training = api.json("/v1/runs/w10-lab").get("training");

        assertThat(training.get("pue").get("reason").textValue()).isEqualTo("NO_FACILITY_METER");
        JsonNode facility = training.get("facility_joules_per_retained_token");
        assertThat(facility.get("value").isNull()).isTrue();
        assertThat(facility.get("reason").textValue()).isEqualTo("NO_FACILITY_METER");
        assertThat(value(training, "it_joules_per_retained_token")).isEqualTo("10.08");
    }

    @Test
    void whatNoLogTellsIsNullWithItsReason() {
        JsonNode training = api.json("/v1/runs/%3D1%2B1%2F%22a%2Cb%22").get("training");

        assertThat(training.get("tokens").toString())
                .isEqualTo("{\"processed\":null,\"effective\":null,\"retained\":null,\"redone\":null}");
        assertThat(training.get("attempts")).isEmpty();
        assertThat(training.get("goodput_energy_fraction").get("reason").textValue())
                .isEqualTo("NO_TOKENS");
        assertThat(training.get("uses").get(0).get("energy_kwh").get("reason").textValue())
                .isEqualTo("NO_DATA");
        assertThat(training.get("uses").get(6).get("energy_mj").textValue()).isEqualTo("7200000000");
    }

    private static String value(JsonNode training, String figure) {
        return training.get(figure).get("value").textValue();
    }

    private static BigInteger kwh(long kwh) {
        return BigInteger.valueOf(kwh * 3_600_000_000L);
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

        assertThat(seen).containsExactly("w10-lab", "w10", Sites.HOSTILE, "llm-1", "old/3", "old/2", "old/1");
    }

    @Test
    void aLineOfTheListSaysTheSameAsTheRun() {
        JsonNode line = api.json("/v1/runs").get("runs").get(3);
        JsonNode run = api.json("/v1/runs/llm-1");

        line.fields().forEachRemaining(field -> assertThat(field.getValue()).isEqualTo(run.get(field.getKey())));
    }

    @Test
    void aRunOfTooManyRowsIsGivenWithoutWhatItsLogTells() {
        int hours = 1_000_000 / 60;
        Instant end = Sites.MARCH.plus(Sites.HOUR.multipliedBy(hours));
        try (TestApi other = TestApi.start()) {
            Sites.berlin(other.database());
            Ledger.fill(other.database(), ledger -> {
                ledger.run("berlin", "long", Sites.MARCH, end);
                for (int hour = 0; hour < hours; hour++) {
                    Instant at = Sites.MARCH.plus(Sites.HOUR.multipliedBy(hour));
                    ledger.runHour("berlin", "long", at, new EnergyBuckets(3_600_000_000L, 0, 0), 3_600_000, 0);
                }
            });
            assertThat(other.json("/v1/runs/long").get("training").isNull()).isFalse();

            Ledger.fill(
                    other.database(),
                    ledger -> ledger.runHour(
                            "berlin", "long", end, new EnergyBuckets(3_600_000_000L, 0, 0), 3_600_000, 0));

            assertThat(other.get("/v1/runs/long").statusCode()).isEqualTo(422);
            assertThat(other.get("/v1/runs/long").body()).contains("at most 1000000", "training=none");
            JsonNode without = other.json("/v1/runs/long?training=none");
            assertThat(without.get("training").isNull()).isTrue();
            assertThat(without.get("energy_mj").textValue()).isEqualTo("" + (hours + 1) * 3_600_000L);
            assertThat(other.get("/v1/runs/long?training=some").statusCode()).isEqualTo(400);
        }
    }

    @Test
    void anotherTenantsRunIsNotThere() {
        assertThat(api.get("/v1/runs/secret-run").statusCode()).isEqualTo(404);
        assertThat(api.get("/v1/sites/secret").statusCode()).isEqualTo(404);
        assertThat(api.get("/v1/runs").body()).doesNotContain("secret");
    }
}
