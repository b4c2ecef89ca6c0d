package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.joulestream.core.alert.AlertKind;
import io.joulestream.core.alert.AlertRule;
import io.joulestream.core.alert.Severity;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.storage.AlertStore;
import io.joulestream.storage.AuditEntry;
import io.joulestream.storage.Delivery;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rounds over a real ledger, and what the API tells of the alerts. */
class AlertsIT {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Instant NOON = Instant.parse("2026-04-01T12:00:00Z");
    private static final AuditEntry ACT = new AuditEntry("cli:test", "alert.test", "it", "");

    /** The supply feeds a PDU, the IT boundary, and that a node. */
    private static final String YAML = """
            site: mill
            kind: edge
            zone: UTC
            effectiveFrom: 2026-01-01T00:00:00Z
            itBoundary: PDU_OUT
            designPue: 1.1
            entities:
              - { id: grid, kind: METER, role: GRID_IMPORT, nameplateW: 20000, channels: [ { metric: meter.energy.active, samplePeriod: PT60S } ] }
              - { id: pdu, kind: PDU, role: PDU_OUT, parent: grid, nameplateW: 20000, channels: [ { metric: meter.energy.active, samplePeriod: PT60S } ] }
              - { id: n1, kind: NODE, role: NODE_IN, parent: pdu, nameplateW: 20000, channels: [ { metric: node.power, samplePeriod: PT1S, sampleKind: instant } ] }
            """;

    private SetClock clock;
    private TestApi api;
    private AlertStore alerts;
    private AlertRound round;

    @BeforeEach
    void start() {
        clock = new SetClock(NOON);
        api = TestApi.start(tenant -> TestApi.HEALTH, clock);
        alerts = api.database().alerts();
        api.database().sites().put(Ledger.TENANT, "mill", Instant.parse("2026-01-01T00:00:00Z"), YAML);
        round = new AlertRound(alerts, api.database().queries(), api.database().sites(), clock, Ledger.TENANT);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    // ---- opening and closing

    @Test
    void aPueBeyondTheDesignOpensOneAlertAndClosesIt() {
        alerts.createWebhook(Ledger.TENANT, "pager", "https://pager.example/", new byte[24], ACT);
        minutes(NOON.minus(HOUR), NOON.plus(HOUR), 12_500, 10_000);
        minutes(NOON.plus(HOUR), NOON.plus(HOUR.multipliedBy(4)), 11_000, 10_000);

        roundAt(3);
        assertThat(list("all")).as("not yet for long enough").isEmpty();
        roundAt(18);
        roundAt(19);

        JsonNode open = only("open");
        assertThat(open.get("kind").textValue()).isEqualTo("PUE_OUT_OF_BAND");
        assertThat(open.get("state").textValue()).isEqualTo("OPEN");
        assertThat(open.get("since").textValue()).isEqualTo("2026-04-01T12:03:00Z");
        assertThat(open.get("opened_at").textValue()).isEqualTo("2026-04-01T12:18:00Z");
        assertThat(open.get("value").textValue()).isEqualTo("1.25");
        assertThat(open.get("high").textValue()).isEqualTo("1.21");
        assertThat(open.get("text").textValue())
                .isEqualTo("PUE of site mill from 2026-04-01T11:16:00Z to 2026-04-01T12:16:00Z is 1.25;"
                        + " it should be at most 1.21");
        JsonNode explained = api.json(open.get("explained_by").textValue());
        assertThat(explained.get("points").get(0).get("pue").get("value").textValue())
                .isEqualTo("1.25");

        roundAt(130);
        assertThat(only("open").get("clear_since").textValue()).isEqualTo("2026-04-01T14:10:00Z");
        roundAt(145);
        assertThat(list("open")).isEmpty();
        JsonNode closed = only("closed");
        assertThat(closed.get("alert")).isEqualTo(open.get("alert"));
        assertThat(closed.get("closed_at").textValue()).isEqualTo("2026-04-01T14:25:00Z");
        assertThat(closed.get("closed_because").textValue()).isEqualTo("RECOVERED");
        assertThat(api.json("/v1/alerts/" + closed.get("alert").textValue())).isEqualTo(closed);

        List<JsonNode> events = sent();
        assertThat(events)
                .extracting(event -> event.get("type").textValue())
                .containsExactly("io.joulestream.alert.opened.v1", "io.joulestream.alert.closed.v1");
        JsonNode event = events.get(1);
        assertThat(event.get("specversion").textValue()).isEqualTo("1.0");
        assertThat(event.get("id").textValue()).isEqualTo(closed.get("alert").textValue() + ".closed");
        assertThat(event.get("source").textValue()).isEqualTo("/joulestream/default");
        assertThat(event.get("subject").textValue()).isEqualTo("mill/mill");
        assertThat(event.get("time").textValue()).isEqualTo("2026-04-01T14:25:00Z");
        assertThat(event.get("data")).isEqualTo(closed);
    }

    @Test
    void aSiteThatFallsSilentLosesItsCoverageAndWhatWasOpenIsUnknown() {
        minutes(NOON.minus(HOUR), NOON.plus(HOUR), 12_500, 10_000);
        roundAt(3);
        roundAt(18);
        assertThat(list("open")).hasSize(1);

        roundAt(67);
        roundAt(72);
        assertThat(list("open"))
                .extracting(alert ->
                        alert.get("kind").textValue() + " " + alert.get("state").textValue())
                .containsExactlyInAnyOrder("COVERAGE_LOSS OPEN", "PUE_OUT_OF_BAND OPEN");

        roundAt(180);
        assertThat(list("open"))
                .extracting(alert ->
                        alert.get("kind").textValue() + " " + alert.get("state").textValue() + " "
                                + alert.get("value").textValue() + " "
                                + alert.get("reason").textValue())
                .containsExactlyInAnyOrder("COVERAGE_LOSS OPEN 0 null", "PUE_OUT_OF_BAND UNKNOWN null NO_DATA");

        minutes(NOON.plus(HOUR.multipliedBy(3)), NOON.plus(HOUR.multipliedBy(5)), 11_000, 10_000);
        roundAt(270);
        roundAt(290);
        assertThat(list("open")).isEmpty();
        assertThat(list("closed")).hasSize(2);
    }

    @Test
    void aSiteThatWasSilentForWeeksOpensNothing() {
        minutes(NOON.minus(Duration.ofDays(30)), NOON.minus(Duration.ofDays(30)).plus(HOUR), 12_500, 10_000);

        roundAt(0);
        roundAt(60);

        assertThat(list("all")).isEmpty();
    }

    // ---- the kinds

    @Test
    void aMeterThatReadsLessThanThoseBelowItAndOneThatRunsBackwardsAreNamed() {
        minutes(NOON.minus(HOUR), NOON.plus(HOUR), 10_500, 10_000);
        Ledger.fill(api.database(), ledger -> {
            Instant from = NOON.minus(HOUR);
            Instant to = NOON.plus(HOUR);
            ledger.entity("mill", "grid", Metric.METER_ENERGY_ACTIVE, from, to, 9_000);
            ledger.entity("mill", "pdu", Metric.METER_ENERGY_ACTIVE, from, to, 10_000);
            ledger.entity("mill", "n1", Metric.NODE_POWER, from, to, -9_900);
        });

        roundAt(20);
        roundAt(35);

        assertThat(list("open"))
                .extracting(alert -> alert.get("rule").textValue() + " "
                        + alert.get("subject").textValue() + " "
                        + alert.get("value").textValue() + " "
                        + alert.get("unit").textValue() + " "
                        + alert.get("severity").textValue())
                .containsExactlyInAnyOrder("inversion grid -11.11 % CRITICAL", "backwards n1 -2.475 kWh CRITICAL");
        assertThat(list("open").get(0).get("text").textValue()).contains("grid", "it should be at least -2 %");
    }

    @Test
    void whatLiesInNoLineOfTheBalanceIsTold() {
        minutes(NOON.minus(HOUR), NOON.plus(Duration.ofMinutes(5)), 10_800, 10_000);
        Ledger.fill(api.database(), ledger -> {
            Instant eleven = NOON.minus(HOUR);
            ledger.role("mill", "GRID_IMPORT", eleven, NOON, HOUR, 10_800, 20_000);
            ledger.part("mill", "GRID_IMPORT/METER/", eleven, 10_800, 20_000, 1.0);
            ledger.part("mill", "PDU_OUT/PDU/GRID_IMPORT", eleven, 10_000, 20_000, 1.0);
            ledger.part("mill", "GROUP//PDU_OUT", eleven, 9_900, 20_000, 1.0);
        });

        roundAt(6);

        JsonNode residual = only("open");
        assertThat(residual.get("kind").textValue()).isEqualTo("RESIDUAL");
        assertThat(residual.get("value").textValue()).isEqualTo("7.41");
        assertThat(residual.get("low").textValue()).isEqualTo("-3");
        assertThat(residual.get("high").textValue()).isEqualTo("3");
    }

    @Test
    void aMonthThatIsOnCourseToExceedItsEnergyIsToldBeforeItDoes() {
        rule("budget", AlertKind.ENERGY_BUDGET, Optional.of("mill"), Optional.empty(), "7000");
        Instant april = Instant.parse("2026-04-01T00:00:00Z");
        Ledger.fill(api.database(), ledger -> {
            ledger.role("mill", "GRID_IMPORT", april, april.plus(Duration.ofDays(10)), HOUR, 10_000, 20_000);
            ledger.role("mill", "PDU_OUT", april, april.plus(Duration.ofDays(10)), HOUR, 9_900, 20_000);
        });
        minutes(april.plus(Duration.ofDays(2)), april.plus(Duration.ofDays(2)).plusSeconds(120), 10_000, 9_900);
        minutes(april.plus(Duration.ofDays(4)), april.plus(Duration.ofDays(4)).plusSeconds(120), 10_000, 9_900);

        clock.set(april.plus(Duration.ofDays(2)).plus(Duration.ofMinutes(3)));
        round.once();
        assertThat(list("open")).as("too early to tell").noneMatch(AlertsIT::isBudget);

        clock.set(april.plus(Duration.ofDays(4)).plus(Duration.ofMinutes(3)));
        round.once();
        JsonNode open =
                list("open").stream().filter(AlertsIT::isBudget).findFirst().orElseThrow();
        assertThat(open.get("value").textValue()).isEqualTo("7200");
        assertThat(open.get("text").textValue())
                .startsWith("energy that site mill is on course for in 2026-04, as it was from 2026-04-01T00:00:00Z");
    }

    private static boolean isBudget(JsonNode alert) {
        return alert.get("rule").textValue().equals("budget");
    }

    @Test
    void aRunThatUsesMoreForATokenThanEarlierOnesIsTold() {
        rule("llm", AlertKind.ENERGY_PER_TOKEN, Optional.empty(), Optional.of("llm-fp8-"), "10");
        Instant first = NOON.minus(Duration.ofDays(5));
        long[] wattHours = {9_000, 10_000, 10_500, 12_500};
        Ledger.fill(api.database(), ledger -> {
            ledger.role("mill", "PDU_OUT", NOON.minus(MINUTE), NOON, MINUTE, 10_000, 20_000);
            for (int i = 0; i < wattHours.length; i++) {
                run(ledger, "llm-fp8-" + i, first.plus(Duration.ofDays(i)), wattHours[i]);
                run(ledger, "other-" + i, first.plus(Duration.ofDays(i)), 1_000 * (i + 1));
            }
        });

        roundAt(0);

        JsonNode open = list("open").stream()
                .filter(alert -> alert.get("rule").textValue().equals("llm"))
                .findFirst()
                .orElseThrow();
        assertThat(open.get("subject").textValue()).isEqualTo("llm-fp8-3");
        assertThat(open.get("site").textValue()).isEqualTo("mill");
        assertThat(open.get("value").textValue()).isEqualTo("25");
        assertThat(open.get("text").textValue())
                .startsWith("what run llm-fp8-3 uses for a token beyond the median of 3 earlier runs");
        assertThat(list("open"))
                .noneMatch(alert -> alert.get("subject").textValue().startsWith("other"));
        api.json(open.get("explained_by").textValue());
    }

    private static void run(Ledger ledger, String run, Instant start, long wattHours) {
        EnergyBuckets energy = Ledger.wattHours(wattHours, 0, 0);
        ledger.run("mill", run, start, start.plus(HOUR));
        ledger.runHour("mill", run, start, energy, HOUR.toMillis(), 4_000_000);
        ledger.runMeter("mill", run, "n1", Metric.NODE_POWER, false, start, energy, HOUR.toMillis());
    }

    // ---- rules

    @Test
    void theFirstRoundWritesTheDefaultsAndALaterOneLeavesThemAlone() {
        round.once();
        assertThat(alerts.rules(Ledger.TENANT)).containsExactlyInAnyOrderElementsOf(AlertRule.defaults());
        assertThat(api.database().audit().before(Ledger.TENANT, Long.MAX_VALUE, 10))
                .hasSize(5);

        AlertRule disabled = AlertRule.defaults().get(0).withEnabled(false);
        alerts.putRule(Ledger.TENANT, disabled, ACT);
        new AlertRound(alerts, api.database().queries(), api.database().sites(), clock, Ledger.TENANT).once();

        assertThat(alerts.rules(Ledger.TENANT)).contains(disabled).hasSize(5);
        assertThat(api.database().audit().before(Ledger.TENANT, Long.MAX_VALUE, 10))
                .hasSize(6);
    }

    @Test
    void anAlertOfARuleThatWasDisabledCloses() {
        minutes(NOON.minus(HOUR), NOON.plus(HOUR), 12_500, 10_000);
        roundAt(3);
        roundAt(18);
        alerts.putRule(Ledger.TENANT, AlertRule.defaults().get(0).withEnabled(false), ACT);

        roundAt(19);

        assertThat(list("open")).isEmpty();
        assertThat(only("closed").get("closed_because").textValue()).isEqualTo("NOT_WATCHED");
    }

    @Test
    void aSiteThatCannotBeReadKeepsItsAlertsAndNoOtherFromItsRound() {
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        api.database().sites().put(Ledger.TENANT, "barn", start, YAML.replace("site: mill", "site: barn"));
        for (String site : List.of("barn", "mill")) {
            minutes(site, NOON.minus(HOUR), NOON.plus(HOUR), 12_500, 10_000);
            minutes(site, NOON.plus(HOUR), NOON.plus(HOUR.multipliedBy(4)), 11_000, 10_000);
        }
        roundAt(3);
        roundAt(18);
        assertThat(list("open")).hasSize(2);
        JsonNode before = api.json("/v1/alerts?site=barn").get("alerts");
        api.database().sites().put(Ledger.TENANT, "barn", NOON, "of another release");

        for (int minute : List.of(130, 145)) {
            assertThatThrownBy(() -> roundAt(minute)).as("health tells of it").isInstanceOf(RuntimeException.class);
        }

        assertThat(only("closed").get("site").textValue()).isEqualTo("mill");
        assertThat(api.json("/v1/alerts?site=barn").get("alerts"))
                .as("neither closed nor unknown")
                .isEqualTo(before);
    }

    // ---- asking

    @Test
    void alertsArePagedNewestFirst() {
        for (int i = 0; i < 3; i++) {
            String site = "mill-" + i;
            api.database()
                    .sites()
                    .put(
                            Ledger.TENANT,
                            site,
                            Instant.parse("2026-01-01T00:00:00Z"),
                            YAML.replace("site: mill", "site: " + site));
            minutes(site, NOON.minus(HOUR), NOON.plus(HOUR), 12_500, 10_000);
            roundAt(3 + i);
        }
        for (int minute = 18; minute < 22; minute++) {
            roundAt(minute);
        }

        List<String> seen = new ArrayList<>();
        String next = "/v1/alerts?state=open&limit=2";
        while (next != null) {
            HttpResponse<String> page = api.get(next);
            TestApi.parse(page.body())
                    .get("alerts")
                    .forEach(alert -> seen.add(alert.get("site").textValue()));
            next = page.headers()
                    .firstValue("Link")
                    .map(link -> link.replaceFirst("<(.*)>.*", "$1"))
                    .orElse(null);
        }
        assertThat(seen).containsExactly("mill-2", "mill-1", "mill-0");
        assertThat(api.json("/v1/alerts?site=mill-1").get("alerts")).hasSize(1);
        assertThat(api.json("/v1/alerts?site=nowhere").get("alerts")).isEmpty();
    }

    @Test
    void whatIsWrongWithAQuestionIsTold() {
        for (String query : List.of("state=OPEN", "limit=0", "limit=101", "cursor=x", "site=%00", "sites=a")) {
            HttpResponse<String> answer = api.get("/v1/alerts?" + query);
            assertThat(answer.statusCode()).as(query).isEqualTo(400);
            assertThat(TestApi.parse(answer.body())
                            .get("errors")
                            .get(0)
                            .get("field")
                            .textValue())
                    .isEqualTo(query.replaceFirst("=.*", ""));
        }
        for (String id : List.of("x", "00000000-0000-0000-0000-000000000000", "1-1-1-1-1")) {
            assertThat(api.get("/v1/alerts/" + id).statusCode()).as(id).isEqualTo(404);
        }
    }

    // ---- what is there

    private void minutes(Instant from, Instant to, long facilityWatts, long itWatts) {
        minutes("mill", from, to, facilityWatts, itWatts);
    }

    private void minutes(String site, Instant from, Instant to, long facilityWatts, long itWatts) {
        Ledger.fill(api.database(), ledger -> {
            ledger.role(site, "GRID_IMPORT", from, to, MINUTE, facilityWatts, 20_000);
            ledger.role(site, "PDU_OUT", from, to, MINUTE, itWatts, 20_000);
        });
    }

    private void rule(String name, AlertKind kind, Optional<String> site, Optional<String> runs, String high) {
        AlertRule rule = new AlertRule(
                name,
                kind,
                site,
                runs,
                Optional.of(kind.band(null, new BigDecimal(high), Optional.empty())),
                Duration.ZERO,
                Severity.WARNING,
                true);
        assertThat(alerts.putRule(Ledger.TENANT, rule, ACT)).isTrue();
    }

    private void roundAt(int minutesPastNoon) {
        clock.set(NOON.plus(MINUTE.multipliedBy(minutesPastNoon)));
        round.once();
    }

    private List<JsonNode> list(String state) {
        List<JsonNode> list = new ArrayList<>();
        api.json("/v1/alerts?state=" + state).get("alerts").forEach(list::add);
        return list;
    }

    private JsonNode only(String state) {
        List<JsonNode> list = list(state);
        assertThat(list).hasSize(1);
        return list.get(0);
    }

    /** All that is in the outbox, in order. */
    private List<JsonNode> sent() {
        List<JsonNode> events = new ArrayList<>();
        Instant later = Clock.systemUTC().instant().plus(HOUR);
        for (List<Delivery> due = alerts.due(Ledger.TENANT, later, 10);
                !due.isEmpty();
                due = alerts.due(Ledger.TENANT, later, 10)) {
            for (Delivery delivery : due) {
                events.add(TestApi.parse(delivery.body()));
                alerts.note(Ledger.TENANT, delivery, Delivery.Outcome.DELIVERED, "204", later, later);
            }
        }
        return events;
    }
}
