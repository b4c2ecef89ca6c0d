package io.joulestream.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.energy.Reading;
import io.joulestream.core.inventory.Channel;
import io.joulestream.core.inventory.Ratio;
import io.joulestream.core.inventory.SampleKind;
import io.joulestream.core.telemetry.Metric;
import java.math.BigInteger;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaledValueTest {

    /** A dead letter shows what the meter showed: sent again, it becomes the very reading that was refused. */
    @ParameterizedTest
    @CsvSource({
        "1, 123456789, -6",
        "80, 123456789, -6",
        "400/3, 7, -3",
        "400/3, 987654321987, -6",
        "20000/110, 1000001, -6",
        "3/7, 1000003, -6",
        "1/1000, 999, -6"
    })
    void whatTheMeterShowedBecomesTheSameReadingAgain(String ratio, long wire, int exp10) {
        for (Metric metric : new Metric[] {Metric.METER_ENERGY_ACTIVE, Metric.METER_POWER_ACTIVE}) {
            Channel channel = channel(metric, Ratio.parse(ratio));
            ScaledValue taken = ScaledValue.of(wire, exp10, channel);

            ScaledValue.Shown shown = ScaledValue.atMeter(reading(taken), channel);

            assertThat(ScaledValue.of(shown.value(), shown.exp10(), channel)).isEqualTo(taken);
        }
    }

    /** The register of a meter behind a small ratio shows more millijoules than a long holds. */
    @ParameterizedTest
    @CsvSource({"1/1000, 4000000000000000000, 0", "3/7, 9223372036854775807, -3", "1/1000, 9223372036854775807, -1"})
    void aRegisterOfAnySizeBecomesTheSameReadingAgain(String ratio, long wire, int exp10) {
        Channel channel = channel(Metric.METER_ENERGY_ACTIVE, Ratio.parse(ratio));
        ScaledValue taken = ScaledValue.of(wire, exp10, channel);

        ScaledValue.Shown shown = ScaledValue.atMeter(reading(taken), channel);

        assertThat(ScaledValue.of(shown.value(), shown.exp10(), channel)).isEqualTo(taken);
    }

    @Test
    void aRegisterInAUnitTooSmallToBeToldIsNoReadingAndNotZero() {
        Channel energy = channel(Metric.METER_ENERGY_ACTIVE, Ratio.ONE);
        Channel volume = channel(Metric.WATER_VOLUME, Ratio.ONE);

        assertThat(ScaledValue.of(1_000_000, -9, energy)).isEqualTo(new ScaledValue(1, 0));
        assertThat(ScaledValue.of(1_000_000, -10, energy)).isNull();
        assertThat(ScaledValue.of(1_000_000, -10, volume)).isNull();
    }

    private static Reading reading(ScaledValue value) {
        return new Reading(0, value.value(), value.microjoules(), false, 1, 1, 1, 0);
    }

    private static Channel channel(Metric metric, Ratio ratio) {
        return new Channel(
                metric,
                Duration.ofSeconds(1),
                SampleKind.INSTANT,
                0,
                Duration.ZERO,
                BigInteger.ZERO,
                ratio,
                Duration.ofMinutes(5));
    }
}
