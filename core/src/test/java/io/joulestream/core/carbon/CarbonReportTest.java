package io.joulestream.core.carbon;

import static io.joulestream.core.inventory.Role.BACKUP_GEN;
import static io.joulestream.core.inventory.Role.GRID_EXPORT;
import static io.joulestream.core.inventory.Role.GRID_IMPORT;
import static io.joulestream.core.inventory.Role.NODE_IN;
import static io.joulestream.core.inventory.Role.ONSITE_GEN;
import static io.joulestream.core.inventory.Role.PDU_OUT;
import static io.joulestream.core.kpi.SiteFixture.measured;
import static io.joulestream.core.kpi.SiteFixture.site;
import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.kpi.Figure;
import io.joulestream.core.kpi.FigureFlag;
import io.joulestream.core.kpi.ReasonCode;
import io.joulestream.core.kpi.SiteFixture;
import io.joulestream.core.ledger.SiteStep;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CarbonReportTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Instant START = Instant.parse("2024-04-01T00:00:00Z");
    private static final long WATTS = 20_000_000;
    private static final FactorSets FACTORS =
            FactorSets.parse("set,version,zone,year,basis,gas_set,kgco2e_per_kwh,source,licence,retrieved\n"
                    + "test,1,AA,2024,GENERATION,AR6,0.350,s,l,2026-01-01\n"
                    + "test,1,AA,2025,GENERATION,AR6,0.300,s,l,2026-01-01\n"
                    + "other,1,BB,2024,GENERATION,AR5,0.200,s,l,2026-01-01\n");

    @Test
    void w14LocationBasedIsPurchasesTimesTheGridAverage() {
        SiteFixture fixture = site(PDU_OUT)
                .with("gridZone: AA")
                .meter(GRID_IMPORT, WATTS)
                .meter(ONSITE_GEN, WATTS)
                .meter(PDU_OUT, WATTS);
        List<SiteStep> steps = List.of(
                measured(GRID_IMPORT, START, HOUR, "9500", WATTS), measured(ONSITE_GEN, START, HOUR, "500", WATTS));

        CarbonReport report = draft(fixture.history(), steps, 1);

        assertThat(report.scope2LocationKgCo2e().value()).isEqualByComparingTo("3325");
        assertThat(report.scope2LocationKgCo2e().factorSets())
                .containsExactly(FACTORS.sets().get(0).id());
        assertThat(report.lines()).singleElement().satisfies(line -> {
            assertThat(line.gridZone()).isEqualTo("AA");
            assertThat(line.factor().year()).isEqualTo(2024);
            assertThat(line.purchased().kwh().value()).isEqualByComparingTo("9500");
        });
    }

    @Test
    void exportIsNeverNettedAndW26GeneratorsAreNotScope2() {
        SiteFixture fixture = site(PDU_OUT)
                .with("gridZone: AA")
                .meter(GRID_IMPORT, WATTS)
                .meter(GRID_EXPORT, WATTS)
                .meter(BACKUP_GEN, WATTS);
        List<SiteStep> steps = List.of(
                measured(GRID_IMPORT, START, HOUR, "100", WATTS),
                measured(GRID_EXPORT, START, HOUR, "60", WATTS),
                measured(BACKUP_GEN, START, HOUR, "4000", WATTS));

        assertThat(draft(fixture.history(), steps, 1).scope2LocationKgCo2e().value())
                .isEqualByComparingTo("35");
    }

    @Test
    void w09WithoutMeterTheDesignedPueServesAndSaysSo() {
        SiteFixture fixture =
                site(NODE_IN).with("gridZone: AA").with("designPue: 1.35").meter(NODE_IN, 5_000);

        Figure figure = draft(fixture.history(), List.of(measured(NODE_IN, START, HOUR, "4", 5_000)), 1)
                .scope2LocationKgCo2e();

        assertThat(figure.value()).isEqualByComparingTo("1.89");
        assertThat(figure.flags()).contains(FigureFlag.DESIGN_PUE, FigureFlag.ESTIMATED_SHARE_BLOCKS_CLOSING);
        assertThat(figure.estimatedShare().doubleValue()).isBetween(0.259259, 0.25926);
    }

    @Test
    void withoutMeterAndDesignedPueNothingIsClaimed() {
        SiteFixture fixture = site(NODE_IN).with("gridZone: AA").meter(NODE_IN, 5_000);

        Figure figure = draft(fixture.history(), List.of(measured(NODE_IN, START, HOUR, "4", 5_000)), 1)
                .scope2LocationKgCo2e();

        assertThat(figure.reason()).isEqualTo(ReasonCode.NO_FACILITY_METER);
    }

    @Test
    void aMissingFactorIsNullAndNeverZero() {
        SiteFixture noFactor = site(PDU_OUT).with("gridZone: ZZ").meter(GRID_IMPORT, WATTS);
        SiteFixture noZone = site(PDU_OUT).meter(GRID_IMPORT, WATTS);
        List<SiteStep> steps = List.of(measured(GRID_IMPORT, START, HOUR, "100", WATTS));

        for (SiteFixture fixture : List.of(noFactor, noZone)) {
            CarbonReport report = draft(fixture.history(), steps, 1);
            assertThat(report.scope2LocationKgCo2e().value()).isNull();
            assertThat(report.scope2LocationKgCo2e().reason()).isEqualTo(ReasonCode.FACTOR_MISSING);
            assertThat(report.lines().get(0).purchased().kwh().value()).isEqualByComparingTo("100");
        }
    }

    @Test
    void noReadingsAreNoDataEvenWithAFactor() {
        SiteFixture fixture = site(PDU_OUT).with("gridZone: AA").meter(GRID_IMPORT, WATTS);

        assertThat(draft(fixture.history(), List.of(), 1).scope2LocationKgCo2e().reason())
                .isEqualTo(ReasonCode.NO_DATA);
    }

    @Test
    void eachHourTakesTheFactorOfItsLocalYear() {
        SiteFixture fixture =
                site(PDU_OUT).with("zone: Europe/Berlin").with("gridZone: AA").meter(GRID_IMPORT, WATTS);
        Instant newYearsEve = Instant.parse("2024-12-31T22:00:00Z");
        List<SiteStep> steps = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            steps.add(measured(GRID_IMPORT, newYearsEve.plus(HOUR.multipliedBy(i)), HOUR, "100", WATTS));
        }

        CarbonReport report = CarbonReport.draft(
                fixture.history(), newYearsEve, newYearsEve.plus(HOUR.multipliedBy(3)), steps, FACTORS, START);

        assertThat(report.lines()).extracting(CarbonReport.Line::localYear).containsExactly(2024, 2025);
        assertThat(report.scope2LocationKgCo2e().value()).isEqualByComparingTo("95");
        assertThat(report.scope2LocationKgCo2e().flags()).doesNotContain(FigureFlag.FACTOR_YEAR_EARLIER);
    }

    @Test
    void anEarlierYearsFactorIsFlagged() {
        SiteFixture fixture = site(PDU_OUT).with("gridZone: AA").meter(GRID_IMPORT, WATTS);
        Instant start = Instant.parse("2026-04-01T00:00:00Z");

        Figure figure = CarbonReport.draft(
                        fixture.history(),
                        start,
                        start.plus(HOUR),
                        List.of(measured(GRID_IMPORT, start, HOUR, "100", WATTS)),
                        FACTORS,
                        start)
                .scope2LocationKgCo2e();

        assertThat(figure.value()).isEqualByComparingTo("30");
        assertThat(figure.flags()).contains(FigureFlag.FACTOR_YEAR_EARLIER);
    }

    @Test
    void factorsOfDifferentGasSetsAreNotAdded() {
        SiteFixture before = site(PDU_OUT).with("gridZone: AA").meter(GRID_IMPORT, WATTS);
        SiteFixture after = site(PDU_OUT).with("gridZone: BB").meter(GRID_IMPORT, WATTS);
        InventoryHistory history = InventoryHistory.of(
                List.of(before.version(1, "2020-01-01T00:00:00Z"), after.version(2, "2024-04-01T01:00:00Z")));
        List<SiteStep> steps = List.of(
                measured(GRID_IMPORT, START, HOUR, "100", WATTS),
                measured(GRID_IMPORT, START.plus(HOUR), HOUR, "100", WATTS));

        CarbonReport report = draft(history, steps, 2);

        assertThat(report.lines().get(0).kgCo2e().value()).isEqualByComparingTo("35");
        assertThat(report.lines().get(1).kgCo2e().value()).isEqualByComparingTo("20");
        assertThat(report.scope2LocationKgCo2e().reason()).isEqualTo(ReasonCode.NOT_COMPARABLE);
    }

    @Test
    void littleCoverageIsFlagged() {
        SiteFixture fixture = site(PDU_OUT).with("gridZone: AA").meter(GRID_IMPORT, WATTS);
        List<SiteStep> steps = List.of(measured(GRID_IMPORT, START, HOUR, "100", WATTS));

        Figure figure = draft(fixture.history(), steps, 4).scope2LocationKgCo2e();

        assertThat(figure.coverage()).isEqualByComparingTo("0.25");
        assertThat(figure.flags()).contains(FigureFlag.COVERAGE_BELOW_REPORTABLE);
    }

    private static CarbonReport draft(InventoryHistory history, List<SiteStep> steps, int hours) {
        return CarbonReport.draft(history, START, START.plus(HOUR.multipliedBy(hours)), steps, FACTORS, START);
    }
}
