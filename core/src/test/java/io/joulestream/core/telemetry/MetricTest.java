package io.joulestream.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.telemetry.Metric.ValueKind;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MetricTest {
    @Test
    void everyMetricIsFoundByItsNumberAndByItsName() {
        for (Metric metric : Metric.values()) {
            assertThat(Metric.byNumber(metric.number())).contains(metric);
            assertThat(Metric.byName(metric.dottedName())).contains(metric);
        }
    }

    @Test
    void numbersAndNamesAreUsedOnce() {
        assertThat(Arrays.stream(Metric.values()).map(Metric::number)).doesNotHaveDuplicates();
        assertThat(Arrays.stream(Metric.values()).map(Metric::dottedName)).doesNotHaveDuplicates();
    }

    @Test
    void numbersOnTheWireNeverMove() {
        assertThat(Metric.byNumber(2)).contains(Metric.GPU_ENERGY);
        assertThat(Metric.byNumber(14)).contains(Metric.GPU_PCIE_RX);
        assertThat(Metric.byNumber(20)).contains(Metric.NODE_POWER);
        assertThat(Metric.byNumber(31)).contains(Metric.METER_ENERGY_ACTIVE);
        assertThat(Metric.byNumber(36)).contains(Metric.METER_FREQUENCY);
        assertThat(Metric.byNumber(46)).contains(Metric.COOL_PRESSURE_RETURN);
        assertThat(Metric.byNumber(65)).contains(Metric.JOB_PRECISION);
        assertThat(Metric.byNumber(69)).contains(Metric.JOB_CHECKPOINT_STEP);
    }

    @Test
    void unknownNumbersAndNamesAreNoMetric() {
        assertThat(Metric.byNumber(0)).isEmpty();
        assertThat(Metric.byNumber(-1)).isEmpty();
        assertThat(Metric.byNumber(18)).isEmpty();
        assertThat(Metric.byNumber(1_000_000)).isEmpty();
        assertThat(Metric.byName("GPU.POWER")).isEmpty();
    }

    @Test
    void heatAndClaimsAndLevelsAreNoElectricity() {
        assertThat(Arrays.stream(Metric.values()).filter(Metric::isElectricalPower))
                .containsExactly(Metric.GPU_POWER, Metric.NODE_POWER, Metric.METER_POWER_ACTIVE);
        assertThat(Arrays.stream(Metric.values()).filter(Metric::isElectricalEnergy))
                .containsExactly(
                        Metric.GPU_ENERGY, Metric.NODE_ENERGY, Metric.CPU_PACKAGE_ENERGY, Metric.METER_ENERGY_ACTIVE);
    }

    @Test
    void energiesAreCountersInJoulesAndPowersAreGaugesInWatts() {
        for (Metric metric : Metric.values()) {
            if (metric.isElectricalEnergy() || metric.isThermalEnergy()) {
                assertThat(metric.unit()).isEqualTo("J");
                assertThat(metric.valueKind()).isEqualTo(ValueKind.COUNTER);
            }
            if (metric.isElectricalPower() || metric.isThermalPower()) {
                assertThat(metric.unit()).isEqualTo("W");
                assertThat(metric.valueKind()).isEqualTo(ValueKind.GAUGE);
            }
        }
    }
}
