package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EnergyIT {
    private static TestApi api;

    @BeforeAll
    static void start() {
        api = TestApi.start();
        Sites.berlin(api.database());
        Ledger.fill(api.database(), ledger -> {
            Instant start = Instant.parse("2026-02-01T00:00:00Z");
            ledger.role(
                    "berlin",
                    "PDU_OUT",
                    start,
                    start.plus(Sites.HOUR),
                    Sites.HOUR,
                    Ledger.wattHours(700, 200, 100),
                    150_000,
                    0.7);
            ledger.role(
                    "berlin",
                    "PDU_OUT",
                    start,
                    start.plus(Sites.MINUTE),
                    Sites.MINUTE,
                    Ledger.wattHours(7, 2, 1),
                    150_000,
                    0.7);
        });
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void withoutARangeTheLastHourIsGivenByTheMinute() {
        JsonNode energy = api.json("/v1/sites/berlin/energy");

        assertThat(energy.get("step").textValue()).isEqualTo("PT1M");
        assertThat(energy.get("start").textValue()).isEqualTo("2026-04-01T11:00:00Z");
        assertThat(energy.get("points")).hasSize(60);
        JsonNode roles = energy.get("points").get(0).get("roles");
        assertThat(roles)
                .extracting(role -> role.get("role").textValue())
                .containsExactly("GRID_IMPORT", "PDU_OUT", "NODE_IN");
        assertThat(roles.get(0).get("energy_mj").textValue()).isEqualTo("7500000000");
        assertThat(roles.get(0).get("energy_kwh").get("value").textValue()).isEqualTo("2.08333333333");
        assertThat(roles.get(1).get("measured_mj").textValue()).isEqualTo("6000000000");
        assertThat(roles.get(1).get("estimated_mj").textValue()).isEqualTo("0");
    }

    @Test
    void aRoleWithoutRowsIsNullWithAReasonAndNever0() {
        JsonNode nodes = api.json("/v1/sites/berlin/energy")
                .get("points")
                .get(0)
                .get("roles")
                .get(2);

        assertThat(nodes.get("energy_mj").isNull()).isTrue();
        assertThat(nodes.get("energy_kwh").get("reason").textValue()).isEqualTo("NO_DATA");
        assertThat(nodes.get("coverage").intValue()).isZero();
    }

    @Test
    void bridgedEnergyCountsAsMeasuredInHoursAndAsEstimatedInMinutes() {
        JsonNode hour = role("PT1H", "2026-02-01T00:00:00Z", "2026-02-01T01:00:00Z");
        JsonNode minute = role("PT1M", "2026-02-01T00:00:00Z", "2026-02-01T00:01:00Z");

        assertThat(hour.get("energy_mj").textValue()).isEqualTo("3600000000");
        assertThat(hour.get("measured_mj").textValue()).isEqualTo("3240000000");
        assertThat(hour.get("bridged_mj").textValue()).isEqualTo("720000000");
        assertThat(hour.get("estimated_mj").textValue()).isEqualTo("360000000");
        assertThat(hour.get("estimated_share").decimalValue()).isEqualByComparingTo("0.1");
        assertThat(hour.get("coverage").decimalValue()).isEqualByComparingTo("0.7");
        assertThat(minute.get("measured_mj").textValue()).isEqualTo("25200000");
        assertThat(minute.get("estimated_mj").textValue()).isEqualTo("10800000");
        assertThat(minute.get("estimated_share").decimalValue()).isEqualByComparingTo("0.3");
    }

    private static JsonNode role(String step, String start, String end) {
        JsonNode points = api.json("/v1/sites/berlin/energy?step=" + step + "&start=" + start + "&end=" + end)
                .get("points");
        assertThat(points).hasSize(1);
        return points.get(0).get("roles").get(1);
    }

    @Test
    void hoursComeFromTheLedgersRows() {
        JsonNode energy = api.json(
                "/v1/sites/berlin/energy?step=PT1H&start=2026-03-28T23:00:00Z&end=2026-03-29T22:00:00Z&tz=Europe/Berlin");

        assertThat(energy.get("points")).hasSize(23);
        assertThat(energy.get("points"))
                .extracting(point -> point.get("start_local").textValue())
                .contains("2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00")
                .noneMatch(local -> local.contains("T02:"));
        assertThat(energy.get("points")
                        .get(0)
                        .get("roles")
                        .get(0)
                        .get("energy_kwh")
                        .get("value")
                        .textValue())
                .isEqualTo("125");
    }

    /** What is null there was not necessarily so when it was new. */
    @Test
    void whereMinutesMayHaveBeenRemovedTheAnswerSaysSo() throws SQLException {
        keepMinutesFrom("2026-02-01T00:01:00Z");

        JsonNode health = api.json("/v1/health");
        JsonNode before =
                api.json("/v1/sites/berlin/energy?step=PT1M&start=2026-02-01T00:00:00Z&end=2026-02-01T00:02:00Z");
        JsonNode after =
                api.json("/v1/sites/berlin/energy?step=PT1M&start=2026-02-01T00:01:00Z&end=2026-02-01T00:02:00Z");
        JsonNode hours =
                api.json("/v1/sites/berlin/energy?step=PT1H&start=2026-02-01T00:00:00Z&end=2026-02-01T01:00:00Z");
        JsonNode pue = api.json("/v1/sites/berlin/pue?window=PT1M&start=2026-02-01T00:00:00Z&end=2026-02-01T00:02:00Z");

        assertThat(health.get("minutes_kept_from").get("of_channels").isNull()).isTrue();
        assertThat(before.get("minutes_kept_from").textValue()).isEqualTo("2026-02-01T00:01:00Z");
        assertThat(pue.get("minutes_kept_from").textValue()).isEqualTo("2026-02-01T00:01:00Z");
        assertThat(after.get("minutes_kept_from").isNull()).isTrue();
        assertThat(hours.get("minutes_kept_from").isNull())
                .as("hours are kept for ever")
                .isTrue();
    }

    private static void keepMinutesFrom(String instant) throws SQLException {
        try (Connection connection = api.database().dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("insert into minute_keeping (minute_table, kept_from, looked_at) values ('site_minute', '"
                    + instant + "', now())");
        }
    }

    @Test
    void withoutARangeHoursAreThoseOfTheLastDay() {
        JsonNode energy = api.json("/v1/sites/berlin/energy?step=PT1H");

        assertThat(energy.get("start").textValue()).isEqualTo("2026-03-31T12:00:00Z");
        assertThat(energy.get("end").textValue()).isEqualTo("2026-04-01T12:00:00Z");
        assertThat(energy.get("points")).hasSize(24);
    }
}
