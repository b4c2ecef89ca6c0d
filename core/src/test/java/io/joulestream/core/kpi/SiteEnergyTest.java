package io.joulestream.core.kpi;

import static io.joulestream.core.inventory.Role.GRID_IMPORT;
import static io.joulestream.core.inventory.Role.NODE_IN;
import static io.joulestream.core.inventory.Role.PDU_OUT;
import static io.joulestream.core.kpi.SiteFixture.measured;
import static io.joulestream.core.kpi.SiteFixture.microjoules;
import static io.joulestream.core.kpi.SiteFixture.row;
import static io.joulestream.core.kpi.SiteFixture.site;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.joulestream.core.inventory.Role;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.SiteStep;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SiteEnergyTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void w04PowerSamplesWithAGap() {
        SiteFixture fixture = site(PDU_OUT).meter(PDU_OUT, 200_000);
        long full = 200_000 * 60_000L;
        List<SiteStep> steps = List.of(
                row(PDU_OUT, START, MINUTE, kilojoules(6_300), 0, 0, full, full),
                row(PDU_OUT, START.plusSeconds(60), MINUTE, kilojoules(6_900), 0, 0, full, full),
                row(PDU_OUT, START.plusSeconds(120), MINUTE, 0, 0, kilojoules(7_300), 0, full),
                row(PDU_OUT, START.plusSeconds(180), MINUTE, 0, 0, kilojoules(7_500), 0, full),
                row(PDU_OUT, START.plusSeconds(240), MINUTE, 0, 0, kilojoules(7_700), 0, full),
                row(PDU_OUT, START.plusSeconds(300), MINUTE, kilojoules(7_500), 0, 0, full, full));

        SiteEnergy energy = energy(fixture, MINUTE.multipliedBy(6), steps);

        SiteEnergy.RoleEnergy role = energy.roles().get(0);
        assertThat(role.buckets().measuredMicrojoules()).isEqualTo(microjoules("5.75"));
        assertThat(role.buckets().estimatedMicrojoules()).isEqualTo(microjoules("6.25"));
        assertThat(role.energy().kwh().value()).isEqualByComparingTo("12");
        assertThat(role.energy().kwh().coverage()).isEqualByComparingTo("0.5");
        assertThat(role.energy().kwh().estimatedShare().doubleValue()).isCloseTo(6.25 / 12, within(1e-15));
        assertThat(role.energy().energyMj()).isEqualTo("43200000000");
    }

    @Test
    void w09AnEdgeSiteIsEstimatedByItsDesignedPue() {
        SiteFixture fixture = site(NODE_IN).with("designPue: 1.35").meter(NODE_IN, 1000);

        SiteEnergy energy = energy(fixture, HOUR.multipliedBy(8760), hours(8760, NODE_IN, "0.5", 1000));

        assertThat(energy.it().kwh().value()).isEqualByComparingTo("4380");
        assertThat(energy.facility().energyMj()).isNull();
        assertThat(energy.facility().kwh().reason()).isEqualTo(ReasonCode.NO_FACILITY_METER);
        assertThat(energy.overhead().kwh().reason()).isEqualTo(ReasonCode.NO_FACILITY_METER);
        Figure estimate = energy.facilityByDesignPue().kwh();
        assertThat(estimate.value()).isEqualByComparingTo("5913");
        assertThat(estimate.estimatedShare().doubleValue()).isCloseTo(1533.0 / 5913, within(1e-12));
        assertThat(estimate.flags())
                .contains(FigureFlag.DESIGN_PUE, FigureFlag.ESTIMATED_SHARE_HIGH)
                .contains(FigureFlag.ESTIMATED_SHARE_BLOCKS_CLOSING);
        assertThat(estimate.quality()).isEqualTo(Quality.MIXED);
    }

    @Test
    void aDesignedPueHasItsOwnUncertainty() {
        SiteFixture fixture =
                site(NODE_IN).with("designPue: 1.35").meter(NODE_IN, 1000, "accuracyClassPercent: 0.0001");

        Figure estimate = energy(fixture, HOUR, hours(1, NODE_IN, "1", 1000))
                .facilityByDesignPue()
                .kwh();

        assertThat(estimate.high().doubleValue()).isCloseTo(1.35 * 1.6, within(1e-9));
    }

    @Test
    void w27WhatNoRunHeldIsUnallocated() {
        SiteFixture fixture = site(NODE_IN).meter(NODE_IN, 20_000);
        SiteWindow window =
                SiteWindow.of(fixture.history(), START, START.plus(HOUR), hours(1, NODE_IN, "10.0", 20_000));

        SiteEnergy energy = SiteEnergy.of(window, List.of(run("4.2"), run("3.1")), START);

        assertThat(energy.runs().kwh().value()).isEqualByComparingTo("7.3");
        assertThat(energy.unallocated().kwh().value()).isEqualByComparingTo("2.7");
        assertThat(energy.residual().energyMj()).isEqualTo("0");
    }

    @Test
    void differencesAreOfRoundedTotals() {
        SiteFixture fixture =
                site(PDU_OUT).meter(GRID_IMPORT, 10).meter(PDU_OUT, 10).meter(NODE_IN, 10);
        long full = 10 * HOUR.toMillis();
        List<SiteStep> steps = List.of(
                row(GRID_IMPORT, START, HOUR, 2_499, 0, 0, full, full),
                row(PDU_OUT, START, HOUR, 1_500, 0, 0, full, full),
                row(NODE_IN, START, HOUR, 1_499, 0, 0, full, full));

        SiteEnergy energy = energy(fixture, HOUR, steps);

        assertThat(energy.facility().energyMj()).isEqualTo("2");
        assertThat(energy.it().energyMj()).isEqualTo("2");
        assertThat(energy.overhead().energyMj()).isEqualTo("0");
        assertThat(energy.nodes().energyMj()).isEqualTo("1");
        assertThat(energy.residual().energyMj()).isEqualTo("1");
    }

    @Test
    void aRoleWithoutRowsHasNoEnergyAndLeavesNoSum() {
        SiteFixture fixture = site(PDU_OUT).meter(GRID_IMPORT, 2_000_000).meter(PDU_OUT, 1_000_000);

        SiteEnergy energy = energy(fixture, HOUR, hours(1, PDU_OUT, "100", 1_000_000));

        assertThat(energy.roles()).extracting(SiteEnergy.RoleEnergy::role).containsExactly(GRID_IMPORT, PDU_OUT);
        assertThat(energy.roles().get(0).energy().kwh().reason()).isEqualTo(ReasonCode.NO_DATA);
        assertThat(energy.facility().kwh().reason()).isEqualTo(ReasonCode.NO_DATA);
        assertThat(energy.overhead().kwh().reason()).isEqualTo(ReasonCode.NO_DATA);
        assertThat(energy.it().kwh().value()).isEqualByComparingTo("100");
        assertThat(energy.residual().kwh().reason()).isEqualTo(ReasonCode.NO_DATA);
    }

    @Test
    void aMonthOfAHundredMegawattsFitsNoLong() {
        SiteFixture fixture = site(PDU_OUT).meter(PDU_OUT, 110_000_000);

        SiteEnergy energy = energy(fixture, HOUR.multipliedBy(744), hours(744, PDU_OUT, "100000", 110_000_000));

        assertThat(energy.it().energyMj()).isEqualTo("267840000000000000");
        assertThat(energy.it().kwh().value()).isEqualByComparingTo("74400000");
        assertThat(energy.roles().get(0).buckets().microjoules().bitLength()).isGreaterThan(63);
    }

    private static List<SiteStep> hours(int count, Role role, String kwh, long watts) {
        List<SiteStep> steps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            steps.add(measured(role, START.plus(HOUR.multipliedBy(i)), HOUR, kwh, watts));
        }
        return steps;
    }

    private static EnergyTotal run(String kwh) {
        return EnergyTotal.of(new EnergyBuckets(microjoules(kwh), 0, 0));
    }

    private static long kilojoules(long kilojoules) {
        return BigDecimal.valueOf(kilojoules).movePointRight(9).longValueExact();
    }

    private static SiteEnergy energy(SiteFixture fixture, Duration length, List<SiteStep> steps) {
        return SiteEnergy.of(SiteWindow.of(fixture.history(), START, START.plus(length), steps), List.of(), START);
    }
}
