package io.joulestream.core.inventory;

import static io.joulestream.core.inventory.Sites.below;
import static io.joulestream.core.inventory.Sites.gpu;
import static io.joulestream.core.inventory.Sites.meter;
import static io.joulestream.core.inventory.Sites.node;
import static io.joulestream.core.inventory.Sites.site;
import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.telemetry.Metric;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SiteInventoryTest {
    private final SiteInventory pdus = site(
            "PDU_OUT",
            meter("grid", "GRID_IMPORT"),
            meter("export", "GRID_EXPORT"),
            meter("chiller", "COOLING_ELEC"),
            below("grid", meter("pdu", "PDU_OUT")),
            below("pdu", node("n")),
            gpu("n/g", "n"),
            below("pdu", "id: sw1, kind: NODE, role: NETWORK"),
            "id: sw2, kind: NODE, role: NETWORK, nameplateW: 5, channels: [ { metric: node.power, samplePeriod: PT1S } ]",
            node("lost"),
            gpu("lost/g", "lost"),
            below("pdu", meter("pdu-check", "CHECK")));

    @Test
    void thePowerGroupIsTheLowestMeterAtAnItMeasuringPlace() {
        PowerGroup group = new PowerGroup("n", true);

        assertThat(groupOf(pdus, "n/g")).contains(group);
        assertThat(groupOf(pdus, "n")).contains(group);
        assertThat(groupOf(pdus, "pdu")).isEmpty();
        assertThat(groupOf(pdus, "sw1")).isEmpty();
        assertThat(pdus.membersOf(group)).extracting(Entity::id).containsExactly("n", "n/g");
    }

    @Test
    void nodesWithoutMeterShareThatOfTheirPduWithAllBesideThem() {
        SiteInventory site = site(
                "PDU_OUT",
                meter("ups", "UPS_OUT"),
                below("ups", meter("pdu", "PDU_OUT")),
                below("pdu", "id: bare, kind: NODE, role: NODE_IN"),
                gpu("bare/g", "bare"),
                below("pdu", node("n")),
                gpu("n/g", "n"),
                below("pdu", "id: sw, kind: NODE, role: NETWORK"),
                below("ups", meter("empty-pdu", "PDU_OUT")));
        PowerGroup group = new PowerGroup("pdu", true);

        assertThat(site.powerGroups()).containsExactly(group, new PowerGroup("empty-pdu", true));
        assertThat(site.membersOf(group))
                .as("the metered node too, for its energy is in the PDU's")
                .extracting(Entity::id)
                .containsExactly("pdu", "bare", "bare/g", "n", "n/g", "sw");
        assertThat(groupOf(site, "ups")).isEmpty();
    }

    @Test
    void aNodeThatMetersItselfIsAGroupOfItsOwnWhereverItLies() {
        assertThat(groupOf(pdus, "lost/g")).contains(new PowerGroup("lost", true));
        assertThat(pdus.powerGroups()).containsExactly(new PowerGroup("n", true), new PowerGroup("lost", true));
    }

    @Test
    void aNodeBelowNoMeterIsAGroupOfItsOwnWithoutMeter() {
        SiteInventory site = site("NODE_IN", "id: n, kind: NODE, role: NODE_IN", gpu("n/g", "n"), node("m"));

        assertThat(groupOf(site, "n/g")).contains(new PowerGroup("n", false));
        assertThat(groupOf(site, "m")).contains(new PowerGroup("m", true));
    }

    @Test
    void whatIsNotItHasNoPowerGroup() {
        assertThat(groupOf(pdus, "grid")).isEmpty();
        assertThat(groupOf(pdus, "chiller")).isEmpty();
        assertThat(groupOf(pdus, "sw2")).isEmpty();
    }

    @Test
    void sharedGearJoinsTheItSumOnlyWhereNoItMeterSeesIt() {
        assertThat(pdus.itEntities()).extracting(Entity::id).containsExactly("pdu", "sw2");
        assertThat(pdus.sharedItEntities()).extracting(Entity::id).containsExactly("sw1", "sw2");
    }

    @Test
    void facilityEntitiesAreThoseThatEnterTheBoundaryWithTheirSign() {
        assertThat(pdus.facilityEntities()).extracting(Entity::id).containsExactly("grid", "export");
        assertThat(pdus.facilityEntities())
                .extracting(entity -> entity.role().facilitySign())
                .containsExactly(1, -1);
        assertThat(pdus.hasFacilityMeter()).isTrue();
        assertThat(site("NODE_IN", node("n")).hasFacilityMeter()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"UPS_OUT, UPS, 1", "PDU_OUT, PDU, 2", "IT_IN, METER, 3", "NODE_IN, NODE, 3"})
    void thePueCategoryFollowsTheItMeasuringPlace(String boundary, String kind, int category) {
        SiteInventory site = site(boundary, meter("x", boundary).replace("METER", kind));

        assertThat(site.pueCategory()).isEqualTo(category);
    }

    @Test
    void aRegisterIsPreferredToAGaugeAsChannelOfRecord() {
        SiteInventory site = site(
                "NODE_IN",
                "id: both, kind: NODE, role: NODE_IN, nameplateW: 9, channels: [ { metric: node.power, samplePeriod: PT1S },"
                        + " { metric: node.energy, samplePeriod: PT1S } ]",
                node("gauge"),
                "id: none, kind: NODE, role: NODE_IN, nameplateW: 9, channels: [ { metric: cpu.package.energy, samplePeriod: PT1S } ]",
                "id: cpu, kind: CPU, role: IT_SUB, nameplateW: 9, channels: [ { metric: cpu.package.energy, samplePeriod: PT1S } ]");

        assertThat(recordOf(site, "both")).contains(Metric.NODE_ENERGY);
        assertThat(recordOf(site, "gauge")).contains(Metric.NODE_POWER);
        assertThat(recordOf(site, "none")).isEmpty();
        assertThat(recordOf(site, "cpu")).contains(Metric.CPU_PACKAGE_ENERGY);
    }

    @Test
    void heatIsTheRecordOnlyOfThermalRoles() {
        String channels = ", kind: COOLING_LOOP, nameplateW: 9, channels: [ { metric: cool.heat, samplePeriod: PT1S },"
                + " { metric: meter.power.active, samplePeriod: PT1S } ]";
        SiteInventory site =
                site("NODE_IN", "id: heat, role: HEAT_EXPORT" + channels, "id: el, role: COOLING_ELEC" + channels);

        assertThat(recordOf(site, "heat")).contains(Metric.COOL_HEAT);
        assertThat(recordOf(site, "el")).contains(Metric.METER_POWER_ACTIVE);
    }

    @Test
    void anUnknownIdIsEmptyNotAnError() {
        assertThat(pdus.entity("nobody")).isEmpty();
        assertThat(pdus.entitiesOf("nobody")).isEmpty();
        assertThat(pdus.membersOf(new PowerGroup("nobody", true))).isEmpty();
        assertThat(pdus.parentOf(pdus.entity("n").orElseThrow()).orElseThrow().id())
                .isEqualTo("pdu");
        assertThat(pdus.parentOf(pdus.entity("grid").orElseThrow())).isEmpty();
    }

    private static Optional<PowerGroup> groupOf(SiteInventory site, String id) {
        return site.powerGroupOf(site.entity(id).orElseThrow());
    }

    private static Optional<Metric> recordOf(SiteInventory site, String id) {
        return site.energyChannelOf(site.entity(id).orElseThrow()).map(Channel::metric);
    }
}
