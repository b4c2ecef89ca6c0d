package io.joulestream.core.energy;

import static java.math.BigInteger.ZERO;
import static java.math.BigInteger.valueOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.joulestream.core.energy.OwnerFrame.ChannelReading;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.LedgerFlag;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Meters that were exchanged, and transformers' ratios that changed. Times in seconds, registers in joules. */
class RegisterChangeTest {
    private static final long SECOND = 1_000;
    private static final long PERIOD = 60 * SECOND;
    private static final long JOULE = 1_000_000;
    /** 10 kW: 630,000 J and no more between two readings a minute apart. */
    private static final long NAMEPLATE = 10_000_000;

    @Test
    void anExchangeCountsWhatTheOldRegisterStillAndTheNewOneAlreadyShowed() {
        OwnerChanges changes =
                ledger(rules(exchange(80, 5_400, 100)), reading(60, 5_000), reading(120, 700), reading(180, 1_300));

        // 400 J in the 20 s before, 600 J in the 40 s after, 600 J in the next minute
        assertThat(total(changes)).isEqualTo(new EnergyBuckets(1_600 * JOULE, 0, 0));
        assertThat(between(changes, 60, 120)).isEqualTo(1_000 * JOULE);
        assertThat(flags(changes, 1)).isEqualTo(LedgerFlag.METER_EXCHANGED.mask());
        assertThat(flags(changes, 2)).isZero();
        assertThat(changes.rejects()).isEmpty();
    }

    /** The minute's edge at 120 s lies in the part of the new register: 15 J/s from 80 s on. */
    @Test
    void eachRegistersPartIsCutByItsOwnTime() {
        OwnerChanges changes = ledger(rules(exchange(80, 5_400, 100)), reading(61, 5_019), reading(140, 1_000));

        assertThat(between(changes, 60, 120)).isEqualTo((381 + 600) * JOULE);
        assertThat(between(changes, 120, 180)).isEqualTo(300 * JOULE);
    }

    @Test
    void twoExchangesBetweenTwoReadingsCountTheWholeLifeOfTheMeterBetween() {
        OwnerChanges changes =
                ledger(rules(exchange(70, 5_100, 10), exchange(90, 210, 0)), reading(60, 5_000), reading(120, 300));

        assertThat(total(changes).measuredMicrojoules()).isEqualTo((100 + 200 + 300) * JOULE);
    }

    @Test
    void aReadingAtTheExchangeIsOfTheNewMeter() {
        OwnerChanges changes =
                ledger(rules(exchange(80, 5_400, 100)), reading(60, 5_000), reading(80, 100), reading(120, 700));

        assertThat(total(changes)).isEqualTo(new EnergyBuckets(1_000 * JOULE, 0, 0));
    }

    /** Not 700 - 5,000, nor the new register's 700 as a whole, nor an estimate. */
    @Test
    void withoutTheExchangeTheSameReadingsAreARestart() {
        OwnerChanges changes = ledger(rules(), reading(60, 5_000), reading(120, 700), reading(180, 1_300));

        assertThat(total(changes).measuredMicrojoules()).isEqualTo(600 * JOULE);
        assertThat(total(changes).estimatedMicrojoules()).isEqualTo(700 * JOULE);
        assertThat(flags(changes, 1) & LedgerFlag.COUNTER_RESET.mask()).isNotZero();
    }

    @Test
    void anExchangeThatCannotBeTrueIsABreakAndNotAnEnergy() {
        OwnerChanges fell =
                ledger(rules(exchange(80, 4_000, 100)), reading(60, 5_000), reading(120, 700), reading(180, 1_300));
        OwnerChanges jumped =
                ledger(rules(exchange(80, 9_000_000, 100)), reading(60, 5_000), reading(120, 700), reading(180, 1_300));

        assertThat(total(fell).measuredMicrojoules()).isEqualTo(600 * JOULE);
        assertThat(total(jumped).measuredMicrojoules()).isEqualTo(600 * JOULE);
    }

    @Test
    void aRegisterThatShowsTheSameBehindAnExchangeThatCannotBeTrueHasNotRestarted() {
        OwnerChanges changes =
                ledger(rules(exchange(80, 4_000, 100)), reading(60, 5_000), reading(120, 5_000), reading(180, 5_600));

        assertThat(total(changes).estimatedMicrojoules())
                .as("at the power of the minute after it")
                .isEqualTo(600 * JOULE);
    }

    @Test
    void aScaleThatIsNotPositiveIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RegisterChange.ratio(0, ZERO, BigInteger.ONE))
                .withMessage("scale must be positive, was 0/1");
        assertThatIllegalArgumentException().isThrownBy(() -> RegisterChange.ratio(0, BigInteger.ONE, ZERO));
    }

    /** Raw advance 600 in 60 s; the ratio goes from 10 to 12 after 20 s: 200 x 10 + 400 x 12. */
    @Test
    void aNewRatioDividesTheAdvanceByTimeAndGivesEachPartItsWorth() {
        RegisterChange change = RegisterChange.ratio(80 * SECOND, valueOf(12), valueOf(10));

        OwnerChanges changes =
                ledger(rules(change), reading(60, 1_000 * 10), reading(120, 1_600 * 12), reading(180, 2_200 * 12));

        assertThat(between(changes, 60, 120)).isEqualTo((200 * 10 + 400 * 12) * JOULE);
        assertThat(between(changes, 120, 180)).isEqualTo(600 * 12 * JOULE);
        assertThat(flags(changes, 1)).isEqualTo(LedgerFlag.RATIO_CHANGED.mask());
    }

    /** The difference of the two products, 19,200 - 10,000, would be the wrong answer. */
    @Test
    void twoReadingsUnderTwoRatiosAreNeverSubtracted() {
        RegisterChange change = RegisterChange.ratio(80 * SECOND, valueOf(12), valueOf(10));

        OwnerChanges changes = ledger(rules(change), reading(60, 10_000), reading(120, 19_200));

        assertThat(total(changes).totalMicrojoules())
                .isNotEqualTo(9_200 * JOULE)
                .isEqualTo(6_800 * JOULE);
    }

    @Test
    void aRegisterThatStoodStillAcrossANewRatioIsNoFall() {
        RegisterChange change = RegisterChange.ratio(80 * SECOND, valueOf(7), valueOf(3));

        long raw = 1_000_001;
        OwnerChanges changes =
                ledger(rules(change), micro(60, raw / 3), micro(120, raw * 7 / 9), micro(180, raw * 7 / 9));

        assertThat(total(changes).totalMicrojoules())
                .as("no more than the rounding of two products leaves")
                .isBetween(0L, 3L);
        assertThat(changes.rejects()).isEmpty();
        assertThat(flags(changes, 1)).isEqualTo(LedgerFlag.RATIO_CHANGED.mask());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyOrderAndAnyCutOfFramesGivesTheSameEnergyAcrossChanges(long seed) {
        Random random = new Random(seed);
        LongFunction<ChannelRule> rules =
                rules(exchange(1_000, 100_000, 7), RegisterChange.ratio(2_000 * SECOND, valueOf(6), valueOf(5)));
        List<OwnerFrame> frames = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            long at = 50L * i;
            long register = at < 1_000 ? at * 100 : 7 + (at - 1_000) * 100;
            long worth = at < 2_000 ? register : register * 6 / 5;
            frames.add(frame(i + 1, reading(at, worth)));
        }
        BigInteger inOrder = sum(rules, frames);
        Collections.shuffle(frames, random);

        assertThat(sum(rules, frames)).as("seed %d", seed).isEqualTo(inOrder);
    }

    // ---- how the ledger is asked

    private static BigInteger sum(LongFunction<ChannelRule> rules, List<OwnerFrame> frames) {
        OwnerLedger ledger = new OwnerLedger();
        BigInteger sum = ZERO;
        for (OwnerFrame frame : frames) {
            for (OwnerChanges.Difference difference :
                    ledger.accept(frame, owner(rules), 0).differences()) {
                sum = sum.add(valueOf(difference.amount().energy().totalMicrojoules()));
            }
        }
        return sum;
    }

    private static OwnerChanges ledger(LongFunction<ChannelRule> rules, Reading... readings) {
        return new OwnerLedger().accept(frame(1, readings), owner(rules), 0);
    }

    private static OwnerFrame frame(long sequence, Reading... readings) {
        List<ChannelReading> all = new ArrayList<>();
        for (Reading reading : readings) {
            Reading numbered =
                    new Reading(reading.atMillis(), reading.value(), reading.microjoules(), false, 1, 1, sequence, 0);
            all.add(new ChannelReading(Channels.METER, all.size(), numbered));
        }
        return new OwnerFrame(1, sequence, all, List.of());
    }

    private static Reading reading(long second, long joules) {
        return new Reading(second * SECOND, joules * 1_000, 0, false, 1, 1, 1, 0);
    }

    private static Reading micro(long second, long microjoules) {
        return new Reading(second * SECOND, microjoules / 1_000, (int) (microjoules % 1_000), false, 1, 1, 1, 0);
    }

    private static RegisterChange exchange(long second, long oldFinal, long newInitial) {
        return RegisterChange.exchange(second * SECOND, valueOf(oldFinal * JOULE), valueOf(newInitial * JOULE));
    }

    private static LongFunction<ChannelRule> rules(RegisterChange... changes) {
        ChannelRule rule = new ChannelRule(
                ChannelRule.Kind.COUNTER, PERIOD * 3 / 2, 3 * PERIOD, 900_000, NAMEPLATE, 0, 0, ZERO, List.of(changes));
        return at -> rule;
    }

    private static OwnerRules owner(LongFunction<ChannelRule> rules) {
        return new OwnerRules() {
            @Override
            public ChannelRule rule(ChannelId channel, long atMillis) {
                return rules.apply(atMillis);
            }

            @Override
            public long allocationGapMillis(String entity) {
                return 0;
            }

            @Override
            public long rawTailMillis() {
                return 60 * SECOND;
            }
        };
    }

    private static EnergyBuckets total(OwnerChanges changes) {
        return changes.differences().stream()
                .map(difference -> difference.amount().energy())
                .reduce(EnergyBuckets.NONE, EnergyBuckets::plus);
    }

    private static long between(OwnerChanges changes, long fromSecond, long toSecond) {
        return changes.differences().stream()
                .filter(difference -> difference.minute() * 60 >= fromSecond && difference.minute() * 60 < toSecond)
                .mapToLong(difference -> difference.amount().energy().totalMicrojoules())
                .sum();
    }

    private static int flags(OwnerChanges changes, long minute) {
        TreeMap<Long, Integer> flags = new TreeMap<>();
        changes.rows().forEach(row -> flags.put(row.minute(), row.flags()));
        return flags.get(minute);
    }
}
