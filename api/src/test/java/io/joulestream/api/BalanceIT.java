package io.joulestream.api;

import static io.joulestream.api.Sites.HOUR;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.storage.LedgerWriter;
import java.math.BigInteger;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BalanceIT {
    /** The tests' now is 12:00:30 on 1 April. */
    private static final Instant TEN = Instant.parse("2026-04-01T10:00:00Z");

    private static final Instant ELEVEN = TEN.plus(HOUR);
    private static final Instant NOON = ELEVEN.plus(HOUR);
    private static final Clock CLOCK = Clock.fixed(TestApi.NOW, ZoneOffset.UTC);
    private static final String YAML = """
            site: hall
            kind: edge
            zone: Europe/Berlin
            effectiveFrom: 2026-01-01T00:00:00Z
            itBoundary: PDU_OUT
            entities:
              - { id: grid, kind: METER, role: GRID_IMPORT, nameplateW: 20000, channels: [ { metric: meter.energy.active, samplePeriod: PT60S } ] }
              - { id: ups, kind: UPS, role: UPS_OUT, parent: grid, nameplateW: 15000, channels: [ { metric: meter.energy.active, samplePeriod: PT60S } ] }
              - { id: pdu, kind: PDU, role: PDU_OUT, parent: ups, nameplateW: 12000, channels: [ { metric: meter.energy.active, samplePeriod: PT60S } ] }
              - { id: n1, kind: NODE, role: NODE_IN, parent: pdu, nameplateW: 10000, channels: [ { metric: node.energy, samplePeriod: PT60S } ] }
              - { id: n1/g, kind: GPU, role: GPU, parent: n1, nameplateW: 700, channels: [ { metric: gpu.energy, samplePeriod: PT60S } ] }
              - { id: fan, kind: FAN, role: COOLING_ELEC, parent: grid, nameplateW: 1000, channels: [ { metric: meter.energy.active, samplePeriod: PT60S } ] }
              - { id: pump, kind: PUMP, role: COOLING_ELEC, parent: grid, nameplateW: 500 }
            """;

    private static TestApi api;

    @BeforeAll
    static void start() {
        api = TestApi.start();
        put("hall", YAML);
        put("close", YAML.replace("site: hall", "site: close"));
        put(
                "told",
                YAML.replace("site: hall", "site: told").replace("itBoundary", "residualAlertPercent: 5\nitBoundary"));
        Ledger.fill(api.database(), ledger -> {
            hour(ledger, "hall", TEN, 10_000, 1.0);
            hour(ledger, "hall", ELEVEN, 9_500, 1.0);
            ledger.runHour("hall", "b", TEN, Ledger.wattHours(2_000, 0, 0), 1, 1);
            ledger.runHour("hall", "a", TEN, new EnergyBuckets(1_234_567_499L, 0, 0), 1, 1);
            hour(ledger, "close", ELEVEN, 9_200, 1.0);
            hour(ledger, "told", ELEVEN, 9_500, 1.0);
        });
    }

    /** UPS 9 kWh, PDU 8.8, node 8.5, its GPU 6, the fan 0.1; the supply as given. */
    private static void hour(Ledger ledger, String site, Instant start, long supplyWattHours, double covered) {
        ledger.role(site, "GRID_IMPORT", start, start.plus(HOUR), HOUR, supplyWattHours, 20_000);
        ledger.part(site, "GRID_IMPORT/METER/", start, supplyWattHours, 20_000, 1.0);
        ledger.part(site, "UPS_OUT/UPS/GRID_IMPORT", start, 9_000, 15_000, 1.0);
        ledger.part(site, "PDU_OUT/PDU/UPS_OUT", start, 8_800, 12_000, 1.0);
        ledger.part(site, "GROUP//PDU_OUT", start, 8_500, 10_000, 1.0);
        ledger.part(site, "GPU//", start, 6_000, 700, 1.0);
        ledger.part(site, "COOLING_ELEC/FAN/GRID_IMPORT", start, 100, 1_000, covered);
    }

    private static void put(String site, String yaml) {
        api.database().sites().put(Ledger.TENANT, site, Instant.parse("2026-01-01T00:00:00Z"), yaml);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void linesAndResidualAddUpToTheSupply() {
        JsonNode balance = api.json("/v1/sites/hall/balance?start=2026-04-01T10:00:00Z&end=2026-04-01T12:00:00Z");

        assertThat(balance.get("points")).hasSize(2);
        JsonNode ten = balance.get("points").get(0);
        assertThat(ten.get("start_local").textValue()).isEqualTo("2026-04-01T12:00:00+02:00");
        assertThat(kwh(ten, "GPUS")).isEqualTo("6");
        assertThat(kwh(ten, "REST_OF_NODES")).isEqualTo("2.5");
        assertThat(kwh(ten, "DISTRIBUTION_LOSS")).isEqualTo("0.3");
        assertThat(kwh(ten, "CONVERSION_LOSS")).isEqualTo("0.2");
        assertThat(kwh(ten, "FANS")).isEqualTo("0.1");
        assertThat(ten.get("residual").get("energy_mj").textValue()).isEqualTo("3240000000");
        assertThat(ten.get("residual_share").decimalValue()).isEqualByComparingTo("0.09");
        assertThat(ten.get("complete").booleanValue()).isTrue();
        for (JsonNode point : balance.get("points")) {
            assertCloses(point);
        }
        assertCloses(balance.get("total"));
        assertThat(balance.get("total").get("facility").get("energy_mj").textValue())
                .isEqualTo("70200000000");
    }

    private static void assertCloses(JsonNode point) {
        BigInteger lines = new BigInteger(point.get("residual").get("energy_mj").textValue());
        for (JsonNode line : point.get("lines")) {
            lines = line.get("energy_mj").isNull()
                    ? lines
                    : lines.add(new BigInteger(line.get("energy_mj").textValue()));
        }
        assertThat(lines).hasToString(point.get("facility").get("energy_mj").textValue());
        BigInteger runs =
                new BigInteger(point.get("unallocated").get("energy_mj").textValue());
        for (JsonNode run : point.get("runs")) {
            runs = runs.add(new BigInteger(run.get("energy_mj").textValue()));
        }
        assertThat(runs).hasToString(point.get("groups").get("energy_mj").textValue());
    }

    @Test
    void runsAreRoundedOnceAndWhatNobodyHeldIsTheDifference() {
        JsonNode ten = api.json("/v1/sites/hall/balance?start=2026-04-01T10:00:00Z&end=2026-04-01T11:00:00Z")
                .get("points")
                .get(0);

        assertThat(ten.get("runs").toString())
                .isEqualTo("[{\"run\":\"a\",\"energy_mj\":\"1234567\"},{\"run\":\"b\",\"energy_mj\":\"7200000000\"}]");
        assertThat(ten.get("unallocated").get("energy_mj").textValue()).isEqualTo("23398765433");
    }

    @Test
    void aLineWithoutMeterIsNullWithAReasonAndToldToBeInTheResidual() {
        JsonNode ten = api.json("/v1/sites/hall/balance?start=2026-04-01T10:00:00Z&end=2026-04-01T11:00:00Z")
                .get("points")
                .get(0);

        assertThat(line(ten, "PUMPS").get("energy_mj").isNull()).isTrue();
        assertThat(line(ten, "PUMPS").get("energy_kwh").get("reason").textValue())
                .isEqualTo("METER_DOES_NOT_COVER");
        assertThat(ten.get("in_residual").toString()).isEqualTo("[\"PUMPS\"]");
    }

    @Test
    void anHourWithoutRowsHasNoFigures() {
        JsonNode nine = api.json("/v1/sites/hall/balance?start=2026-04-01T09:00:00Z&end=2026-04-01T10:00:00Z")
                .get("points")
                .get(0);

        assertThat(nine.get("facility").get("energy_kwh").get("reason").textValue())
                .isEqualTo("NO_DATA");
        assertThat(nine.get("residual").get("energy_mj").isNull()).isTrue();
        assertThat(nine.get("residual_share").isNull()).isTrue();
        assertThat(nine.get("complete").booleanValue()).isFalse();
    }

    @Test
    void withoutARangeTheLastDayIsGivenByTheHour() {
        JsonNode balance = api.json("/v1/sites/hall/balance");

        assertThat(balance.get("points")).hasSize(24);
        assertThat(balance.get("step").textValue()).isEqualTo("PT1H");
        assertThat(balance.get("residual_alert_share").decimalValue()).isEqualByComparingTo("0.03");
    }

    @Test
    void whatCannotBeAskedIsRefused() {
        assertThat(api.get("/v1/sites/hall/balance?step=PT1M").statusCode()).isEqualTo(400);
        assertThat(api.get("/v1/sites/hall/balance?start=2026-04-01T10:30:00Z&end=2026-04-01T11:30:00Z")
                        .statusCode())
                .isEqualTo(400);
        assertThat(api.get("/v1/sites/hall/balance?start=2026-01-01T00:00:00Z&end=2026-04-01T00:00:00Z")
                        .statusCode())
                .isEqualTo(422);
        for (String start : new String[] {"2025-01-01", "2026-02-18"}) {
            assertThat(api.get("/v1/sites/hall/balance?start=" + start + "T00:00:00Z&end=2026-04-01T00:00:00Z")
                            .body())
                    .contains("at most 1000 are given at once; ask for a shorter range");
        }
        assertThat(api.get("/v1/sites/nowhere/balance").statusCode()).isEqualTo(404);
    }

    @Test
    void healthIsToldOfAResidualAboveWhatTheSiteAllows() {
        ReconcileGaps gaps =
                new ReconcileGaps(api.database().queries(), api.database().sites(), CLOCK, Ledger.TENANT);
        Instant last = NOON.plusSeconds(120);

        assertThat(gaps.of(Map.of("hall", last, "close", last, "told", last)))
                .as("hall 4.2 % of 3 %, close 1.1 %, told 4.2 % of 5 %")
                .singleElement()
                .satisfies(gap -> {
                    assertThat(gap.site()).isEqualTo("hall");
                    assertThat(gap.start()).isEqualTo(ELEVEN);
                    assertThat(gap.text())
                            .isEqualTo("RECONCILE_GAP: at site hall, from 2026-04-01T11:00:00Z to 2026-04-01T12:00:00Z,"
                                    + " 4.21 % of the energy that entered lies in no line of the balance; more than 3 %"
                                    + " is told");
                });
    }

    @Test
    void anHourThatIsNotOverOrLongPastIsNotJudged() {
        ReconcileGaps gaps =
                new ReconcileGaps(api.database().queries(), api.database().sites(), CLOCK, Ledger.TENANT);

        assertThat(gaps.of(Map.of("close", NOON.plusSeconds(60))))
                .as("10 to 11 has no rows")
                .isEmpty();
        assertThat(gaps.of(Map.of("hall", TEN.minusSeconds(60)))).as("silent").isEmpty();
    }

    @Test
    void anHourThatWasNotWhollyReadIsNotJudged() {
        put("gappy", YAML.replace("site: hall", "site: gappy"));
        Ledger.fill(api.database(), ledger -> hour(ledger, "gappy", ELEVEN, 9_500, 0.9));
        ReconcileGaps gaps =
                new ReconcileGaps(api.database().queries(), api.database().sites(), CLOCK, Ledger.TENANT);

        assertThat(gaps.of(Map.of("gappy", NOON.plusSeconds(120)))).isEmpty();
    }

    @Test
    void nothingIsAResidualBecauseItCameInBetween() {
        put("busy", YAML.replace("site: hall", "site: busy"));
        Ledger.fill(api.database(), ledger -> hour(ledger, "busy", TEN, 10_000, 1.0));
        AtomicBoolean isEnough = new AtomicBoolean();
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> fanUsesMoreAndMore("busy", isEnough));
        Set<String> supplies = new HashSet<>();
        HttpRequest balance = HttpRequest.newBuilder(api.address()
                        .resolve("/v1/sites/busy/balance?start=2026-04-01T10:00:00Z&end=2026-04-01T11:00:00Z"))
                .build();
        try {
            for (int i = 0; i < 300; i++) {
                JsonNode hour = TestApi.parse(api.sendAside(balance).body())
                        .get("points")
                        .get(0);
                supplies.add(hour.get("facility").get("energy_mj").textValue());
                assertThat(hour.get("residual").get("energy_mj").textValue())
                        .as("with " + hour.get("facility"))
                        .isEqualTo("3240000000");
            }
        } finally {
            isEnough.set(true);
            writing.join();
        }
        assertThat(supplies).as("answers of as many moments").hasSizeGreaterThan(20);
    }

    /** And the supply with it, in the same transaction. */
    private static void fanUsesMoreAndMore(String site, AtomicBoolean isEnough) {
        try (LedgerWriter writer = api.database().openWriter()) {
            for (int more = 1; !isEnough.get(); more++) {
                Ledger ledger = new Ledger(writer, Ledger.TENANT, 1 + more);
                ledger.role(site, "GRID_IMPORT", TEN, ELEVEN, HOUR, 10_000 + more, 20_000);
                ledger.part(site, "GRID_IMPORT/METER/", TEN, 10_000 + more, 20_000, 1.0);
                ledger.part(site, "COOLING_ELEC/FAN/GRID_IMPORT", TEN, 100 + more, 1_000, 1.0);
                writer.flush();
            }
        }
    }

    private static String kwh(JsonNode point, String line) {
        return line(point, line).get("energy_kwh").get("value").textValue();
    }

    private static JsonNode line(JsonNode point, String name) {
        for (JsonNode line : point.get("lines")) {
            if (line.get("line").textValue().equals(name)) {
                return line;
            }
        }
        throw new AssertionError("no line " + name);
    }
}
