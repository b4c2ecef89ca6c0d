package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PueIT {
    private static TestApi api;

    @BeforeAll
    static void start() {
        api = TestApi.start();
        Sites.berlin(api.database());
        Sites.lab(api.database());
        Sites.stJohns(api.database());
        Ledger.fill(api.database(), ledger -> {
            // a gap of a quarter of an hour at the PDUs, interpolated
            Instant gap = Instant.parse("2026-04-01T06:00:00Z");
            Instant after = gap.plusSeconds(900);
            ledger.role("berlin", "GRID_IMPORT", gap, gap.plus(Sites.HOUR), Sites.MINUTE, 130_000, 200_000);
            ledger.role("berlin", "PDU_OUT", after, gap.plus(Sites.HOUR), Sites.MINUTE, 100_000, 150_000);
        });
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void withoutARangeTheWindowEndsAtTheLastWholeMinute() {
        JsonNode pue = api.json("/v1/sites/berlin/pue");

        assertThat(pue.get("start").textValue()).isEqualTo("2026-04-01T11:00:00Z");
        assertThat(pue.get("end").textValue()).isEqualTo("2026-04-01T12:00:00Z");
        assertThat(pue.get("window").textValue()).isEqualTo("PT1H");
        assertThat(pue.get("tz").textValue()).isEqualTo("Europe/Berlin");
        assertThat(pue.get("last_data_at").textValue()).isEqualTo("2026-04-01T12:00:00Z");
        assertThat(pue.get("points")).hasSize(1);
        JsonNode point = pue.get("points").get(0);
        assertThat(point.get("label").textValue()).isEqualTo("iPUE cat 2");
        assertThat(point.get("start_local").textValue()).isEqualTo("2026-04-01T13:00:00+02:00");
        assertThat(point.get("pue").toString())
                .startsWith(
                        "{\"value\":\"1.25\",\"reason\":null,\"flags\":[],\"quality\":\"MEASURED\",\"low\":\"1.23232")
                .endsWith("\"coverage\":1,\"estimated_share\":0,\"method\":\"ipue.measured-only\",\"factor_sets\":[],"
                        + "\"status\":\"PROVISIONAL\",\"as_of\":\"2026-04-01T12:00:00Z\",\"explain\":null}");
        assertThat(point.get("measured").get("facility_energy_mj").textValue()).isEqualTo("450000000000");
        assertThat(point.get("measured").get("it_energy_mj").textValue()).isEqualTo("360000000000");
        assertThat(point.get("measured").get("common_seconds").intValue()).isEqualTo(3600);
    }

    @Test
    void aRangeIsCutIntoConsecutiveWindows() {
        JsonNode pue = api.json(
                "/v1/sites/berlin/pue?window=PT15M&start=2026-04-01T11:00:00Z&end=2026-04-01T13:00:00%2B01:00");

        assertThat(pue.get("end").textValue()).isEqualTo("2026-04-01T12:00:00Z");
        assertThat(pue.get("points")).hasSize(4);
        assertThat(pue.get("points")).allSatisfy(point -> {
            assertThat(point.get("pue").get("value").textValue()).isEqualTo("1.25");
            assertThat(point.get("pue").get("flags").toString()).isEqualTo("[\"DISPLAY_ONLY\"]");
        });
        assertThat(pue.get("points").get(3).get("end").textValue()).isEqualTo("2026-04-01T12:00:00Z");
    }

    @Test
    void facilityEnergyOfMinutesWithoutItIsLeftOut() {
        JsonNode point = api.json("/v1/sites/berlin/pue?start=2026-04-01T06:00:00Z&end=2026-04-01T07:00:00Z")
                .get("points")
                .get(0);

        assertThat(point.get("pue").get("value").textValue()).isEqualTo("1.3");
        assertThat(point.get("pue").get("coverage").decimalValue()).isEqualByComparingTo("0.75");
        assertThat(point.get("measured").get("common_seconds").intValue()).isEqualTo(2700);
    }

    @Test
    void theDayInWhichTheClocksGoForwardHas23Hours() {
        JsonNode pue = api.json("/v1/sites/berlin/pue?window=P1D&start=2026-03-27T23:00:00Z&end=2026-03-29T22:00:00Z");

        assertThat(pue.get("made_from").textValue()).isEqualTo("LEDGER_STEPS");
        assertThat(pue.get("points")).hasSize(2);
        JsonNode sunday = pue.get("points").get(1);
        assertThat(sunday.get("start_local").textValue()).isEqualTo("2026-03-29T00:00:00+01:00");
        assertThat(sunday.get("measured").get("common_seconds").intValue()).isEqualTo(23 * 3600);
        assertThat(sunday.get("pue").get("value").textValue()).isEqualTo("1.25");
    }

    @Test
    void aLongWindowBetweenTwoRowsOfTheLedgerIsMadeOfRowsAndMinutes() {
        JsonNode pue =
                api.json("/v1/sites/berlin/pue?window=PT35H&start=2026-03-31T00:30:00Z&end=2026-04-01T11:30:00Z");

        assertThat(pue.get("made_from").textValue()).isEqualTo("LEDGER_STEPS_AND_MINUTES");
        JsonNode point = pue.get("points").get(0);
        // there are no minutes for the half hour at the start
        assertThat(point.get("measured").get("common_seconds").intValue()).isEqualTo(34 * 3600 + 1800);
        assertThat(point.get("pue").get("value").textValue()).isEqualTo("1.25");
    }

    @Test
    void tzDecidesTheCalendarAndTheLocalTimes() {
        JsonNode pue =
                api.json("/v1/sites/berlin/pue?window=P1M&tz=UTC&start=2026-03-01T00:00:00Z&end=2026-04-01T00:00:00Z");

        assertThat(pue.get("tz").textValue()).isEqualTo("UTC");
        JsonNode march = pue.get("points").get(0);
        assertThat(march.get("start_local").textValue()).isEqualTo("2026-03-01T00:00:00+00:00");
        assertThat(march.get("measured").get("common_seconds").intValue()).isEqualTo(744 * 3600);
    }

    @Test
    void withoutAFacilityMeterThereIsAReasonAndNoNumber() {
        JsonNode point = api.json("/v1/sites/lab/pue?start=2026-03-20T08:00:00Z&end=2026-03-20T09:00:00Z")
                .get("points")
                .get(0);

        assertThat(point.get("pue").get("value").isNull()).isTrue();
        assertThat(point.get("pue").get("reason").textValue()).isEqualTo("NO_FACILITY_METER");
        assertThat(point.get("pue").get("quality").textValue()).isEqualTo("MISSING");
    }

    @Test
    void withoutDataThereIsAReasonAndNoNumber() {
        JsonNode pue = api.json("/v1/sites/st-johns/pue");

        assertThat(pue.get("last_data_at").isNull()).isTrue();
        assertThat(pue.get("points").get(0).get("pue").get("reason").textValue())
                .isEqualTo("NO_DATA");
    }

    @Test
    void theListTellsHowEverySiteIsNow() {
        JsonNode sites = api.json("/v1/sites");

        assertThat(sites.get("now").textValue()).isEqualTo("2026-04-01T12:00:30Z");
        assertThat(sites.get("sites"))
                .extracting(site -> site.get("site").textValue())
                .containsExactly("berlin", "lab", "st-johns");
        JsonNode berlin = sites.get("sites").get(0);
        assertThat(berlin.get("live").get("pue").get("value").textValue()).isEqualTo("1.25");
        assertThat(berlin.get("live").get("it_power_w").get("value").textValue())
                .isEqualTo("100000");
        assertThat(berlin.get("live").get("facility_power_w").get("value").textValue())
                .isEqualTo("125000");
        assertThat(berlin.get("live").get("power_minute").textValue()).isEqualTo("2026-04-01T11:59:00Z");
        JsonNode lab = sites.get("sites").get(1);
        assertThat(lab.get("last_data_at").textValue()).isEqualTo("2026-03-20T09:00:00Z");
        assertThat(lab.get("live").get("it_power_w").get("reason").textValue()).isEqualTo("NO_DATA");
        assertThat(lab.get("live").get("power_minute").isNull()).isTrue();
        assertThat(sites.get("sites").get(2).get("ledger_step").textValue()).isEqualTo("PT30M");
        assertThat(api.json("/v1/sites/berlin")).isEqualTo(berlin);
    }

    @Test
    void aMinuteThatIsNotWhollyReadIsNotThePowerOfNow() {
        try (TestApi other = TestApi.start()) {
            Sites.berlin(other.database());
            Instant minute = Sites.NOON;
            Ledger.fill(
                    other.database(),
                    ledger -> ledger.role(
                            "berlin",
                            "PDU_OUT",
                            minute,
                            minute.plusSeconds(60),
                            Sites.MINUTE,
                            Ledger.measured(50_000, Sites.MINUTE),
                            150_000,
                            0.5));

            JsonNode live = other.json("/v1/sites/berlin").get("live");

            assertThat(live.get("power_minute").textValue()).isEqualTo("2026-04-01T11:59:00Z");
            assertThat(live.get("it_power_w").get("value").textValue()).isEqualTo("100000");
        }
    }

    @Test
    void aSilentSiteShowsItsLastHourWithAFigure() {
        try (TestApi other = TestApi.start()) {
            other.database()
                    .sites()
                    .put(Ledger.TENANT, "berlin", Instant.parse("2026-01-01T00:00:00Z"), Sites.berlinYaml());
            Instant from = Sites.NOON.minus(Sites.HOUR.multipliedBy(8));
            Instant hole = from.plus(Sites.HOUR.multipliedBy(2));
            Instant silence = hole.plus(Sites.HOUR.multipliedBy(3));
            Ledger.fill(other.database(), ledger -> {
                ledger.role("berlin", "GRID_IMPORT", from, hole, Sites.MINUTE, 125_000, 200_000);
                ledger.role("berlin", "PDU_OUT", from, silence, Sites.MINUTE, 100_000, 150_000);
            });

            JsonNode live = other.json("/v1/sites/berlin").get("live");

            assertThat(live.get("end").textValue()).isEqualTo(hole.toString());
            assertThat(live.get("pue").get("value").textValue()).isEqualTo("1.25");
            assertThat(live.get("power_minute").isNull()).isTrue();
        }
    }
}
