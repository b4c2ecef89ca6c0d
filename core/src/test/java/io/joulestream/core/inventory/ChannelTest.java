package io.joulestream.core.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.core.telemetry.Metric;
import java.math.BigInteger;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelTest {
    @ParameterizedTest
    @CsvSource({
        "PT30S, IT_IN, PT90S",
        "PT30S, GRID_IMPORT, PT90S",
        "PT2M, NODE_IN, PT5M",
        "PT2M, GRID_IMPORT, PT6M",
        "PT10M, GPU, PT15M",
        "PT10M, COOLING_ELEC, PT15M",
        "PT15M, WATER_IN, PT22M30S",
        "PT0.001S, NODE_IN, PT0.003S",
        "PT1S, CHECK, PT3S"
    })
    void threePeriodsAreTheLongestCoveredGapUpToTheCapOfTheRoleButNeverLessThanOneAndAHalf(
            Duration period, Role role, Duration maxGap) {
        assertThat(channel(period, role).maxGap()).isEqualTo(maxGap);
    }

    @Test
    void aHoleBeginsBeyondOneAndAHalfPeriods() {
        assertThat(channel(Duration.ofSeconds(2), Role.NODE_IN).holeAfter()).isEqualTo(Duration.ofSeconds(3));
        assertThat(channel(Duration.ofMillis(1), Role.NODE_IN).holeAfter()).isEqualTo(Duration.ofNanos(1_500_000));
    }

    @Test
    void aPeriodOfZeroIsNoPeriod() {
        assertThatThrownBy(() -> channel(Duration.ZERO, Role.GPU)).hasMessageContaining("samplePeriod");
    }

    private static Channel channel(Duration period, Role role) {
        return new Channel(
                Metric.NODE_POWER,
                period,
                SampleKind.INSTANT,
                0,
                Channel.DEFAULT_JITTER,
                BigInteger.ZERO,
                Ratio.ONE,
                role.gapCap());
    }
}
