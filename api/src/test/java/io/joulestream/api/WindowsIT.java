package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WindowsIT {
    private static final Instant A_YEAR_AGO = Instant.parse("2025-03-31T22:00:00Z");

    private static TestApi api;

    @BeforeAll
    static void start() {
        api = TestApi.start();
        Sites.berlin(api.database());
        Sites.lab(api.database());
        Ledger.fill(api.database(), ledger -> {
            Instant dayAgo = Sites.NOON.minus(24, ChronoUnit.HOURS);
            Instant hourAgo = Sites.NOON.minus(Sites.HOUR);
            ledger.role("berlin", "GRID_IMPORT", dayAgo, hourAgo, Sites.MINUTE, 130_000, 200_000);
            ledger.role("berlin", "PDU_OUT", dayAgo, hourAgo, Sites.MINUTE, 100_000, 150_000);
        });
        year("europe", "Europe/Berlin", A_YEAR_AGO, Sites.APRIL);
        year("nepal", "Asia/Kathmandu", local("Asia/Kathmandu", 2025), local("Asia/Kathmandu", 2026));
        year("isle", "Australia/Lord_Howe", local("Australia/Lord_Howe", 2025), local("Australia/Lord_Howe", 2026));
        year("york", "America/New_York", local("America/New_York", 2025), local("America/New_York", 2026));
    }

    private static Instant local(String zone, int year) {
        return LocalDate.of(year, 4, 1).atStartOfDay(ZoneId.of(zone)).toInstant();
    }

    /** Twelve months at a PUE of 1.2, in rows of the site's own ledger. */
    private static void year(String site, String zone, Instant from, Instant to) {
        String yaml = Sites.berlinYaml()
                .replace("site: berlin", "site: " + site)
                .replace("Europe/Berlin", zone)
                .replace("effectiveFrom: 2026", "effectiveFrom: 2025");
        api.database().sites().put(Ledger.TENANT, site, Instant.parse("2025-01-01T00:00:00Z"), yaml);
        Duration step =
                Duration.parse(api.json("/v1/sites/" + site).get("ledger_step").textValue());
        Ledger.fill(api.database(), ledger -> {
            ledger.role(site, "GRID_IMPORT", from, to, step, 120_000, 200_000);
            ledger.role(site, "PDU_OUT", from, to, step, 100_000, 150_000);
        });
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void aSiteIsShownInFiveWindowsEachWithItsLabelAndCategory() {
        JsonNode windows = api.json("/v1/sites/berlin/windows");

        assertThat(windows.get("tz").textValue()).isEqualTo("Europe/Berlin");
        assertThat(windows.get("windows"))
                .extracting(w -> w.get("window").textValue())
                .containsExactly("15m", "1h", "24h", "mtd", "12mo");
        assertThat(windows.get("windows"))
                .extracting(w -> w.get("label").textValue())
                .containsExactly("iPUE cat 2", "iPUE cat 2", "iPUE cat 2", "iPUE cat 2", "PUE cat 2");
        assertThat(windows.get("windows"))
                .extracting(w -> w.get("made_from").textValue())
                .containsExactly("MINUTES", "MINUTES", "MINUTES", "MINUTES", "LEDGER_STEPS");
        assertThat(windows.get("windows"))
                .extracting(w -> w.get("category").intValue())
                .containsOnly(2);
        assertThat(value(windows, 0)).isEqualTo("1.25");
        assertThat(value(windows, 1)).isEqualTo("1.25");
        assertThat(value(windows, 2)).isEqualTo("1.29791666667"); // (23 x 130 + 125) / 2400
    }

    @Test
    void theMonthToDateSaysThatItIsOpen() {
        JsonNode mtd = api.json("/v1/sites/berlin/pue?window=mtd");

        assertThat(mtd.get("window").textValue()).isEqualTo("mtd");
        assertThat(mtd.get("start").textValue()).isEqualTo("2026-03-31T22:00:00Z");
        assertThat(mtd.get("end").textValue()).isEqualTo("2026-04-01T12:00:00Z");
        JsonNode point = mtd.get("points").get(0);
        assertThat(point.get("pue").get("flags").toString()).contains("PERIOD_OPEN");
        assertThat(point.get("measured").get("common_seconds").intValue()).isEqualTo(14 * 3600);
        assertThat(mtd.get("trailing_day").isNull()).isTrue();
    }

    @Test
    void twelveMonthsOfMissingMetersHaveNoPueThoughTheyHaveItsName() {
        JsonNode year =
                api.json("/v1/sites/berlin/pue?window=12mo").get("points").get(0);

        assertThat(year.get("start").textValue()).isEqualTo(A_YEAR_AGO.toString());
        assertThat(year.get("end").textValue()).isEqualTo(Sites.APRIL.toString());
        assertThat(year.get("pue").get("value").isNull()).isTrue();
        assertThat(year.get("pue").get("reason").textValue()).isEqualTo("COVERAGE_BELOW_MIN");
        assertThat(year.get("label").textValue()).isEqualTo("PUE cat 2");
    }

    @Test
    void twelveWholeMonthsAreReadWithoutHoleOrOverlapInEveryZone() {
        for (String site : new String[] {"europe", "nepal", "isle", "york"}) {
            JsonNode year = api.json("/v1/sites/" + site + "/pue?window=12mo");
            JsonNode point = year.get("points").get(0);
            Instant start = Instant.parse(point.get("start").textValue());
            Instant end = Instant.parse(point.get("end").textValue());

            assertThat(year.get("made_from").textValue()).as(site).isEqualTo("LEDGER_STEPS");
            assertThat(point.get("pue").get("value").textValue()).as(site).isEqualTo("1.2");
            assertThat(point.get("label").textValue()).as(site).isEqualTo("PUE cat 2");
            assertThat(point.get("pue").get("coverage").intValue()).as(site).isEqualTo(1);
            assertThat(point.get("measured").get("common_seconds").longValue())
                    .as(site)
                    .isEqualTo(ChronoUnit.SECONDS.between(start, end));
        }
    }

    @Test
    void inAnotherZonesCalendarTwelveMonthsAreNoPueOfTheSite() {
        JsonNode year = api.json("/v1/sites/nepal/pue?window=12mo&tz=UTC");

        assertThat(year.get("points").get(0).get("label").textValue()).isEqualTo("iPUE cat 2");
        assertThat(year.get("start").textValue()).isEqualTo("2025-04-01T00:00:00Z");
    }

    @Test
    void shortNamesAreTheDurationsAndTakeARange() {
        String range = "&start=2026-04-01T11:00:00Z&end=2026-04-01T12:00:00Z";

        assertThat(api.json("/v1/sites/berlin/pue?window=15m" + range).get("points"))
                .isEqualTo(api.json("/v1/sites/berlin/pue?window=PT15M" + range).get("points"))
                .hasSize(4);
        assertThat(api.json("/v1/sites/berlin/pue?window=24h").get("points"))
                .isEqualTo(api.json("/v1/sites/berlin/pue?window=PT24H").get("points"));
    }

    @Test
    void besideAWindowUnderAnHourStandTheTwentyFourHoursBehindIt() {
        JsonNode quarter = api.json("/v1/sites/berlin/pue?window=15m");

        assertThat(quarter.get("points").get(0).get("pue").get("value").textValue())
                .isEqualTo("1.25");
        assertThat(quarter.get("points").get(0).get("pue").get("flags").toString())
                .contains("DISPLAY_ONLY");
        JsonNode day = quarter.get("trailing_day");
        assertThat(day.get("start").textValue()).isEqualTo("2026-03-31T12:00:00Z");
        assertThat(day.get("pue").get("value").textValue()).isEqualTo("1.29791666667");
    }

    @Test
    void aWindowOfTheFutureHasNoRatio() {
        JsonNode point = api.json("/v1/sites/berlin/pue?start=2026-04-01T11:30:00Z&end=2026-04-01T12:30:00Z")
                .get("points")
                .get(0);

        assertThat(point.get("pue").get("reason").textValue()).isEqualTo("PERIOD_OPEN");
    }

    @Test
    void aSiteWithoutSupplyMeterHasNoneOfThem() {
        assertThat(api.json("/v1/sites/lab/windows").get("windows"))
                .extracting(w -> w.get("pue").get("reason").textValue())
                .containsOnly("NO_FACILITY_METER");
    }

    @Test
    void aPeriodOfTheCalendarTakesNoRange() {
        assertThat(api.get("/v1/sites/berlin/pue?window=mtd&start=2026-04-01T11:00:00Z&end=2026-04-01T12:00:00Z")
                        .body())
                .contains("is not taken with window mtd");
        assertThat(api.get("/v1/sites/berlin/pue?window=1H").statusCode()).isEqualTo(400);
    }

    private static String value(JsonNode windows, int index) {
        return windows.get("windows").get(index).get("pue").get("value").textValue();
    }
}
