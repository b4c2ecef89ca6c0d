package io.joulestream.core.cost;

import static io.joulestream.core.inventory.Role.GRID_IMPORT;
import static io.joulestream.core.inventory.Role.NODE_IN;
import static io.joulestream.core.inventory.Role.PDU_OUT;
import static io.joulestream.core.kpi.SiteFixture.measured;
import static io.joulestream.core.kpi.SiteFixture.site;
import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.kpi.FigureFlag;
import io.joulestream.core.kpi.ReasonCode;
import io.joulestream.core.kpi.SiteFixture;
import io.joulestream.core.ledger.SiteStep;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CostReportTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Instant START = Instant.parse("2026-04-01T00:00:00Z");
    private static final long WATTS = 20_000;

    @Test
    void aLineIsRoundedHalfUpToTheMinorUnit() {
        CostReport report = draft(tariff("EUR", "0.21").history(), "10.5", "0");

        assertThat(report.cost().value()).isEqualTo("2.21");
        assertThat(report.currency()).isEqualTo("EUR");
    }

    @Test
    void theTotalIsTheSumOfRoundedLines() {
        InventoryHistory history = InventoryHistory.of(List.of(
                tariff("EUR", "0.0105").version(1, "2020-01-01T00:00:00Z"),
                tariff("EUR", "0.0055").version(2, "2026-04-01T01:00:00Z")));

        CostReport report = draft(history, "1", "1");

        assertThat(report.lines()).hasSize(2);
        assertThat(report.lines().get(0).cost().value()).isEqualTo("0.01");
        assertThat(report.lines().get(1).cost().value()).isEqualTo("0.01");
        assertThat(report.cost().value()).isEqualTo("0.02");
    }

    @Test
    void aCurrencyWithoutMinorUnitHasNoDecimals() {
        assertThat(draft(tariff("JPY", "25.5").history(), "1", "0").cost().value())
                .isEqualTo("26");
        assertThat(CostReport.minorUnitDigits("KWD")).isEqualTo(3);
        assertThat(CostReport.minorUnitDigits("XAU")).isZero();
    }

    @Test
    void withoutTariffThereIsNoCost() {
        CostReport report = draft(site(PDU_OUT).meter(GRID_IMPORT, WATTS).history(), "10", "10");

        assertThat(report.cost().value()).isNull();
        assertThat(report.cost().reason()).isEqualTo(ReasonCode.TARIFF_MISSING);
        assertThat(report.currency()).isNull();
        assertThat(report.lines().get(0).purchased().kwh().value()).isEqualByComparingTo("20");
    }

    @Test
    void differentCurrenciesAreNotAdded() {
        InventoryHistory history = InventoryHistory.of(List.of(
                tariff("EUR", "0.1").version(1, "2020-01-01T00:00:00Z"),
                tariff("USD", "0.1").version(2, "2026-04-01T01:00:00Z")));

        CostReport report = draft(history, "10", "10");

        assertThat(report.cost().reason()).isEqualTo(ReasonCode.NOT_COMPARABLE);
        assertThat(report.lines())
                .allSatisfy(line -> assertThat(line.cost().value()).isEqualTo("1.00"));
    }

    @Test
    void aSiteWithoutMeterPaysForTheEstimate() {
        SiteFixture fixture = site(NODE_IN)
                .with("designPue: 1.5")
                .with("tariff: { currency: EUR, perKwh: \"0.20\" }")
                .meter(NODE_IN, 5_000);
        List<SiteStep> steps = List.of(measured(NODE_IN, START, HOUR, "4", 5_000));

        CostReport report = CostReport.draft(fixture.history(), START, START.plus(HOUR), steps, START);

        assertThat(report.cost().value()).isEqualTo("1.20");
        assertThat(report.cost().flags()).contains(FigureFlag.DESIGN_PUE);
    }

    private static SiteFixture tariff(String currency, String perKwh) {
        return site(PDU_OUT)
                .with("tariff: { currency: " + currency + ", perKwh: \"" + perKwh + "\" }")
                .meter(GRID_IMPORT, WATTS);
    }

    private static CostReport draft(InventoryHistory history, String firstKwh, String secondKwh) {
        List<SiteStep> steps = List.of(
                measured(GRID_IMPORT, START, HOUR, firstKwh, WATTS),
                measured(GRID_IMPORT, START.plus(HOUR), HOUR, secondKwh, WATTS));
        return CostReport.draft(history, START, START.plus(HOUR.multipliedBy(2)), steps, START);
    }
}
