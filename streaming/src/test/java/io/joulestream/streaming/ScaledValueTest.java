package io.joulestream.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.energy.Reading;
import io.joulestream.core.inventory.Channel;
import io.joulestream.core.inventory.Ratio;
import io.joulestream.core.inventory.SampleKind;
import io.joulestream.core.telemetry.Metric;
import java.math.BigInteger;
import java.time.Duration;
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

            Reading shown = ScaledValue.atMeter(reading(taken), channel);

            long whole = shown.value() * 1_000 + shown.microjoules();
            boolean gauge = metric == Metric.METER_POWER_ACTIVE;
            assertThat(ScaledValue.of(gauge ? shown.value() : whole, gauge ? -3 : -6, channel))
                    .isEqualTo(taken);
        }
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
