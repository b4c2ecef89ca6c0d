package io.joulestream.core.energy;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class ChannelRuleTest {
    private static final long KILOWATT = 1_000_000;

    @Test
    void theLimitIsTheNameplateAndATwentiethOverTimeAndJitterAndTwoResolutions() {
        ChannelRule rule = rule(KILOWATT, 100, 7);
        long limit = 1_050_000L * (1_000 + 100) + 2 * 7;

        assertThat(rule.mayAdvanceBy(BigInteger.valueOf(limit), 1_000)).isTrue();
        assertThat(rule.mayAdvanceBy(BigInteger.valueOf(limit + 1), 1_000)).isFalse();
    }

    @Test
    void aLimitThatIsNoWholeMicrojouleIsNotRoundedUp() {
        ChannelRule rule = rule(1, 0, 0);

        assertThat(rule.mayAdvanceBy(BigInteger.valueOf(1), 1)).isTrue(); // of 1.05
        assertThat(rule.mayAdvanceBy(BigInteger.valueOf(2), 1)).isFalse();
    }

    @Test
    void withoutANameplateNoRateIsImplausible() {
        assertThat(rule(0, 0, 0).mayAdvanceBy(BigInteger.ONE.shiftLeft(90), 1)).isTrue();
    }

    private static ChannelRule rule(long nameplateMilliwatts, long jitterMillis, long resolutionMicrojoules) {
        return new ChannelRule(
                ChannelRule.Kind.COUNTER,
                1_500,
                3_000,
                900_000,
                nameplateMilliwatts,
                jitterMillis,
                resolutionMicrojoules,
                BigInteger.ZERO);
    }
}
