package io.joulestream.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceUnitTest {

    @ParameterizedTest
    @CsvSource({
        "kW, METER_POWER_ACTIVE",
        "BTU/h, COOL_HEAT",
        "kW.h, METER_ENERGY_ACTIVE",
        "mJ, GPU_ENERGY",
        "gpm, COOL_FLOW",
        "degF, COOL_TEMP_SUPPLY",
        "%, GPU_UTIL",
        "MiB, GPU_FB_USED",
        "whatever, JOB_TOKENS"
    })
    void aUnitThatConvertsFits(String unit, Metric metric) {
        assertThat(SourceUnit.fits(unit, metric)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"kW, METER_ENERGY_ACTIVE", "kWh, METER_POWER_ACTIVE", "kVA, METER_POWER_ACTIVE", "K, COOL_FLOW"})
    void aUnitOfAnotherQuantityIsKnownAndDoesNotFit(String unit, Metric metric) {
        assertThat(SourceUnit.isKnown(unit)).isTrue();
        assertThat(SourceUnit.fits(unit, metric)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"kw, METER_POWER_ACTIVE", "KWH, METER_ENERGY_ACTIVE", "horsepower, METER_POWER_ACTIVE"})
    void caseMattersAndAStrangerIsUnknown(String unit, Metric metric) {
        assertThat(SourceUnit.isKnown(unit)).isFalse();
        assertThat(SourceUnit.fits(unit, metric)).isFalse();
    }
}
