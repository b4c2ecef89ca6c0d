package io.joulestream.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConsistencyTest {

    @Test
    void moreThan102PercentOfTheApparentPowerIsInconsistent() {
        assertThat(Consistency.powerExceedsApparent(6_438_000, 6_300_000)).isTrue();
        assertThat(Consistency.powerExceedsApparent(6_426_000, 6_300_000)).isFalse();
        assertThat(Consistency.powerExceedsApparent(6_426_001, 6_300_000)).isTrue();
    }

    @Test
    void powerThatFlowsBackIsJudgedByItsAmount() {
        assertThat(Consistency.powerExceedsApparent(-6_438_000, 6_300_000)).isTrue();
        assertThat(Consistency.powerExceedsApparent(-6_000_000, 6_300_000)).isFalse();
    }

    /** 2.52 m3/h of water, 10 K warmer, carry 2.52 / 3600 x 998 x 4186 x 10 = 29,243.396 W. */
    @Test
    void heatThatDiffersByMoreThan15PercentOfTheReportedIsAMismatch() {
        assertThat(Consistency.heatDiffers(2_520, 20_000, 30_000, 29_243_396)).isFalse();
        assertThat(Consistency.heatDiffers(2_520, 20_000, 30_000, 25_480_000)).isFalse();
        assertThat(Consistency.heatDiffers(2_520, 20_000, 30_000, 25_429_040)).isFalse();
        assertThat(Consistency.heatDiffers(2_520, 20_000, 30_000, 25_429_039)).isTrue();
        assertThat(Consistency.heatDiffers(2_520, 20_000, 30_000, 40_000_000)).isTrue();
    }

    @Test
    void noReportedHeatWithWarmWaterIsAMismatch() {
        assertThat(Consistency.heatDiffers(2_520, 20_000, 20_001, 0)).isTrue();
        assertThat(Consistency.heatDiffers(2_520, 20_000, 20_000, 0)).isFalse();
    }
}
