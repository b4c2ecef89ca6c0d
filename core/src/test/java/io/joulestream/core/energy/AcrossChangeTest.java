package io.joulestream.core.energy;

import static java.math.BigInteger.ZERO;
import static java.math.BigInteger.valueOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.ledger.LedgerFlag;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One segment across changes of a register, cut where it changed. Times in seconds after START, registers in joules. */
class AcrossChangeTest {
    private static final long SECOND = 1_000;
    private static final long START = 1_772_323_200_000L;
    private static final long JOULE = 1_000_000;
    /** 1 kW: 1,050 J and no more in a second. */
    private static final long NAMEPLATE = 1_000_000;

    @Test
    void anExchangeDividesTheSegmentIntoWhatEachRegisterCounted() {
        EnergyCurve curve = across(ZERO, at(0, 5_000), at(10, 700), exchange(4, 5_400, 100));

        assertThat(curve.millis()).isEqualTo(10 * SECOND);
        assertThat(curve.microjoulesBetween(0, 4 * SECOND)).isEqualTo(400 * JOULE);
        assertThat(curve.microjoulesBetween(4 * SECOND, 10 * SECOND)).isEqualTo(600 * JOULE);
        assertThat(curve.microjoulesBetween(3 * SECOND, 5 * SECOND)).isEqualTo(200 * JOULE);
        assertThat(curve.meanMilliwatts()).isEqualTo(100_000);
        assertThat(curve.flags()).isEqualTo(LedgerFlag.METER_EXCHANGED.mask());
    }

    @Test
    void registersThatStoodStillAcrossAnExchangeAreNoEnergyAndNoBreak() {
        EnergyCurve curve = across(ZERO, at(0, 5_000), at(10, 100), exchange(4, 5_000, 100));
        EnergyCurve rolling = across(valueOf(20_000 * JOULE), at(0, 5_000), at(10, 100), exchange(4, 5_000, 100));

        assertThat(curve.microjoulesBetween(0, 10 * SECOND)).isZero();
        assertThat(rolling.microjoulesBetween(0, 10 * SECOND)).isZero();
    }

    @Test
    void anExchangedRegisterMayHaveRolledOverBeforeAndAfter() {
        BigInteger modulus = valueOf(10_000 * JOULE);

        EnergyCurve curve = across(modulus, at(0, 9_900), at(10, 50), exchange(4, 300, 9_850));

        assertThat(curve.microjoulesBetween(0, 4 * SECOND)).isEqualTo(400 * JOULE);
        assertThat(curve.microjoulesBetween(4 * SECOND, 10 * SECOND)).isEqualTo(200 * JOULE);
    }

    @Test
    void theOldRegisterRollsOverAtItsOwnModulus() {
        ChannelRule before = rule(valueOf(10_000 * JOULE), 0, exchange(4, 300, 100));
        ChannelRule after = rule(ZERO, 0, exchange(4, 300, 100));

        EnergyCurve curve = new AcrossChange(
                        at(0, 9_900), at(10, 700), time -> time < START + 4 * SECOND ? before : after)
                .advance(before.registerChanges());

        assertThat(curve.microjoulesBetween(0, 4 * SECOND)).isEqualTo(400 * JOULE);
    }

    @Test
    void aFallThatTheModulusDoesNotExplainIsABreakOnEitherSideOfAnExchange() {
        assertThat(across(ZERO, at(0, 5_000), at(10, 700), exchange(4, 4_999, 100)))
                .isNull();
        assertThat(across(ZERO, at(0, 5_000), at(10, 99), exchange(4, 5_400, 100)))
                .isNull();
    }

    @Test
    void anAdvanceBeyondTheNameplateIsABreakOnEitherSideOfAnExchange() {
        assertThat(across(ZERO, at(0, 5_000), at(10, 100), exchange(4, 5_000 + 4_200, 100)))
                .isNotNull();
        assertThat(across(ZERO, at(0, 5_000), at(10, 100), exchange(4, 5_000 + 4_201, 100)))
                .isNull();
        assertThat(across(ZERO, at(0, 5_000), at(10, 100 + 6_300), exchange(4, 5_000, 100)))
                .isNotNull();
        assertThat(across(ZERO, at(0, 5_000), at(10, 100 + 6_301), exchange(4, 5_000, 100)))
                .isNull();
    }

    @Test
    void aReadingAtTheInstantOfAnExchangeShowsWhatTheNewRegisterBeganWith() {
        EnergyCurve curve = across(ZERO, at(0, 5_000), at(4, 100), exchange(4, 5_400, 100));

        assertThat(curve.millis()).isEqualTo(4 * SECOND);
        assertThat(curve.microjoulesBetween(0, 4 * SECOND)).isEqualTo(400 * JOULE);
    }

    @Test
    void aRegisterCannotHaveCountedInNoTime() {
        ChannelRule withResolution = rule(ZERO, 1, exchange(4, 5_400, 100));
        Reading later = new Reading(
                START + 4 * SECOND, 100_000, 1, false, 1, 1, 1, 0); // a microjoule more, within the resolution

        assertThat(new AcrossChange(at(0, 5_000), later, time -> withResolution)
                        .advance(withResolution.registerChanges()))
                .isNull();
    }

    @Test
    void aNewRatioGivesEachPartOfTheTimeItsShareOfTheAdvance() {
        EnergyCurve curve = across(ZERO, at(0, 1_000), at(10, 2_200 + 200), ratio(4, 2, 1));

        // 200 J of the old unit in 10 s, 400 J of the new one
        assertThat(curve.microjoulesBetween(0, 4 * SECOND)).isEqualTo(80 * JOULE);
        assertThat(curve.microjoulesBetween(4 * SECOND, 10 * SECOND)).isEqualTo(240 * JOULE);
        assertThat(curve.meanMilliwatts()).isEqualTo(32_000);
        assertThat(curve.flags()).isEqualTo(LedgerFlag.RATIO_CHANGED.mask());
    }

    @Test
    void aReadingAtTheInstantOfANewRatioIsAllOfTheOldOne() {
        EnergyCurve curve = across(ZERO, at(0, 1_000), at(4, 2_400), ratio(4, 2, 1));

        assertThat(curve.millis()).isEqualTo(4 * SECOND);
        assertThat(curve.microjoulesBetween(0, 4 * SECOND)).isEqualTo(200 * JOULE);
        assertThat(curve.meanMilliwatts()).isEqualTo(50_000);
    }

    @Test
    void aRegisterThatRolledOverAcrossANewRatioHasAdvanced() {
        ChannelRule before = rule(valueOf(10_000 * JOULE), 0, ratio(4, 2, 1));
        ChannelRule after = rule(valueOf(20_000 * JOULE), 0, ratio(4, 2, 1));

        EnergyCurve curve = new AcrossChange(
                        at(0, 9_900), at(10, 200), time -> time < START + 4 * SECOND ? before : after)
                .advance(before.registerChanges());

        // 9,900 to 10,000 + 100 in the old unit
        assertThat(curve.microjoulesBetween(0, 4 * SECOND)).isEqualTo(80 * JOULE);
        assertThat(curve.microjoulesBetween(4 * SECOND, 10 * SECOND)).isEqualTo(240 * JOULE);
    }

    @Test
    void aFallAcrossANewRatioThatNeitherRoundingNorTheModulusExplainsIsABreak() {
        assertThat(across(ZERO, at(0, 1_000), at(10, 1_999), ratio(4, 2, 1))).isNull();
        assertThat(across(ZERO, at(0, 1_000), at(10, 2_000), ratio(4, 2, 1))).isNotNull();
    }

    @Test
    void aRegisterThatStoodStillAcrossANewRatioHasNotRolledOver() {
        EnergyCurve curve = across(valueOf(20_000 * JOULE), at(0, 1_000), at(10, 2_000), ratio(4, 2, 1));

        assertThat(curve.microjoulesBetween(0, 10 * SECOND)).isZero();
    }

    /** The roundings of two products leave at most scale + 2 microjoules: 2 in the old unit, 4 in the new one. */
    @Test
    void aFallAsSmallAsRoundingMakesItIsAStandstill() {
        assertThat(micro(1_000, 2_000 - 4)).isNotNull();
        assertThat(micro(1_000, 2_000 - 4).microjoulesBetween(0, 10 * SECOND)).isZero();
        assertThat(micro(1_000, 2_000 - 5)).isNull();
    }

    @Test
    void anAdvanceBeyondTheNameplateAcrossANewRatioIsABreakInEitherUnit() {
        long most = 10_500; // joules in 10 s

        assertThat(across(ZERO, at(0, 1_000), at(10, 2_000 + most), ratio(4, 2, 1)))
                .isNotNull();
        assertThat(across(ZERO, at(0, 1_000), at(10, 2_000 + most + 1), ratio(4, 2, 1)))
                .as("10,501 J in the new unit")
                .isNull();
        assertThat(across(ZERO, at(0, 1_000), at(10, 500 + most / 2), ratio(4, 1, 2)))
                .isNotNull();
        assertThat(across(ZERO, at(0, 1_000), at(10, 500 + most / 2 + 1), ratio(4, 1, 2)))
                .as("10,502 J in the old unit")
                .isNull();
    }

    @Test
    void aNewRatioAndAnExchangeBetweenTwoReadingsAreABreak() {
        assertThat(across(ZERO, at(0, 1_000), at(10, 2_400), ratio(4, 2, 1), exchange(6, 2_100, 2_100)))
                .isNull();
        assertThat(across(ZERO, at(0, 1_000), at(10, 2_400), ratio(4, 2, 1), ratio(6, 1, 1)))
                .isNull();
    }

    /** A microjoule over three milliseconds comes in the last of them, also after a piece of four. */
    @Test
    void eachPieceOfAJoinedSegmentIsCutByItsOwnFloors() {
        JoinedSegment joined = JoinedSegment.of(
                List.of(
                        JoinedSegment.Piece.whole(new CounterSegment(0, 4)),
                        JoinedSegment.Piece.whole(new CounterSegment(1, 3))),
                BigInteger.ONE,
                0);

        assertThat(joined.microjoulesBetween(4, 5)).isZero();
        assertThat(joined.microjoulesBetween(5, 6)).isZero();
        assertThat(joined.microjoulesBetween(6, 7)).isEqualTo(1);
    }

    private static EnergyCurve across(BigInteger modulus, Reading base, Reading next, RegisterChange... changes) {
        ChannelRule rule = rule(modulus, 0, changes);
        return new AcrossChange(base, next, time -> rule).advance(List.of(changes));
    }

    /** Twice the ratio after 4 of 10 s, between two registers in microjoules. */
    private static EnergyCurve micro(int base, int next) {
        ChannelRule rule = rule(ZERO, 0, ratio(4, 2, 1));
        return new AcrossChange(
                        new Reading(START, base / 1_000, base % 1_000, false, 1, 1, 1, 0),
                        new Reading(START + 10 * SECOND, next / 1_000, next % 1_000, false, 1, 1, 1, 0),
                        time -> rule)
                .advance(rule.registerChanges());
    }

    private static Reading at(long second, long joules) {
        return new Reading(START + second * SECOND, joules * 1_000, 0, false, 1, 1, 1, 0);
    }

    private static RegisterChange exchange(long second, long oldFinal, long newInitial) {
        return RegisterChange.exchange(START + second * SECOND, valueOf(oldFinal * JOULE), valueOf(newInitial * JOULE));
    }

    private static RegisterChange ratio(long second, long numerator, long denominator) {
        return RegisterChange.ratio(START + second * SECOND, valueOf(numerator), valueOf(denominator));
    }

    private static ChannelRule rule(BigInteger modulus, long resolutionMicrojoules, RegisterChange... changes) {
        return new ChannelRule(
                ChannelRule.Kind.COUNTER,
                90 * SECOND,
                180 * SECOND,
                900 * SECOND,
                NAMEPLATE,
                0,
                resolutionMicrojoules,
                modulus,
                List.of(changes));
    }
}
