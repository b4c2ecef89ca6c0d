package io.joulestream.core.kpi;

import static io.joulestream.core.inventory.Role.BACKUP_GEN;
import static io.joulestream.core.inventory.Role.GRID_EXPORT;
import static io.joulestream.core.inventory.Role.GRID_IMPORT;
import static io.joulestream.core.inventory.Role.IT_IN;
import static io.joulestream.core.inventory.Role.NETWORK;
import static io.joulestream.core.inventory.Role.NODE_IN;
import static io.joulestream.core.inventory.Role.ONSITE_GEN;
import static io.joulestream.core.inventory.Role.PDU_OUT;
import static io.joulestream.core.inventory.Role.STORAGE_CHARGE;
import static io.joulestream.core.inventory.Role.STORAGE_DISCHARGE;
import static io.joulestream.core.inventory.Role.STORAGE_SOC;
import static io.joulestream.core.inventory.Role.UPS_OUT;
import static io.joulestream.core.kpi.SiteFixture.bridged;
import static io.joulestream.core.kpi.SiteFixture.estimated;
import static io.joulestream.core.kpi.SiteFixture.measured;
import static io.joulestream.core.kpi.SiteFixture.site;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.ledger.SiteStep;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PueTest {
    private static final Instant START = Instant.parse("2026-04-01T00:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration QUARTER = Duration.ofMinutes(15);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final long FACILITY_W = 2_000_000;
    private static final long IT_W = 1_500_000;

    private final SiteFixture plain =
            site(PDU_OUT).meter(GRID_IMPORT, FACILITY_W).meter(PDU_OUT, IT_W);

    @Test
    void w01RatioOfSumsNotMeanOfRatios() {
        List<SiteStep> steps = List.of(
                measured(GRID_IMPORT, START, HOUR, "1000", FACILITY_W),
                measured(PDU_OUT, START, HOUR, "800", IT_W),
                measured(GRID_IMPORT, START.plus(HOUR), HOUR, "300", FACILITY_W),
                measured(PDU_OUT, START.plus(HOUR), HOUR, "150", IT_W));

        Pue pue = pue(plain, HOUR.multipliedBy(2), steps);

        assertValue(pue.published(), 1300.0 / 950);
        assertThat(pue.published().value().doubleValue()).isNotCloseTo(1.625, within(0.1));
        assertThat(pue.published().quality()).isEqualTo(Quality.MEASURED);
        assertThat(pue.published().coverage()).isEqualByComparingTo("1");
        assertThat(pue.label()).isEqualTo("iPUE cat 2");
    }

    @Test
    void w02AnEstimateOverAResetStandsBesideTheMeasuredRatio() {
        List<SiteStep> steps = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Instant at = START.plus(QUARTER.multipliedBy(i));
            steps.add(measured(GRID_IMPORT, at, QUARTER, "300", FACILITY_W));
            steps.add(
                    i == 1
                            ? estimated(PDU_OUT, at, QUARTER, "240", IT_W)
                            : measured(PDU_OUT, at, QUARTER, "240", IT_W));
        }

        Pue pue = pue(plain, HOUR, steps);

        assertValue(pue.measured().figure(), 1.25);
        assertThat(pue.measured().figure().coverage()).isEqualByComparingTo("0.75");
        assertThat(pue.measured().figure().estimatedShare()).isEqualByComparingTo("0");
        assertValue(pue.bestEstimate().figure(), 1.25);
        assertThat(pue.bestEstimate().itEstimatedShare()).isEqualByComparingTo("0.25");
        assertThat(pue.bestEstimate().facilityEstimatedShare()).isEqualByComparingTo("0");
        assertThat(pue.bestEstimate().figure().quality()).isEqualTo(Quality.MIXED);
        assertThat(pue.bestEstimate().figure().flags())
                .contains(FigureFlag.ESTIMATED_SHARE_HIGH, FigureFlag.ESTIMATED_SHARE_BLOCKS_CLOSING);
    }

    @Test
    void w05BothSidesCoverTheSameQuarters() {
        List<SiteStep> steps = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            steps.add(measured(GRID_IMPORT, START.plus(QUARTER.multipliedBy(i)), QUARTER, "375", FACILITY_W));
        }
        for (int i = 0; i < 3; i++) {
            steps.add(measured(PDU_OUT, START.plus(QUARTER.multipliedBy(i)), QUARTER, "300", IT_W));
        }

        Pue pue = pue(plain, HOUR, steps);

        assertValue(pue.measured().figure(), 1.25);
        assertThat(pue.measured().figure().coverage()).isEqualByComparingTo("0.75");
        assertValue(pue.bestEstimate().figure(), 1.25);
    }

    @Test
    void w06ExportLeavesOnsiteCountsAndBatteryLossesStay() {
        SiteFixture fixture = site(UPS_OUT)
                .meter(GRID_IMPORT, FACILITY_W)
                .meter(ONSITE_GEN, FACILITY_W)
                .meter(GRID_EXPORT, FACILITY_W)
                .meter(STORAGE_CHARGE, FACILITY_W)
                .meter(STORAGE_DISCHARGE, FACILITY_W)
                .meter(UPS_OUT, FACILITY_W);
        List<SiteStep> steps = new ArrayList<>();
        for (int hour = 0; hour < 720; hour++) {
            Instant at = START.plus(HOUR.multipliedBy(hour));
            steps.add(measured(GRID_IMPORT, at, HOUR, "1250", FACILITY_W));
            steps.add(SiteFixture.row(ONSITE_GEN, at, HOUR, 750_000_000_000_000L, 0, 0, full(), full()));
            steps.add(SiteFixture.row(GRID_EXPORT, at, HOUR, 150_000_000_000_000L, 0, 0, full(), full()));
            steps.add(SiteFixture.row(STORAGE_CHARGE, at, HOUR, 200_000_000_000_000L, 0, 0, full(), full()));
            steps.add(SiteFixture.row(STORAGE_DISCHARGE, at, HOUR, 180_000_000_000_000L, 0, 0, full(), full()));
            steps.add(SiteFixture.row(UPS_OUT, at, HOUR, 4_080_000_000_000_000L, 0, 0, full(), full()));
        }
        SiteWindow window = SiteWindow.of(fixture.history(), START, START.plus(HOUR.multipliedBy(720)), steps);

        Pue pue = Pue.of(window, START);
        SiteEnergy energy = SiteEnergy.of(window, List.of(), START);

        assertThat(energy.facility().kwh().value()).isEqualByComparingTo("1020000");
        assertThat(energy.overhead().kwh().value()).isEqualByComparingTo("204000");
        assertValue(pue.published(), 1.25);
        assertThat(pue.published().flags()).contains(FigureFlag.STORAGE_LEVEL_UNMEASURED);
        assertThat(pue.category()).isEqualTo(1);
        assertThat(pue.coverageMinimum()).isEqualByComparingTo("0.95");
    }

    @Test
    void onlyTheChangeOfStoredEnergyIsTakenOutOfWhatEntered() {
        SiteFixture fixture = site(UPS_OUT)
                .meter(GRID_IMPORT, FACILITY_W)
                .meter(STORAGE_CHARGE, FACILITY_W)
                .meter(STORAGE_SOC, FACILITY_W)
                .meter(UPS_OUT, FACILITY_W);
        List<SiteStep> steps = new ArrayList<>();
        steps.add(measured(GRID_IMPORT, START, HOUR, "1300", FACILITY_W));
        steps.add(measured(STORAGE_CHARGE, START, HOUR, "60", FACILITY_W));
        steps.add(measured(UPS_OUT, START, HOUR, "1000", FACILITY_W));
        SiteStep charged = measured(STORAGE_SOC, START, HOUR, "50", FACILITY_W);

        Pue unread = Pue.of(SiteWindow.of(fixture.history(), START, START.plus(HOUR), steps), START);
        SiteEnergy unreadEnergy =
                SiteEnergy.of(SiteWindow.of(fixture.history(), START, START.plus(HOUR), steps), List.of(), START);
        steps.add(charged);
        SiteWindow window = SiteWindow.of(fixture.history(), START, START.plus(HOUR), steps);
        Pue read = Pue.of(window, START);
        SiteEnergy energy = SiteEnergy.of(window, List.of(), START);

        assertValue(unread.published(), 1.3);
        assertThat(unread.published().flags()).contains(FigureFlag.STORAGE_LEVEL_UNMEASURED);
        assertThat(unreadEnergy.facility().kwh().value()).isEqualByComparingTo("1300");
        assertThat(unreadEnergy.facility().kwh().flags()).contains(FigureFlag.STORAGE_LEVEL_UNMEASURED);
        assertValue(read.published(), 1.25);
        assertThat(read.published().flags()).doesNotContain(FigureFlag.STORAGE_LEVEL_UNMEASURED);
        assertThat(energy.facility().kwh().value()).isEqualByComparingTo("1250");
        assertThat(energy.facility().kwh().flags()).doesNotContain(FigureFlag.STORAGE_LEVEL_UNMEASURED);
    }

    @ParameterizedTest
    @CsvSource({
        "UTC, 2025-03-01T00:00:00Z, 2026-03-01T00:00:00Z, PUE cat 2",
        "UTC, 2025-03-01T00:00:00Z, 2026-02-28T23:00:00Z, iPUE cat 2",
        "UTC, 2025-03-01T01:00:00Z, 2026-03-01T01:00:00Z, iPUE cat 2",
        "UTC, 2024-03-01T00:00:00Z, 2026-03-01T00:00:00Z, iPUE cat 2",
        "Europe/Berlin, 2025-02-28T23:00:00Z, 2026-02-28T23:00:00Z, PUE cat 2",
        "Europe/Berlin, 2025-03-31T22:00:00Z, 2026-03-31T22:00:00Z, PUE cat 2",
        "Europe/Berlin, 2025-03-01T00:00:00Z, 2026-03-01T00:00:00Z, iPUE cat 2",
        "Asia/Kathmandu, 2024-12-31T18:15:00Z, 2025-12-31T18:15:00Z, PUE cat 2",
        "Australia/Lord_Howe, 2025-03-31T13:00:00Z, 2026-03-31T13:00:00Z, PUE cat 2"
    })
    void onlyTwelveMonthsOfTheSitesOwnCalendarMakeAPue(String zone, Instant start, Instant end, String label) {
        SiteFixture fixture = site(PDU_OUT)
                .with("zone: " + zone)
                .meter(GRID_IMPORT, FACILITY_W)
                .meter(PDU_OUT, FACILITY_W);

        Pue pue = Pue.of(SiteWindow.of(fixture.history(), start, end, List.of()), end);

        assertThat(pue.label()).isEqualTo(label);
    }

    @Test
    void aWindowThatIsNotOverHasNoRatioAndAnOpenPeriodSaysSo() {
        SiteFixture fixture = site(PDU_OUT).meter(GRID_IMPORT, FACILITY_W).meter(PDU_OUT, FACILITY_W);
        List<SiteStep> steps = List.of(
                measured(GRID_IMPORT, START, HOUR, "1250", FACILITY_W),
                measured(PDU_OUT, START, HOUR, "1000", FACILITY_W));
        SiteWindow window = SiteWindow.of(fixture.history(), START, START.plus(HOUR), steps);
        Instant end = window.end();

        assertThat(Pue.of(window, START, end.minusMillis(1)).published().reason())
                .isEqualTo(ReasonCode.PERIOD_OPEN);
        assertValue(Pue.of(window, START, end).published(), 1.25);
        assertThat(Pue.of(window, START, end).ofOpenPeriod().published().flags())
                .contains(FigureFlag.PERIOD_OPEN);
        assertThat(Pue.of(window, START, end).published().flags()).doesNotContain(FigureFlag.PERIOD_OPEN);
    }

    @Test
    void w07aTooLittleItEnergyIsNoRatio() {
        SiteFixture fixture = site(PDU_OUT)
                .with("installedItKw: 1000")
                .meter(GRID_IMPORT, FACILITY_W)
                .meter(PDU_OUT, IT_W, "resolutionJ: 360000");

        Pue pue = pue(fixture, QUARTER, quarter("12", "0.3"));

        assertMissing(pue.published(), ReasonCode.IT_BELOW_MIN);
        assertMissing(pue.bestEstimate().figure(), ReasonCode.IT_BELOW_MIN);
    }

    @Test
    void itEnergyUnderTwentyResolutionsIsNoRatio() {
        SiteFixture fixture = site(PDU_OUT).meter(GRID_IMPORT, FACILITY_W).meter(PDU_OUT, IT_W, "resolutionJ: 360000");

        assertMissing(pue(fixture, QUARTER, quarter("12", "1.9")).published(), ReasonCode.IT_BELOW_MIN);
        assertValue(pue(fixture, QUARTER, quarter("12", "2")).published(), 6);
    }

    @Test
    void w07bFacilityBelowItBeyondUncertaintyIsAnInversion() {
        assertMissing(pue(onePercentMeters(), QUARTER, quarter("95", "100")).published(), ReasonCode.METER_INVERSION);
    }

    @Test
    void w07cFacilityBelowItWithinUncertaintyIsOne() {
        Figure figure = pue(onePercentMeters(), QUARTER, quarter("99.9", "100")).published();

        assertThat(figure.value()).isEqualByComparingTo("1");
        assertThat(figure.flags()).contains(FigureFlag.AT_LIMIT);
        assertThat(figure.low()).isEqualByComparingTo("1");
    }

    @Test
    void unknownClassesExplainNoInversion() {
        assertMissing(pue(plain, QUARTER, quarter("99.9", "100")).published(), ReasonCode.METER_INVERSION);
    }

    @Test
    void w09WithoutFacilityMeterThereIsNoPue() {
        SiteFixture fixture = site(NODE_IN).with("designPue: 1.35").meter(NODE_IN, 1000);

        Pue pue = pue(fixture, HOUR, List.of(measured(NODE_IN, START, HOUR, "0.5", 1000)));

        assertMissing(pue.published(), ReasonCode.NO_FACILITY_METER);
        assertMissing(pue.bestEstimate().figure(), ReasonCode.NO_FACILITY_METER);
    }

    @Test
    void w22ClassesOfIndependentMetersAddInSquares() {
        String[] classes = {"accuracyClassPercent: 0.5", "ctClassPercent: 0.5"};
        SiteFixture fixture =
                site(PDU_OUT).meter(GRID_IMPORT, FACILITY_W, classes).meter(PDU_OUT, IT_W, classes);
        List<SiteStep> steps = List.of(
                measured(GRID_IMPORT, START, HOUR, "1200", FACILITY_W), measured(PDU_OUT, START, HOUR, "1000", IT_W));

        Figure figure = pue(fixture, HOUR, steps).published();

        assertValue(figure, 1.2);
        assertThat(figure.low().doubleValue()).isCloseTo(1.176, within(1e-12));
        assertThat(figure.high().doubleValue()).isCloseTo(1.224, within(1e-12));
    }

    @Test
    void estimatedEnergyWidensTheInterval() {
        String exact = "accuracyClassPercent: 0.0001";
        SiteFixture fixture =
                site(PDU_OUT).meter(GRID_IMPORT, FACILITY_W, exact).meter(PDU_OUT, IT_W, exact);
        List<SiteStep> steps = List.of(
                measured(GRID_IMPORT, START, HOUR, "1200", FACILITY_W), estimated(PDU_OUT, START, HOUR, "1000", IT_W));

        Pue pue = pue(fixture, HOUR, steps);

        assertMissing(pue.measured().figure(), ReasonCode.COVERAGE_BELOW_MIN);
        assertThat(pue.bestEstimate().figure().high().doubleValue()).isCloseTo(1.2 + 2 * 0.12, within(1e-6));
        assertThat(pue.bestEstimate().figure().quality()).isEqualTo(Quality.ESTIMATED);
    }

    @Test
    void bridgedEnergyIsMeasuredOnlyInWindowsOfAnHourAndMore() {
        List<SiteStep> steps = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Instant at = START.plus(QUARTER.multipliedBy(i));
            steps.add(measured(GRID_IMPORT, at, QUARTER, "300", FACILITY_W));
            steps.add(
                    i == 1 ? bridged(PDU_OUT, at, QUARTER, "240", IT_W) : measured(PDU_OUT, at, QUARTER, "240", IT_W));
        }

        Pue hour = pue(plain, HOUR, steps);
        Pue halfHour = pue(plain, QUARTER.multipliedBy(2), steps.subList(0, 4));

        assertThat(hour.bestEstimate().itEstimatedShare()).isEqualByComparingTo("0");
        assertThat(halfHour.bestEstimate().itEstimatedShare()).isEqualByComparingTo("0.5");
        assertThat(halfHour.published().flags()).contains(FigureFlag.DISPLAY_ONLY);
        assertThat(hour.published().flags()).doesNotContain(FigureFlag.DISPLAY_ONLY);
    }

    @Test
    void aSilentDeviceCountsAgainstItsRole() {
        SiteFixture fixture = site(PDU_OUT)
                .meter(GRID_IMPORT, FACILITY_W)
                .meter(PDU_OUT, IT_W)
                .meter(PDU_OUT, IT_W / 10);
        List<SiteStep> steps = List.of(
                measured(GRID_IMPORT, START, HOUR, "1200", FACILITY_W), measured(PDU_OUT, START, HOUR, "1000", IT_W));

        Pue pue = pue(fixture, HOUR, steps);

        assertMissing(pue.measured().figure(), ReasonCode.COVERAGE_BELOW_MIN);
        assertThat(pue.measured().figure().coverage()).isEqualByComparingTo("0");
    }

    @Test
    void aRoleIsMeasuredFromNinetyNinePercentOfItsNameplate() {
        long enough = IT_W * 99 / 100 * HOUR.toMillis();
        SiteStep facility = measured(GRID_IMPORT, START, HOUR, "1200", FACILITY_W);
        SiteStep justEnough =
                SiteFixture.row(PDU_OUT, START, HOUR, SiteFixture.microjoules("1000"), 0, 0, enough, enough);
        SiteStep tooLittle =
                SiteFixture.row(PDU_OUT, START, HOUR, SiteFixture.microjoules("1000"), 0, 0, enough - 1, enough - 1);

        assertValue(pue(plain, HOUR, List.of(facility, justEnough)).published(), 1.2);
        assertMissing(pue(plain, HOUR, List.of(facility, tooLittle)).published(), ReasonCode.COVERAGE_BELOW_MIN);
    }

    @Test
    void coverageIsOfTheWholeWindowAndLongWindowsAskForMore() {
        List<SiteStep> steps = new ArrayList<>();
        for (int i = 0; i < 21; i++) {
            steps.add(measured(GRID_IMPORT, START.plus(HOUR.multipliedBy(i)), HOUR, "1200", FACILITY_W));
            steps.add(measured(PDU_OUT, START.plus(HOUR.multipliedBy(i)), HOUR, "1000", IT_W));
        }

        assertMissing(pue(plain, HOUR.multipliedBy(24), steps).published(), ReasonCode.COVERAGE_BELOW_MIN);
        assertThat(pue(plain, HOUR.multipliedBy(24), steps).published().coverage())
                .isEqualByComparingTo("0.875");
        assertValue(pue(plain, HOUR.multipliedBy(22), steps).published(), 1.2);
    }

    @Test
    void noRowsAreNoData() {
        assertMissing(pue(plain, HOUR, List.of()).published(), ReasonCode.NO_DATA);
        assertMissing(
                Pue.of(
                                SiteWindow.of(
                                        plain.history(),
                                        Instant.parse("2019-01-01T00:00:00Z"),
                                        Instant.parse("2019-01-02T00:00:00Z"),
                                        List.of()),
                                START)
                        .published(),
                ReasonCode.NO_DATA);
    }

    @Test
    void aWindowOfFewSamplesIsRefused() {
        List<SiteStep> steps = List.of(
                measured(GRID_IMPORT, START, MINUTE, "20", FACILITY_W), measured(PDU_OUT, START, MINUTE, "16", IT_W));

        Figure figure = pue(plain, MINUTE, steps).published();

        assertMissing(figure, ReasonCode.COVERAGE_BELOW_MIN);
        assertThat(figure.flags()).contains(FigureFlag.WINDOW_TOO_SHORT);
    }

    @Test
    void anotherMeasuringPlaceInsideTheWindowIsAnotherBoundary() {
        SiteFixture before = site(PDU_OUT).meter(GRID_IMPORT, FACILITY_W).meter(PDU_OUT, IT_W);
        SiteFixture after = site(IT_IN).meter(GRID_IMPORT, FACILITY_W).meter(IT_IN, IT_W);
        InventoryHistory history = InventoryHistory.of(
                List.of(before.version(1, "2020-01-01T00:00:00Z"), after.version(2, "2026-04-01T01:00:00Z")));
        List<SiteStep> steps = List.of(
                measured(GRID_IMPORT, START, HOUR, "1200", FACILITY_W),
                measured(PDU_OUT, START, HOUR, "1000", IT_W),
                measured(GRID_IMPORT, START.plus(HOUR), HOUR, "1200", FACILITY_W),
                measured(IT_IN, START.plus(HOUR), HOUR, "1000", IT_W));

        Pue pue = Pue.of(SiteWindow.of(history, START, START.plus(HOUR.multipliedBy(2)), steps), START);

        assertMissing(pue.published(), ReasonCode.BOUNDARY_MISMATCH);
        assertThat(pue.label()).isEqualTo("iPUE");
    }

    @Test
    void aMeterAddedInsideTheWindowIsAskedForFromThenOn() {
        SiteFixture after = plain.meter(PDU_OUT, IT_W);
        InventoryHistory history = InventoryHistory.of(
                List.of(plain.version(1, "2020-01-01T00:00:00Z"), after.version(2, "2026-04-01T01:00:00Z")));
        List<SiteStep> steps = List.of(
                measured(GRID_IMPORT, START, HOUR, "1200", FACILITY_W),
                measured(PDU_OUT, START, HOUR, "1000", IT_W),
                measured(GRID_IMPORT, START.plus(HOUR), HOUR, "1200", FACILITY_W),
                measured(PDU_OUT, START.plus(HOUR), HOUR, "500", IT_W));

        Pue pue = Pue.of(SiteWindow.of(history, START, START.plus(HOUR.multipliedBy(2)), steps), START);

        assertValue(pue.published(), 1.2);
        assertThat(pue.published().coverage()).isEqualByComparingTo("0.5");
    }

    @Test
    void networkGearOutsideTheItMetersJoinsTheItEnergy() {
        SiteFixture fixture = plain.meter(NETWORK, 10_000);
        List<SiteStep> steps = List.of(
                measured(GRID_IMPORT, START, HOUR, "1200", FACILITY_W),
                measured(PDU_OUT, START, HOUR, "992", IT_W),
                measured(NETWORK, START, HOUR, "8", 10_000));

        assertValue(pue(fixture, HOUR, steps).published(), 1.2);
    }

    @Test
    void networkGearOnBothSidesOfTheItMetersIsRefused() {
        SiteFixture fixture = plain.meter(NETWORK, 10_000).meter(NETWORK, 10_000, "parent: meter/pdu_out-5");
        List<SiteStep> steps = List.of(
                measured(GRID_IMPORT, START, HOUR, "1200", FACILITY_W),
                measured(PDU_OUT, START, HOUR, "992", IT_W),
                measured(NETWORK, START, HOUR, "8", 20_000));

        assertMissing(pue(fixture, HOUR, steps).published(), ReasonCode.BOUNDARY_MISMATCH);
    }

    @Test
    void generatorOutputCountsIntoTheFacility() {
        SiteFixture fixture = plain.meter(BACKUP_GEN, FACILITY_W);
        List<SiteStep> steps = List.of(
                measured(GRID_IMPORT, START, HOUR, "1000", FACILITY_W),
                measured(BACKUP_GEN, START, HOUR, "200", FACILITY_W),
                measured(PDU_OUT, START, HOUR, "1000", IT_W));

        assertValue(pue(fixture, HOUR, steps).published(), 1.2);
    }

    @Test
    void rowsThatOverlapOrLieOutsideAreRefused() {
        SiteStep row = measured(PDU_OUT, START, HOUR, "1", IT_W);
        SiteStep minute = measured(GRID_IMPORT, START.plus(MINUTE), MINUTE, "1", FACILITY_W);

        assertThatThrownBy(() -> pue(plain, HOUR, List.of(row, row))).hasMessageContaining("two rows of PDU_OUT");
        assertThatThrownBy(() -> pue(plain, HOUR, List.of(row, minute))).hasMessageContaining("overlap");
        assertThatThrownBy(() -> pue(plain, QUARTER, List.of(row))).hasMessageContaining("outside");
    }

    private static SiteFixture onePercentMeters() {
        String onePercent = "accuracyClassPercent: 1";
        return site(PDU_OUT).meter(GRID_IMPORT, FACILITY_W, onePercent).meter(PDU_OUT, IT_W, onePercent);
    }

    private static List<SiteStep> quarter(String facilityKwh, String itKwh) {
        return List.of(
                measured(GRID_IMPORT, START, QUARTER, facilityKwh, FACILITY_W),
                measured(PDU_OUT, START, QUARTER, itKwh, IT_W));
    }

    private static long full() {
        return FACILITY_W * HOUR.toMillis();
    }

    private static Pue pue(SiteFixture fixture, Duration length, List<SiteStep> steps) {
        return Pue.of(SiteWindow.of(fixture.history(), START, START.plus(length), steps), START.plus(length));
    }

    private static void assertValue(Figure figure, double expected) {
        assertThat(figure.value()).as("%s", figure).isNotNull();
        assertThat(figure.value()).isCloseTo(BigDecimal.valueOf(expected), within(BigDecimal.valueOf(expected * 1e-9)));
    }

    private static void assertMissing(Figure figure, ReasonCode reason) {
        assertThat(figure.value()).isNull();
        assertThat(figure.reason()).isEqualTo(reason);
        assertThat(figure.quality()).isEqualTo(Quality.MISSING);
    }
}
