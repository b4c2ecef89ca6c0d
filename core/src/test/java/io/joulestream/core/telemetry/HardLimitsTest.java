package io.joulestream.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HardLimitsTest {

    @ParameterizedTest
    @CsvSource({
        "GPU_UTIL, -0.001, 1.01",
        "GPU_GR_ACTIVE, -0.001, 1.01",
        "GPU_TENSOR_ACTIVE, -0.001, 1.01",
        "GPU_DRAM_ACTIVE, -0.001, 1.01",
        "COOL_PUMP_SPEED, -0.001, 1.01",
        "GPU_TEMP, -60, 200",
        "GPU_MEM_TEMP, -60, 200",
        "COOL_TEMP_SUPPLY, -60, 200",
        "COOL_TEMP_RETURN, -60, 200",
        "ENV_TEMP_OUTDOOR, -60, 200",
        "ENV_HUMIDITY, 0, 1",
        "METER_POWER_FACTOR, -1, 1"
    })
    void bothLimitsAreInsideAndTheNextNumberIsOutsideAtEveryPowerOfTen(
            Metric metric, BigDecimal least, BigDecimal greatest) {
        IntStream.rangeClosed(-9, -3).forEach(exp10 -> {
            HardLimits limits = HardLimits.of(metric).orElseThrow().inPowersOfTen(exp10);
            long lowest = least.movePointLeft(exp10).longValueExact();
            long highest = greatest.movePointLeft(exp10).longValueExact();

            assertThat(limits.allow(lowest)).isTrue();
            assertThat(limits.allow(highest)).isTrue();
            assertThat(limits.allow(lowest - 1)).as("exp10 %d", exp10).isFalse();
            assertThat(limits.allow(highest + 1)).as("exp10 %d", exp10).isFalse();
        });
    }

    @Test
    void limitsBetweenTwoWholeNumbersAreRoundedInwards() {
        HardLimits shares = HardLimits.of(Metric.GPU_UTIL).orElseThrow().inPowersOfTen(-1);

        assertThat(shares.allow(10)).isTrue();
        assertThat(shares.allow(11)).isFalse();
        assertThat(shares.allow(0)).isTrue();
        assertThat(shares.allow(-1)).isFalse();
    }

    @Test
    void aFlowIsNeverNegativeAndHasNoUpperLimit() {
        HardLimits flow = HardLimits.of(Metric.COOL_FLOW).orElseThrow().inPowersOfTen(-9);

        assertThat(flow.allow(-1)).isFalse();
        assertThat(flow.allow(Long.MAX_VALUE)).isTrue();
    }

    @Test
    void aClockRateMayBeAnything() {
        assertThat(HardLimits.of(Metric.GPU_CLOCK_SM)).isEmpty();
    }
}
