package io.joulestream.core.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.core.kpi.Residuals.Reading;
import io.joulestream.core.kpi.Residuals.Residual;
import io.joulestream.core.kpi.Residuals.Window;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResidualsTest {
    private static final Instant NOON = Instant.parse("2026-04-01T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private static final String GRID = meter("grid", "GRID_IMPORT", null);
    private static final String PDU = meter("pdu", "PDU_OUT", "grid");
    private static final String NODES = meter("n1", "NODE_IN", "pdu") + meter("n2", "NODE_IN", "pdu");
    private static final String TREE = GRID + PDU + NODES;

    /** 3 % are lost above the PDU, 2 % below. */
    private static final Map<String, Double> WATTS = Map.of("grid", 1_000.0, "pdu", 970.0, "n1", 600.0, "n2", 350.6);

    @Test
    void aSteadyLossIsNoSuspect() {
        List<Residual> residuals = residuals(TREE, WATTS, WATTS);

        assertThat(residuals).hasSize(2).noneMatch(Residual::suspect);
        Residual grid = of(residuals, "grid");
        assertThat(grid.recent().value()).isEqualByComparingTo("0.03");
        assertThat(grid.drift()).isEqualByComparingTo("0");
        assertThat(grid.below()).isEqualTo(1);
        assertThat(of(residuals, "pdu").below()).isEqualTo(2);
    }

    @Test
    void aMeterInTheMiddleIsNamedByItselfAndByTheOneAbove() {
        List<Residual> residuals = residuals(TREE, WATTS, changed(WATTS, "pdu", 1.04));

        assertThat(of(residuals, "pdu").drift()).isPositive();
        assertThat(of(residuals, "grid").drift()).isEqualByComparingTo("-0.0388");
        assertThat(residuals)
                .hasSize(2)
                .allMatch(residual -> residual.suspect() && residual.named().equals("pdu") && !residual.orBelow());
    }

    @Test
    void theRootIsNamedWhereAllBelowAreSteady() {
        List<Residual> residuals = residuals(TREE, WATTS, changed(WATTS, "grid", 1.04));

        assertThat(residuals.get(0).entity()).isEqualTo("grid");
        assertThat(residuals.get(0).named()).isEqualTo("grid");
        assertThat(residuals.get(0).orBelow()).isFalse();
        assertThat(of(residuals, "pdu").suspect()).isFalse();
    }

    @Test
    void aLeafIsToldAsOneOfTheMetersBelowItsParent() {
        Residual pdu = of(residuals(TREE, WATTS, changed(WATTS, "n1", 1.06)), "pdu");

        assertThat(pdu.suspect()).isTrue();
        assertThat(pdu.named()).isEqualTo("pdu");
        assertThat(pdu.orBelow()).isTrue();
    }

    @Test
    void aSilentMeterIsNoAlarm() {
        Map<String, Double> silent = new HashMap<>(WATTS);
        silent.remove("n2");

        Residual pdu = of(residuals(TREE, WATTS, silent), "pdu");

        assertThat(pdu.recent()).isEqualTo(Residuals.Share.missing(ReasonCode.NO_DATA));
        assertThat(pdu.reference().value()).isNotNull();
        assertThat(pdu.drift()).isNull();
        assertThat(pdu.suspect()).isFalse();
    }

    @Test
    void aMeterReadInPartIsNotCompared() {
        Window recent = window(NOON, Duration.ofMinutes(15), WATTS, 0.98);

        Residual pdu = of(new Residuals(site(TREE), true).of(recent, hours(24, WATTS)), "pdu");

        assertThat(pdu.recent()).isEqualTo(Residuals.Share.missing(ReasonCode.COVERAGE_BELOW_MIN));
    }

    @Test
    void theReferenceNeedsTwoHoursInWhichAllWereRead() {
        Window recent = window(NOON, Duration.ofMinutes(15), WATTS, 1);
        Residuals residuals = new Residuals(site(TREE), true);

        Residual one = of(residuals.of(recent, hours(1, WATTS)), "pdu");
        Residual two = of(residuals.of(recent, hours(2, WATTS)), "pdu");

        assertThat(one.reference().reason()).isEqualTo(ReasonCode.COVERAGE_BELOW_MIN);
        assertThat(two.drift()).isNotNull();
        assertThat(two.referenceTime()).isEqualTo(Duration.ofHours(2));
    }

    @Test
    void negativePowerHasAShareToo() {
        Map<String, Double> out = new HashMap<>();
        WATTS.forEach((meter, watts) -> out.put(meter, -watts));

        Residual grid = of(residuals(TREE, WATTS, out), "grid");

        assertThat(grid.recent().value()).isEqualByComparingTo("0.03");
        assertThat(grid.suspect()).isFalse();
    }

    @Test
    void solarPowerBesideTheGridFeedsTheSameLoads() {
        String tree = TREE + meter("pv", "ONSITE_GEN", null);
        Map<String, Double> night = with(WATTS, "pv", 0);
        Map<String, Double> noon = with(with(WATTS, "grid", 400), "pv", 600);

        Residual grid = of(residuals(tree, night, noon), "grid");

        assertThat(grid.recent().value()).isEqualByComparingTo("0.03");
    }

    @Test
    void twoFeedsOfWhichOneHasNothingBelowAreNotTakenApart() {
        String tree = TREE + meter("feed-2", "GRID_IMPORT", null) + meter("chiller", "COOLING_ELEC", null);

        Residual grid = of(residuals(tree, WATTS, WATTS), "grid");

        assertThat(grid.recent().reason()).isEqualTo(ReasonCode.NOT_COMPARABLE);
    }

    @Test
    void whatGpusLeaveOverFollowsTheLoadAndIsNoSuspectByItself() {
        String tree = TREE + gpu("g1", "n1") + gpu("g2", "n2");
        Map<String, Double> idle = with(with(WATTS, "g1", 100), "g2", 100);
        Map<String, Double> busy = with(with(WATTS, "g1", 450), "g2", 100);

        List<Residual> residuals = residuals(tree, idle, busy);

        assertThat(residuals.get(0).entity()).isEqualTo("n1");
        assertThat(residuals).noneMatch(Residual::suspect);
    }

    @Test
    void aBusierNodeDoesNotTakeTheBlameFromAMeterThatTheOneAboveConfirms() {
        String tree = TREE + gpu("g1", "n1") + gpu("g2", "n2");
        Map<String, Double> idle = with(with(WATTS, "g1", 100), "g2", 100);
        Map<String, Double> now = with(changed(idle, "pdu", 1.04), "g1", 450);

        List<Residual> residuals = residuals(tree, idle, now);

        assertThat(of(residuals, "n1").drift()).isNegative();
        assertThat(residuals)
                .filteredOn(Residual::suspect)
                .extracting(Residual::named)
                .contains("pdu");
        assertThat(of(residuals, "pdu").named()).isEqualTo("pdu");
    }

    @Test
    void aSourceBesideMayHaveChangedAsWellAsTheSupplyMeter() {
        String tree = TREE + meter("pv", "ONSITE_GEN", null);
        Map<String, Double> noon = with(with(WATTS, "grid", 400), "pv", 600);

        Residual grid = of(residuals(tree, noon, changed(noon, "pv", 1.2)), "grid");

        assertThat(grid.named()).isEqualTo("grid");
        assertThat(grid.orBelow()).isTrue();
    }

    @Test
    void metersBelowOneRootWithoutMeterStandBesideEachOther() {
        String tree = "  - { id: hall, kind: RACK, role: SENSOR }\n" + meter("grid", "GRID_IMPORT", "hall")
                + meter("pv", "ONSITE_GEN", "hall") + PDU + NODES;
        Map<String, Double> night = with(WATTS, "pv", 0);
        Map<String, Double> noon = with(with(WATTS, "grid", 400), "pv", 600);

        assertThat(of(residuals(tree, night, noon), "grid").suspect()).isFalse();
    }

    @Test
    void anEntityWithoutMeterAndAHeatOrCheckMeterArePassedThrough() {
        String check = meter("check", "CHECK", "pdu");
        String tree = GRID + "  - { id: hall, kind: RACK, role: SENSOR, parent: grid }\n"
                + meter("pdu", "PDU_OUT", "hall") + NODES + check;

        List<Residual> residuals = residuals(tree, WATTS, with(WATTS, "check", 970));

        assertThat(of(residuals, "grid").below()).isEqualTo(1);
        assertThat(of(residuals, "pdu").below()).isEqualTo(2);
    }

    private static List<Residual> residuals(String tree, Map<String, Double> before, Map<String, Double> now) {
        return new Residuals(site(tree), true).of(window(NOON, Duration.ofMinutes(15), now, 1), hours(24, before));
    }

    private static Residual of(List<Residual> residuals, String entity) {
        return residuals.stream()
                .filter(residual -> residual.entity().equals(entity))
                .findFirst()
                .orElseThrow();
    }

    private static List<Window> hours(int count, Map<String, Double> watts) {
        List<Window> hours = new ArrayList<>();
        for (int back = count; back >= 1; back--) {
            hours.add(window(NOON.minus(HOUR.multipliedBy(back)), HOUR, watts, 1));
        }
        return hours;
    }

    private static Window window(Instant start, Duration length, Map<String, Double> watts, double covered) {
        Map<String, Reading> readings = new HashMap<>();
        watts.forEach((meter, power) -> readings.put(
                meter,
                new Reading(
                        new EnergyTotal(
                                BigDecimal.valueOf(power)
                                        .multiply(BigDecimal.valueOf(length.toMillis() * 1_000))
                                        .toBigInteger(),
                                BigInteger.ZERO,
                                BigInteger.ZERO),
                        Math.round(length.toMillis() * covered))));
        return new Window(start, start.plus(length), readings);
    }

    private static Map<String, Double> changed(Map<String, Double> watts, String meter, double factor) {
        return with(watts, meter, watts.get(meter) * factor);
    }

    private static Map<String, Double> with(Map<String, Double> watts, String meter, double power) {
        Map<String, Double> more = new HashMap<>(watts);
        more.put(meter, power);
        return more;
    }

    private static SiteInventory site(String entities) {
        return SiteInventoryParser.parse(
                        "site: s\nkind: edge\nzone: UTC\neffectiveFrom: 2020-01-01T00:00:00Z\nitBoundary: NODE_IN\nentities:\n"
                                + entities)
                .orElseThrow();
    }

    private static String meter(String id, String role, String parent) {
        return entity(id, role.equals("NODE_IN") ? "NODE" : "METER", role, parent, "meter.energy.active");
    }

    private static String gpu(String id, String parent) {
        return entity(id, "GPU", "GPU", parent, "gpu.energy");
    }

    private static String entity(String id, String kind, String role, String parent, String metric) {
        return "  - { id: " + id + ", kind: " + kind + ", role: " + role + (parent == null ? "" : ", parent: " + parent)
                + ", nameplateW: 2000, channels: [ { metric: "
                + (kind.equals("NODE") ? "node.energy" : metric) + ", samplePeriod: PT60S } ] }\n";
    }
}
