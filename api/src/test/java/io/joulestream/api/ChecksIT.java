package io.joulestream.api;

import static io.joulestream.api.Sites.HOUR;
import static io.joulestream.api.Sites.MINUTE;
import static io.joulestream.api.Sites.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.joulestream.core.telemetry.Metric;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ChecksIT {
    private static TestApi api;

    @BeforeAll
    static void start() {
        api = TestApi.start();
        for (String site : new String[] {"berlin", "empty"}) {
            api.database()
                    .sites()
                    .put(
                            Ledger.TENANT,
                            site,
                            Instant.parse("2026-01-01T00:00:00Z"),
                            Sites.berlinYaml().replace("site: berlin", "site: " + site));
        }
        Instant from = NOON.minus(HOUR.multipliedBy(3));
        Ledger.fill(api.database(), ledger -> {
            ledger.role("berlin", "PDU_OUT", NOON.minus(MINUTE), NOON, MINUTE, 10_000, 150_000);
            ledger.entity("berlin", "meter/pdu", Metric.METER_ENERGY_ACTIVE, from, NOON, 10_000);
            ledger.entity("berlin", "meter/pdu", Metric.METER_POWER_ACTIVE, from, from.plus(HOUR), 10_100);
            ledger.entity("berlin", "meter/pdu", Metric.METER_POWER_ACTIVE, from.plus(HOUR), NOON, 10_300);
        });
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void anHourInWhichAGaugeLeavesItsCounterIsMarked() {
        JsonNode checks = api.json("/v1/sites/berlin/checks?hours=24");

        assertThat(checks.get("start").textValue()).isEqualTo("2026-03-31T12:00:00Z");
        assertThat(checks.get("end").textValue()).isEqualTo("2026-04-01T12:00:00Z");
        assertThat(checks.get("marks")).hasSize(2);
        assertThat(checks.get("marks").get(0).toString())
                .isEqualTo("{\"entity\":\"meter/pdu\",\"metric\":\"meter.power.active\","
                        + "\"start\":\"2026-04-01T11:00:00Z\",\"code\":\"CROSS_CHECK\","
                        + "\"against\":\"meter.energy.active\",\"share\":0.03}");
        assertThat(checks.get("flagged")).as("no row has a flag").isEmpty();
        assertThat(checks.get("marks").get(1).get("start").textValue()).isEqualTo("2026-04-01T10:00:00Z");
    }

    @Test
    void aSiteWithoutDataHasNoMarks() {
        JsonNode checks = api.json("/v1/sites/empty/checks");

        assertThat(checks.get("start").isNull()).isTrue();
        assertThat(checks.get("marks")).isEmpty();
    }

    /** Of channels there are no hours to look at instead. */
    @Test
    void whereMinutesOfChannelsMayHaveBeenRemovedTheAnswerSaysSo() throws SQLException {
        try (Connection connection = api.database().dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("insert into minute_keeping (minute_table, kept_from, looked_at)"
                    + " values ('channel_minute', '2026-04-01T06:00:00Z', now()),"
                    + " ('site_minute', '2026-04-01T00:00:00Z', now())");
        }

        JsonNode day = api.json("/v1/sites/berlin/checks?hours=24");
        JsonNode hour = api.json("/v1/sites/berlin/checks?hours=1");
        JsonNode residuals = api.json("/v1/sites/berlin/residuals");
        JsonNode none = api.json("/v1/sites/empty/checks");

        assertThat(day.get("minutes_kept_from").textValue()).isEqualTo("2026-04-01T06:00:00Z");
        assertThat(residuals.get("minutes_kept_from").textValue()).isEqualTo("2026-04-01T06:00:00Z");
        assertThat(hour.get("minutes_kept_from").isNull()).isTrue();
        assertThat(none.get("minutes_kept_from").isNull()).isTrue();
    }

    @Test
    void theAnswerIsAsLongAsAskedForAndTellsHowMuchIsLeftOut() {
        JsonNode newest = api.json("/v1/sites/berlin/checks?limit=1");
        JsonNode lastHour = api.json("/v1/sites/berlin/checks?hours=1");

        assertThat(newest.get("start").textValue()).isEqualTo("2026-04-01T06:00:00Z");
        assertThat(newest.get("marks")).hasSize(1);
        assertThat(newest.get("marks").get(0).get("start").textValue()).isEqualTo("2026-04-01T11:00:00Z");
        assertThat(newest.get("marks_found").intValue()).isEqualTo(2);
        assertThat(lastHour.get("marks_found").intValue()).isEqualTo(1);
        assertThat(lastHour.get("flagged_found").intValue()).isZero();
    }

    @Test
    void whatIsNotOfferedIsRefused() {
        assertThat(api.get("/v1/sites/berlin/checks?hours=25").statusCode()).isEqualTo(400);
        assertThat(api.get("/v1/sites/berlin/checks?limit=0").statusCode()).isEqualTo(400);
        assertThat(api.get("/v1/sites/berlin/checks?tz=UTC").statusCode()).isEqualTo(400);
        assertThat(api.get("/v1/sites/nowhere/checks").statusCode()).isEqualTo(404);
    }
}
