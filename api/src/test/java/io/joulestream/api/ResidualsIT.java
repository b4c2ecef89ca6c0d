package io.joulestream.api;

import static io.joulestream.api.Sites.HOUR;
import static io.joulestream.api.Sites.MINUTE;
import static io.joulestream.api.Sites.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.joulestream.core.telemetry.Metric;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ResidualsIT {
    /** The last stored minute is 11:59, so what is recent ends at 11:58. */
    private static final Instant CHANGE = NOON.minus(MINUTE.multipliedBy(7));

    private static final Instant SILENCE = NOON.minus(MINUTE.multipliedBy(4));

    private static TestApi api;

    @BeforeAll
    static void start() {
        api = TestApi.start();
        for (String site : new String[] {"berlin", "quiet", "empty", "moved"}) {
            api.database()
                    .sites()
                    .put(
                            Ledger.TENANT,
                            site,
                            Instant.parse("2026-01-01T00:00:00Z"),
                            Sites.berlinYaml().replace("site: berlin", "site: " + site));
        }
        Instant moved = NOON.minus(HOUR);
        api.database()
                .sites()
                .put(
                        Ledger.TENANT,
                        "moved",
                        moved,
                        Sites.berlinYaml()
                                .replace("site: berlin", "site: moved")
                                .replace("effectiveFrom: 2026-01-01T00:00:00Z", "effectiveFrom: " + moved));
        Instant from = NOON.minus(HOUR.multipliedBy(4));
        Ledger.fill(api.database(), ledger -> {
            for (String site : new String[] {"berlin", "quiet", "moved"}) {
                boolean isQuiet = site.equals("quiet");
                ledger.role(site, "PDU_OUT", NOON.minus(MINUTE), NOON, MINUTE, 9_700, 150_000);
                ledger.entity(site, "meter/grid", Metric.METER_ENERGY_ACTIVE, from, NOON, 10_000);
                ledger.entity(site, "meter/pdu", Metric.METER_ENERGY_ACTIVE, from, CHANGE, 9_700);
                ledger.entity(
                        site,
                        "meter/pdu",
                        Metric.METER_ENERGY_ACTIVE,
                        CHANGE,
                        isQuiet ? SILENCE : NOON,
                        isQuiet ? 9_700 : 10_088);
                ledger.entity(site, "meter/pdu", Metric.METER_POWER_ACTIVE, from, NOON, 1);
                ledger.entity(site, "node-a01", Metric.NODE_POWER, from, NOON, 5_000);
                ledger.entity(site, "node-a02", Metric.NODE_POWER, from, NOON, 4_506);
            }
        });
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void theMeterThatChangedIsNamedFirst() {
        String body = api.get("/v1/sites/berlin/residuals").body();

        assertThat(body)
                .isEqualTo(
                        "{\"suspects\":[\"meter/pdu\"],\"site\":\"berlin\",\"last_data_at\":\"2026-04-01T12:00:00Z\",\"minutes_kept_from\":null,"
                                + "\"recent\":{\"start\":\"2026-04-01T11:53:00Z\",\"end\":\"2026-04-01T11:58:00Z\"},"
                                + "\"reference\":{\"start\":\"2026-03-31T11:53:00Z\",\"end\":\"2026-04-01T11:53:00Z\"},"
                                + "\"suspect_drift\":0.03,\"residuals\":["
                                + "{\"entity\":\"meter/grid\",\"below\":1,\"recent_share\":{\"value\":-0.0088,\"reason\":null},"
                                + "\"reference_share\":{\"value\":0.03,\"reason\":null},\"reference_seconds\":10800,"
                                + "\"drift\":-0.0388,\"suspect\":true,\"named\":\"meter/pdu\",\"or_below\":false},"
                                + "{\"entity\":\"meter/pdu\",\"below\":2,\"recent_share\":{\"value\":0.057692,\"reason\":null},"
                                + "\"reference_share\":{\"value\":0.02,\"reason\":null},\"reference_seconds\":10800,"
                                + "\"drift\":0.037692,\"suspect\":true,\"named\":\"meter/pdu\",\"or_below\":false}]}");
    }

    @Test
    void aMeterThatFellSilentIsNoSuspect() {
        JsonNode residuals = api.json("/v1/sites/quiet/residuals");

        assertThat(residuals.get("suspects")).isEmpty();
        assertThat(residuals.get("residuals")).hasSize(2).allSatisfy(residual -> {
            assertThat(residual.get("recent_share").get("value").isNull()).isTrue();
            assertThat(residual.get("recent_share").get("reason").textValue()).isEqualTo("COVERAGE_BELOW_MIN");
            assertThat(residual.get("drift").isNull()).isTrue();
        });
    }

    @Test
    void whatWasReadUnderAnEarlierInventoryIsNoReference() {
        JsonNode residuals = api.json("/v1/sites/moved/residuals");

        assertThat(residuals.get("suspects")).isEmpty();
        assertThat(residuals.get("residuals")).hasSize(2).allSatisfy(residual -> {
            assertThat(residual.get("recent_share").get("value").isNull()).isFalse();
            assertThat(residual.get("reference_seconds").asInt()).isZero();
        });
    }

    @Test
    void aSiteWithoutDataHasNothingToCompare() {
        JsonNode residuals = api.json("/v1/sites/empty/residuals");

        assertThat(residuals.get("recent").isNull()).isTrue();
        assertThat(residuals.get("residuals")).isEmpty();
    }

    @Test
    void thereAreNoParametersAndNoOtherSites() {
        assertThat(api.get("/v1/sites/berlin/residuals?tz=UTC").statusCode()).isEqualTo(400);
        assertThat(api.get("/v1/sites/nowhere/residuals").statusCode()).isEqualTo(404);
    }
}
