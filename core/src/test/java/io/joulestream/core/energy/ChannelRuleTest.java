package io.joulestream.core.energy;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
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

    @Test
    void theLimitIsTheSameForAmountsThatFitALong() {
        ChannelRule rule = rule(KILOWATT, 100, 7);
        long limit = 1_050_000L * (1_000 + 100) + 2 * 7;

        assertThat(rule.mayAdvanceBy(limit, 1_000)).isTrue();
        assertThat(rule.mayAdvanceBy(limit + 1, 1_000)).isFalse();
        assertThat(rule(0, 0, 0).mayAdvanceBy(Long.MAX_VALUE, 1)).isTrue();
        assertThat(rule(0, 0, 0).mayAdvanceBy(Long.MAX_VALUE / 100, 1)).isTrue();
        assertThat(rule.mayAdvanceBy(Long.MAX_VALUE, 1_000)).isFalse();
        assertThat(rule(KILOWATT, 0, Long.MAX_VALUE / 150).mayAdvanceBy(limit, 1_000))
                .isTrue();
    }

    /** Products that pass 64 bits and whose low 64 bits, or 63, look small. */
    @Test
    void aGreatLimitIsNotMistakenForASmallOne() {
        ChannelRule rule = rule(1L << 40, 0, 0);

        assertThat(rule.mayAdvanceBy(Long.MAX_VALUE / 100, 1 << 25)).isTrue();
        assertThat(rule.mayAdvanceBy(1, 80_000)).isTrue();
        assertThat(rule.mayAdvanceBy(Long.MAX_VALUE / 100, 80_000)).isTrue();
    }

    /** Where the product of nameplate and time, or of an amount and a hundred, passes 64 bits. */
    @Test
    void theLimitHoldsBeyondWhatALongCanHold() {
        long years = 400L * 365 * 24 * 3_600_000;
        for (long nameplate : new long[] {1, KILOWATT, 100 * KILOWATT, 1_000_000 * KILOWATT}) {
            for (long resolution : new long[] {0, 1_000, Long.MAX_VALUE / 400, Long.MAX_VALUE / 400 + 1}) {
                for (long millis : new long[] {1, 60_000, years}) {
                    assertLimit(nameplate, resolution, millis);
                }
            }
        }
    }

    private static void assertLimit(long nameplate, long resolution, long millis) {
        ChannelRule rule = rule(nameplate, 3, resolution);
        BigInteger limit = BigInteger.valueOf(nameplate)
                .multiply(BigInteger.valueOf(105 * (millis + 3)))
                .add(BigInteger.valueOf(resolution).multiply(BigInteger.valueOf(200)))
                .divide(BigInteger.valueOf(100));
        if (limit.bitLength() < Long.SIZE) {
            assertThat(rule.mayAdvanceBy(limit.longValueExact(), millis)).isTrue();
            assertThat(rule.mayAdvanceBy(limit.longValueExact() + 1, millis)).isFalse();
        } else {
            assertThat(rule.mayAdvanceBy(Long.MAX_VALUE, millis)).isTrue();
        }
        assertThat(rule.mayAdvanceBy(limit, millis)).isTrue();
        assertThat(rule.mayAdvanceBy(limit.add(BigInteger.ONE), millis)).isFalse();
    }

    @Test
    void aChangeOfTheRegisterLiesAfterOneReadingAndUpToTheNext() {
        RegisterChange change = RegisterChange.ratio(2_000, BigInteger.TWO, BigInteger.ONE);
        ChannelRule rule = new ChannelRule(
                ChannelRule.Kind.COUNTER, 1_500, 3_000, 900_000, KILOWATT, 0, 0, BigInteger.ZERO, List.of(change));

        assertThat(rule.changesIn(1_000, 2_000)).containsExactly(change);
        assertThat(rule.changesIn(1_999, 3_000)).containsExactly(change);
        assertThat(rule.changesIn(2_000, 3_000)).isEmpty();
        assertThat(rule.changesIn(1_000, 1_999)).isEmpty();
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
