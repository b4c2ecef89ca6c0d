package io.joulestream.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SentinelTest {

    @ParameterizedTest
    @CsvSource({
        "9223372036854775791, false",
        "9223372036854775792, true",
        "9223372036854775795, true",
        "9223372036854775796, false"
    })
    void theBlanksOf64BitsAreNoReadingOfAnything(long value, boolean sentinel) {
        assertThat(Sentinel.is(Metric.METER_ENERGY_ACTIVE, value, -3)).isEqualTo(sentinel);
        assertThat(Sentinel.is(Metric.GPU_POWER, value, -3))
                .as("2^47 and more are none of a gauge either")
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"2147483631, false", "2147483632, true", "2147483635, true", "2147483636, false"})
    void theBlanksOf32BitsAreNoReadingOfAGpusGauge(long value, boolean sentinel) {
        assertThat(Sentinel.is(Metric.GPU_TEMP, value, 0)).isEqualTo(sentinel);
        assertThat(Sentinel.is(Metric.GPU_POWER, value * 1_000, -3)).isEqualTo(sentinel);
    }

    @ParameterizedTest
    @CsvSource({
        "140737488355327, 0, false",
        "140737488355328, 0, true",
        "140737488355328000, -3, true",
        "140737489, 6, true"
    })
    void blanksOfFloatingPointAreNoReadingOfAGpusGauge(long value, int exp10, boolean sentinel) {
        assertThat(Sentinel.is(Metric.GPU_CLOCK_SM, value, exp10)).isEqualTo(sentinel);
    }

    @ParameterizedTest
    @ValueSource(longs = {2_147_483_632L, 140_737_488_355_328L})
    void aRegisterOrALargeMeterMayShowTheSmallerOnes(long value) {
        assertThat(Sentinel.is(Metric.GPU_ENERGY, value, -3)).isFalse();
        assertThat(Sentinel.is(Metric.METER_POWER_ACTIVE, value, -3)).isFalse();
        assertThat(Sentinel.is(Metric.METER_ENERGY_ACTIVE, value, 0)).isFalse();
    }
}
