package io.joulestream.core.kpi;

import static io.joulestream.core.inventory.Role.GRID_IMPORT;
import static io.joulestream.core.inventory.Role.NODE_IN;
import static io.joulestream.core.inventory.Role.NON_DC;
import static io.joulestream.core.inventory.Role.PDU_OUT;
import static io.joulestream.core.inventory.Role.UPS_OUT;
import static io.joulestream.core.kpi.SiteFixture.estimated;
import static io.joulestream.core.kpi.SiteFixture.measured;
import static io.joulestream.core.kpi.SiteFixture.site;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.joulestream.core.ledger.SiteStep;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Worked examples of the method whose wrong answers are tempting: each figure as it must be, and the wrong one nowhere. The
 * others are in {@code PueTest}, {@code SiteEnergyTest} and, for one channel, in {@code core.energy.WorkedExamplesTest}.
 */
class WorkedFiguresTest {
    private static final Instant START = Instant.parse("2026-04-01T00:00:00Z");
    private static final Duration QUARTER = Duration.ofMinutes(15);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final long WATTS = 2_000_000;

    /** The restarted register's 120 kWh taken as the delta would give 1,200 / 840. */
    @Test
    void w02AResetDoesNotInflateThePue() {
        List<SiteStep> steps = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Instant at = START.plus(QUARTER.multipliedBy(i));
            steps.add(measured(GRID_IMPORT, at, QUARTER, "300", WATTS));
            steps.add(
                    i == 1
                            ? estimated(PDU_OUT, at, QUARTER, "240", WATTS)
                            : measured(PDU_OUT, at, QUARTER, "240", WATTS));
        }

        Pue pue = pue(site(PDU_OUT).meter(GRID_IMPORT, WATTS).meter(PDU_OUT, WATTS), HOUR, steps);

        assertValue(pue.measured(), "1.25");
        assertValue(pue.bestEstimate(), "1.25");
        assertNowhere(pue, 1_200.0 / 840);
    }

    /** All of the facility over the IT energy that was read would give 1,500 / 900. */
    @Test
    void w05AMissingQuarterOfItTakesTheFacilitysQuarterWithIt() {
        List<SiteStep> steps = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Instant at = START.plus(QUARTER.multipliedBy(i));
            steps.add(measured(GRID_IMPORT, at, QUARTER, "375", WATTS));
            if (i < 3) {
                steps.add(measured(PDU_OUT, at, QUARTER, "300", WATTS));
            }
        }

        Pue pue = pue(site(PDU_OUT).meter(GRID_IMPORT, WATTS).meter(PDU_OUT, WATTS), HOUR, steps);

        assertValue(pue.measured(), "1.25");
        assertThat(pue.measured().figure().coverage()).isEqualByComparingTo("0.75");
        assertNowhere(pue, 1_500.0 / 900);
    }

    /** All of the building over its IT energy would give 3.33. Of 2,000 MWh, 1,030 are not the data centre's. */
    @Test
    void w08ASharedBuildingsOtherLoadsAreSubtracted() {
        List<SiteStep> steps = List.of(
                measured(GRID_IMPORT, START, HOUR, "2000", WATTS * 2),
                measured(NON_DC, START, HOUR, "1030", WATTS),
                measured(UPS_OUT, START, HOUR, "600", WATTS));

        Pue pue = pue(
                site(UPS_OUT).meter(GRID_IMPORT, WATTS * 2).meter(NON_DC, WATTS).meter(UPS_OUT, WATTS), HOUR, steps);

        assertValue(pue.published(), 970.0 / 600);
        assertThat(pue.category()).isEqualTo(1);
        assertNowhere(pue, 2_000.0 / 600);
    }

    /** Feed A's 400,000 kWh at 1.04: the IT energy grows, the ratio falls by 1.960784 %, the facility stays. */
    @Test
    void w21ACorrectedRatioOfAFeedChangesThePueByWhatItsEnergyChanges() {
        SiteFixture fixture = site(PDU_OUT).meter(GRID_IMPORT, WATTS).meter(PDU_OUT, WATTS);
        List<SiteStep> before = List.of(
                measured(GRID_IMPORT, START, HOUR, "1000", WATTS), measured(PDU_OUT, START, HOUR, "800", WATTS));
        List<SiteStep> after = List.of(
                measured(GRID_IMPORT, START, HOUR, "1000", WATTS),
                measured(
                        PDU_OUT,
                        START,
                        HOUR,
                        new BigDecimal("400")
                                .multiply(new BigDecimal("1.04"))
                                .add(new BigDecimal("400"))
                                .toPlainString(),
                        WATTS));

        Pue was = pue(fixture, HOUR, before);
        Pue is = pue(fixture, HOUR, after);

        assertValue(was.published(), 1.25);
        assertValue(is.published(), 1_000.0 / 816);
        double delta =
                is.published().value().doubleValue() / was.published().value().doubleValue() - 1;
        assertThat(delta).isCloseTo(-0.01960784313725, within(1e-12));
        assertThat(is.measured().facilityMicrojoules()).isEqualTo(was.measured().facilityMicrojoules());
    }

    /** A meter's 10.0 kWh among 4.2, 3.1 and what no run held: to the microjoule, not to 0.1 %. */
    @Test
    void w27RunsAndWhatNoRunHeldAreTheMetersEnergy() {
        SiteFixture fixture = site(NODE_IN).meter(GRID_IMPORT, WATTS).meter(NODE_IN, WATTS);
        List<SiteStep> steps = List.of(
                measured(GRID_IMPORT, START, HOUR, "12.5", WATTS), measured(NODE_IN, START, HOUR, "10.0", WATTS));
        List<EnergyTotal> runs = List.of(run("4.2"), run("3.1"));

        SiteEnergy energy =
                SiteEnergy.of(SiteWindow.of(fixture.history(), START, START.plus(HOUR), steps), runs, START);

        assertThat(energy.unallocated().kwh().value()).isEqualByComparingTo("2.7");
        assertThat(energy.runs().millijoules().add(energy.unallocated().millijoules()))
                .isEqualTo(energy.nodes().millijoules());
    }

    private static EnergyTotal run(String kwh) {
        return EnergyTotal.of(new io.joulestream.core.ledger.EnergyBuckets(SiteFixture.microjoules(kwh), 0, 0));
    }

    private static Pue pue(SiteFixture fixture, Duration length, List<SiteStep> steps) {
        return Pue.of(SiteWindow.of(fixture.history(), START, START.plus(length), steps), START);
    }

    private static void assertValue(Pue.Side side, String value) {
        assertThat(side.figure().value()).isEqualByComparingTo(value);
    }

    private static void assertValue(Figure figure, double value) {
        assertThat(figure.value().doubleValue()).isCloseTo(value, within(value * 1e-9));
    }

    private static void assertNowhere(Pue pue, double wrong) {
        for (Pue.Side side : List.of(pue.measured(), pue.bestEstimate())) {
            assertThat(side.figure().value().doubleValue()).isNotCloseTo(wrong, within(0.01));
        }
    }
}
