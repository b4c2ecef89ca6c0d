package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.joulestream.core.ledger.VolumeBuckets;
import io.joulestream.core.telemetry.Metric;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class QuantitiesIT {
    private static TestApi api;

    @BeforeAll
    static void start() {
        api = TestApi.start();
        Sites.berlin(api.database());
        Sites.lab(api.database());
        api.database()
                .sites()
                .put(
                        Ledger.TENANT,
                        "wet",
                        Instant.parse("2026-01-01T00:00:00Z"),
                        Sites.berlinYaml().replace("site: berlin", "site: wet")
                                + "  - { id: w-1, kind: METER, role: WATER_IN, water: potable, channels: [ { metric: water.volume, samplePeriod: PT1M } ] }\n"
                                + "  - { id: w-2, kind: METER, role: WATER_IN, water: rain, channels: [ { metric: water.volume, samplePeriod: PT1M } ] }\n");
        Ledger.fill(api.database(), ledger -> {
            // the month of the spring clock: 743 hours
            ledger.demand("berlin", "meter/grid", false, Sites.MARCH, Sites.APRIL, 500_000);
            ledger.demand("berlin", "run-7", true, Sites.RUN, Sites.RUN.plusSeconds(1_800), 40_000);
            for (int hour = 0; hour < 24; hour++) {
                Instant at = Sites.NOON.minus(Sites.HOUR.multipliedBy(24 - hour));
                ledger.volume("wet", "w-1", Metric.WATER_VOLUME, "POTABLE", false, at, new VolumeBuckets(1_500, 0, 1));
                ledger.volume("wet", "w-9", Metric.WATER_VOLUME, "POTABLE", true, at, new VolumeBuckets(1_000, 0, 0));
            }
        });
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void aMonthInWhichTheClocksGoForwardHasFourRowsForEachOf743Hours() {
        JsonNode demand = api.json("/v1/sites/berlin/demand?month=2026-03");

        assertThat(demand.get("start").textValue()).isEqualTo("2026-02-28T23:00:00Z");
        assertThat(demand.get("end").textValue()).isEqualTo("2026-03-31T22:00:00Z");
        assertThat(demand.get("intervals")).hasSize(743 * 4);
        String end = demand.get("start").textValue();
        for (JsonNode interval : demand.get("intervals")) {
            assertThat(interval.get("start").textValue()).isEqualTo(end);
            end = interval.get("end").textValue();
        }
        assertThat(end).isEqualTo("2026-03-31T22:00:00Z");
        JsonNode row = demand.get("intervals").get(0);
        assertThat(row.get("subject").textValue()).isEqualTo("meter/grid");
        assertThat(row.get("mean_kw").textValue()).isEqualTo("500");
        assertThat(row.get("energy_mj").textValue()).isEqualTo("450000000000");
        assertThat(row.get("covered_ms").intValue()).isEqualTo(900_000);
    }

    @Test
    void thePeakOfAMonthIsOfAllFeedsInOneQuarterHourWithItsInstant() {
        try (TestApi other = TestApi.start()) {
            other.database()
                    .sites()
                    .put(
                            Ledger.TENANT,
                            "two",
                            Instant.parse("2026-01-01T00:00:00Z"),
                            Sites.berlinYaml().replace("site: berlin", "site: two")
                                    + "  - { id: meter/grid-b, kind: METER, role: GRID_IMPORT, nameplateW: 900000, channels: [ { metric: meter.energy.active, samplePeriod: PT10S } ] }\n");
            Instant first = Instant.parse("2026-03-29T00:45:00Z");
            Instant second = first.plusSeconds(900);
            Ledger.fill(other.database(), ledger -> {
                ledger.demand("two", "meter/grid", false, first, second, 600_000);
                ledger.demand("two", "meter/grid-b", false, first, second, 10_000);
                ledger.demand("two", "meter/grid", false, second, second.plusSeconds(900), 310_000);
                ledger.demand("two", "meter/grid-b", false, second, second.plusSeconds(900), 310_500);
            });

            JsonNode peak = other.json("/v1/sites/two/demand?month=2026-03").get("peak");

            assertThat(peak.get("start").textValue()).isEqualTo("2026-03-29T01:00:00Z");
            assertThat(peak.get("start_local").textValue()).isEqualTo("2026-03-29T03:00:00+02:00");
            assertThat(peak.get("mean_kw").get("value").textValue()).isEqualTo("620.5");
            assertThat(peak.get("mean_kw").get("flags").toString()).contains("COVERAGE_BELOW_REPORTABLE");
            assertThat(peak.get("mean_kw").get("coverage").decimalValue())
                    .isEqualByComparingTo("0.000673"); // 2 of 743 x 4 quarters
            assertThat(other.json("/v1/sites/two/demand?month=2026-02")
                            .get("peak")
                            .get("mean_kw")
                            .get("reason")
                            .textValue())
                    .isEqualTo("NO_DATA");
        }
    }

    @Test
    void aMonthThatIsNotOverSaysSo() {
        JsonNode peak = api.json("/v1/sites/berlin/demand?month=2026-03").get("peak");
        JsonNode open = api.json("/v1/sites/wet/demand?month=2026-04").get("peak");

        assertThat(peak.get("mean_kw").get("flags").toString()).doesNotContain("PERIOD_OPEN");
        assertThat(open.get("mean_kw").get("flags").toString()).contains("PERIOD_OPEN");
    }

    @Test
    void aSiteWithoutFeedHasNoPeak() {
        JsonNode peak = api.json("/v1/sites/lab/demand").get("peak");

        assertThat(peak.get("start").isNull()).isTrue();
        assertThat(peak.get("mean_kw").get("reason").textValue()).isEqualTo("NO_FACILITY_METER");
    }

    @Test
    void runsHaveQuarterHoursOfTheirOwn() {
        JsonNode demand =
                api.json("/v1/sites/berlin/demand?of=runs&start=2026-03-10T10:00:00Z&end=2026-03-10T11:00:00Z");

        assertThat(demand.get("peak").isNull()).isTrue();
        assertThat(demand.get("intervals")).hasSize(2);
        assertThat(demand.get("intervals").get(1).get("subject").textValue()).isEqualTo("run-7");
        assertThat(demand.get("intervals").get(1).get("mean_kw").textValue()).isEqualTo("40");
    }

    @Test
    void waterIsTotalledByKindWithoutWhatIsCountedElsewhere() {
        JsonNode quantities = api.json("/v1/sites/wet/quantities");

        assertThat(quantities.get("steps")).hasSize(48);
        assertThat(quantities.get("totals"))
                .extracting(total -> total.get("kind").textValue())
                .containsExactly("POTABLE", "RAIN");
        JsonNode potable = quantities.get("totals").get(0).get("volume_l");
        assertThat(potable.get("value").textValue()).isEqualTo("36.024");
        assertThat(potable.get("coverage").intValue()).isEqualTo(1);
        assertThat(potable.get("quality").textValue()).isEqualTo("MIXED");
        assertThat(quantities.get("totals").get(1).get("volume_l").get("reason").textValue())
                .isEqualTo("NO_DATA");
        JsonNode step = quantities.get("steps").get(0);
        assertThat(step.get("metric").textValue()).isEqualTo("water.volume");
        assertThat(step.get("volume_l").textValue()).isEqualTo("1.501");
        assertThat(step.get("estimated_l").textValue()).isEqualTo("0.001");
        assertThat(step.get("check").booleanValue()).isFalse();
    }

    @Test
    void aRefusalNamesTheParameterThatIsWrong() {
        assertThat(api.get("/v1/sites/berlin/demand?start=x").body())
                .contains(
                        "\"field\":\"start\",\"detail\":\"must be an instant",
                        "\"field\":\"end\",\"detail\":\"is needed")
                .doesNotContain("\"field\":\"start\",\"detail\":\"is needed");
        assertThat(api.get("/v1/sites/berlin/demand?of=runs&month=2026-03").body())
                .contains("month is not taken for runs");
        assertThat(api.get("/v1/sites/berlin/demand?month=2026-13").body()).contains("month must be a month");
    }

    @Test
    void coverageAsksForTheMetersOfTheTimeNotOfToday() {
        try (TestApi other = TestApi.start()) {
            String before = Sites.berlinYaml().replace("site: berlin", "site: grown");
            String meter =
                    "  - { id: w-%d, kind: METER, role: WATER_IN, water: potable, channels: [ { metric: water.volume, samplePeriod: PT1M } ] }\n";
            Instant added = Sites.NOON.minus(Sites.HOUR.multipliedBy(6));
            other.database()
                    .sites()
                    .put(Ledger.TENANT, "grown", Instant.parse("2026-01-01T00:00:00Z"), before + meter.formatted(1));
            other.database()
                    .sites()
                    .put(
                            Ledger.TENANT,
                            "grown",
                            added,
                            before.replaceAll("effectiveFrom: .*", "effectiveFrom: " + added)
                                    + meter.formatted(1)
                                    + meter.formatted(2)
                                    + "  - { id: meter/grid-b, kind: METER, role: GRID_IMPORT, nameplateW: 900000, channels: [ { metric: meter.energy.active, samplePeriod: PT10S } ] }\n");
            Ledger.fill(other.database(), ledger -> {
                ledger.demand("grown", "meter/grid", false, Sites.NOON.minus(Sites.HOUR.multipliedBy(24)), added, 5);
                for (int hour = 0; hour < 18; hour++) {
                    Instant at = Sites.NOON.minus(Sites.HOUR.multipliedBy(24 - hour));
                    ledger.volume(
                            "grown", "w-1", Metric.WATER_VOLUME, "POTABLE", false, at, new VolumeBuckets(9, 0, 0));
                }
            });

            String range = "?start=2026-03-31T12:00:00Z&end=2026-04-01T12:00:00Z";
            JsonNode peak = other.json("/v1/sites/grown/demand" + range).get("peak");
            JsonNode potable = other.json("/v1/sites/grown/quantities" + range).get("totals");

            // 18 meter-hours of 18 + 2 x 6
            assertThat(peak.get("mean_kw").get("coverage").decimalValue()).isEqualByComparingTo("0.6");
            assertThat(potable.get(0).get("volume_l").get("coverage").decimalValue())
                    .isEqualByComparingTo("0.6");
        }
    }

    @Test
    void whatLiesBetweenRowsOrIsTooLongIsRefused() {
        assertThat(api.get("/v1/sites/berlin/demand?start=2026-03-10T10:05:00Z&end=2026-03-10T11:00:00Z")
                        .body())
                .contains("must lie on a row");
        assertThat(api.get("/v1/sites/berlin/demand?start=2026-03-10T10:00:00Z").statusCode())
                .isEqualTo(400);
        assertThat(api.get("/v1/sites/berlin/demand?of=runs&month=2026-03").statusCode())
                .isEqualTo(400);
        assertThat(api.get("/v1/sites/berlin/demand?of=nodes").statusCode()).isEqualTo(400);
        assertThat(api.get("/v1/sites/berlin/demand?start=2026-01-01T00:00:00Z&end=2026-03-01T00:00:00Z")
                        .statusCode())
                .as("too much, as everywhere")
                .isEqualTo(422);
        assertThat(api.get("/v1/sites/wet/quantities?start=2026-01-01T00:00:00Z&end=2026-03-01T00:00:00Z")
                        .statusCode())
                .as("too much, as everywhere")
                .isEqualTo(422);
        assertThat(api.get("/v1/sites/wet/quantities?month=2026-03&start=2026-03-01T00:00:00Z&end=2026-03-02T00:00:00Z")
                        .statusCode())
                .isEqualTo(400);
        assertThat(api.get("/v1/sites/nowhere/quantities").statusCode()).isEqualTo(404);
    }
}
