package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.storage.Database;
import io.joulestream.storage.testing.LedgerServer;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LastHoursIT {
    private static final Instant ELEVEN = Instant.parse("2026-04-01T11:00:00Z");
    private static final Instant NOON = ELEVEN.plus(Sites.HOUR);
    private static final String YAML = """
            site: hall
            kind: edge
            zone: Europe/Berlin
            effectiveFrom: 2026-01-01T00:00:00Z
            itBoundary: PDU_OUT
            entities:
              - { id: grid, kind: METER, role: GRID_IMPORT, nameplateW: 20000, channels: [ { metric: meter.energy.active, samplePeriod: PT60S } ] }
              - { id: pdu, kind: PDU, role: PDU_OUT, parent: grid, nameplateW: 12000, channels: [ { metric: meter.energy.active, samplePeriod: PT60S } ] }
              - { id: n1, kind: NODE, role: NODE_IN, parent: pdu, nameplateW: 10000, channels: [ { metric: node.energy, samplePeriod: PT60S } ] }
              - { id: fan, kind: FAN, role: COOLING_ELEC, parent: grid, nameplateW: 1000, channels: [ { metric: meter.energy.active, samplePeriod: PT60S } ] }
            """;

    private static Database database;
    private static LastHours hours;

    @BeforeAll
    static void open() {
        database = Database.open(LedgerServer.newDatabase());
        hours = new LastHours(database.queries(), database.sites(), Ledger.TENANT);
        put("hall", YAML);
        put("half", YAML.replace("site: hall", "site: half"));
        put("silent", YAML.replace("site: hall", "site: silent"));
        put("tomorrow", YAML.replace("site: hall", "site: tomorrow").replace("2026-01-01", "2026-04-02"));
        Sites.lab(database);
        Ledger.fill(database, ledger -> {
            hour(ledger, "hall", 1.0);
            hour(ledger, "half", 0.5);
        });
    }

    /** 10 kWh at the supply, of which 8.8 reach the PDU and the node, and 0.8 the fan: 0.4 are in no line. */
    private static void hour(Ledger ledger, String site, double covered) {
        ledger.role(site, "GRID_IMPORT", ELEVEN, NOON, Sites.HOUR, Ledger.wattHours(10_000, 0, 0), 20_000, covered);
        ledger.role(site, "PDU_OUT", ELEVEN, NOON, Sites.HOUR, Ledger.wattHours(8_800, 0, 0), 12_000, 1.0);
        ledger.part(site, "GRID_IMPORT/METER/", ELEVEN, 10_000, 20_000, covered);
        ledger.part(site, "PDU_OUT/PDU/GRID_IMPORT", ELEVEN, 8_800, 12_000, 1.0);
        ledger.part(site, "GROUP//PDU_OUT", ELEVEN, 8_800, 10_000, 1.0);
        ledger.part(site, "COOLING_ELEC/FAN/GRID_IMPORT", ELEVEN, 800, 1_000, 1.0);
    }

    private static void put(String site, String yaml) {
        database.sites().put(Ledger.TENANT, site, Instant.parse("2026-01-01T00:00:00Z"), yaml);
    }

    @AfterAll
    static void close() {
        database.close();
    }

    private static LastHour hourOf(String site) {
        return hours.at(NOON.plusSeconds(150)).stream()
                .filter(hour -> hour.site().equals(site))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aSiteThatWasReadTellsItsCoverageAndItsResidual() {
        LastHour hall = hourOf("hall");

        assertThat(hall.start()).isEqualTo(ELEVEN);
        assertThat(hall.end()).isEqualTo(NOON);
        assertThat(hall.facilityCoverage()).isEqualByComparingTo("1");
        assertThat(hall.itCoverage()).isEqualByComparingTo("1");
        assertThat(hall.residualShare()).isEqualByComparingTo("0.04");
    }

    @Test
    void aResidualIsNotToldWhereMetersWereNotRead() {
        LastHour half = hourOf("half");

        assertThat(half.facilityCoverage()).isEqualByComparingTo("0.5");
        assertThat(half.residualShare()).isNull();
    }

    @Test
    void aSilentSiteIsCoveredForNothing() {
        assertThat(hourOf("silent").facilityCoverage()).isEqualByComparingTo(BigDecimal.ZERO);
        assertThat(hourOf("silent").itCoverage()).isEqualByComparingTo(BigDecimal.ZERO);
    }

    @Test
    void aSiteWithoutAMeterAtItsSupplyHasNoCoverageOfIt() {
        assertThat(hourOf("lab").facilityCoverage()).isNull();
        assertThat(hourOf("lab").itCoverage()).isEqualByComparingTo(BigDecimal.ZERO);
    }

    @Test
    void aSiteThatBeginsLaterIsLeftOut() {
        List<LastHour> all = hours.at(NOON.plusSeconds(150));

        assertThat(all).extracting(LastHour::site).containsExactly("half", "hall", "lab", "silent");
    }

    @Test
    void anHourIsOverTwoMinutesAfterItsEnd() {
        assertThat(hours.at(NOON.plusSeconds(119)).get(0).end()).isEqualTo(ELEVEN);
        assertThat(hours.at(NOON.plusSeconds(120)).get(0).end()).isEqualTo(NOON);
    }
}
