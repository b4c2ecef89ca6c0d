package io.joulestream.core.energy;

import static io.joulestream.core.energy.Channels.MINUTE;
import static io.joulestream.core.energy.Channels.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.energy.ChannelLedger.Outcome;
import java.math.BigInteger;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What of a channel is put away, taken back, and dropped for its age. */
class OlderReadingsTest {
    private static final LongFunction<ChannelRule> GAUGE = Channels.always(Channels.gauge(SECOND));
    private static final LongFunction<ChannelRule> COUNTER = Channels.always(Channels.counter(SECOND, 1_000_000));
    private static final AllocationTable NOBODY = new AllocationTable(0);
    private static final ChannelLedger.Continuity UNBROKEN = (from, to) -> true;

    private final ChannelLedger ledger = new ChannelLedger();

    // ---- what may be put away

    @Test
    void whatLiesBeforeTheNewestStretchMayBePutAwayOnceItsSecondReadingAfterTheFoldedOnesLeavesTheTail() {
        offerEverySecond(0, 100);
        offerEverySecond(150, 250);

        assertThat(fold(GAUGE, 240 * SECOND - 1)).isZero();
        assertThat(fold(GAUGE, 240 * SECOND)).isEqualTo(4);

        assertThat(putAway(4)).containsExactly(0L, 1L, 98L, 99L);
        assertThat(secondsAtHand()).startsWith(150L, 151L, 239L, 240L);
        assertThat(ledger.olderHoles).isEqualTo(1);
        assertThat(ledger.newestOlderMillis).isEqualTo(99 * SECOND);
    }

    @Test
    void readingsThatAreTakenBackArePutAwayAgainThoughTheirRestHasReturnedToTheTail() {
        offerEverySecond(0, 100);
        offerEverySecond(150, 250);

        assertThat(ledger.fold(200_500, GAUGE, NOBODY, UNBROKEN, false, null))
                .as("they were not")
                .isZero();
        assertThat(ledger.fold(200_500, GAUGE, NOBODY, UNBROKEN, true, null))
                .as("rest at 201 s")
                .isEqualTo(4);
        assertThat(ledger.olderHoles).isEqualTo(1);
    }

    @Test
    void aStretchThatRestsInTheMinuteInWhichItBeginsKeepsWhatIsBeforeIt() {
        offerEverySecond(0, 10);
        offerEverySecond(20, 40);

        assertThat(fold(GAUGE, 39 * SECOND)).isZero();
    }

    @Test
    void aStretchThatBeginsWithAMinuteSharesNoneWithWhatIsBeforeIt() {
        offerEverySecond(0, 10);
        offerEverySecond(60, 80);

        assertThat(fold(GAUGE, 79 * SECOND)).isEqualTo(4);
    }

    @Test
    void aSingleReadingIsNoStretchToRestOn() {
        offerEverySecond(0, 10);
        offerEverySecond(60, 61);

        assertThat(ledger.fold(Long.MAX_VALUE, GAUGE, NOBODY, UNBROKEN, true, null))
                .isZero();
    }

    @Test
    void aStretchWhoseSecondReadingIsARestartDoesNotStand() {
        for (long second : new long[] {0, 1, 2, 3, 119}) {
            ledger.offer(Channels.reading(second * SECOND, 10_000 + second));
        }
        for (long second : new long[] {120, 121, 122}) {
            ledger.offer(Channels.reading(second * SECOND, second - 120));
        }
        assertThat(ledger.segments(COUNTER).resets().stream()).containsExactly(5);

        assertThat(fold(COUNTER, 120 * SECOND)).isZero();
        assertThat(fold(COUNTER, 121 * SECOND))
                .as("all before the restart and the hole at 119 s")
                .isEqualTo(5);
        assertThat(ledger.olderHoles).isEqualTo(2);
    }

    @Test
    void aStretchOfARefusedReadingDoesNotStand() {
        offerACounterThatLiesAtSixtySeconds();

        assertThat(fold(COUNTER, 61 * SECOND)).isZero();
        assertThat(fold(COUNTER, 125 * SECOND)).isEqualTo(6);
        assertThat(ledger.olderHoles).isEqualTo(3);
    }

    @Test
    void allHolesBeforeWhatStaysAreCounted() {
        offerEverySecond(0, 10);
        offerEverySecond(60, 70);
        offerEverySecond(150, 250);
        putAway(fold(GAUGE, 240 * SECOND));
        assertThat(ledger.olderHoles).isEqualTo(2);
        offerEverySecond(300, 400);

        putAway(fold(GAUGE, 390 * SECOND));

        assertThat(ledger.olderHoles).isEqualTo(3);
        assertThat(secondsAtHand()).startsWith(300L, 301L);
    }

    @Test
    void aChannelThatIsSilentIsPutAwayWholeAndRemembersItsNewest() {
        offerEverySecond(0, 10);
        offerEverySecond(60, 70);
        ledger.olderHoles = 5;

        int count = ledger.olderOfSilent(GAUGE, UNBROKEN);

        assertThat(count).isEqualTo(20);
        assertThat(ledger.olderHoles).isEqualTo(6);
        assertThat(putAway(count)).hasSize(20);
        assertThat(ledger.newestMillis()).isEqualTo(69 * SECOND);
        assertThat(ledger.restMillis()).isEqualTo(Long.MAX_VALUE);
        assertThat(ledger.allocationsFromMillis()).isEqualTo(Long.MAX_VALUE);
        assertThat(ledger.movesFromMillis()).isEqualTo(Long.MAX_VALUE);
        assertThat(ledger.floorMillis()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theOldestHoleIsOutOfReachWhenThereAreTooManyAndSomeArePutAway() {
        offerEverySecond(0, 10);
        offerEverySecond(20, 30);
        offerEverySecond(40, 50);

        ledger.olderHoles = ChannelLedger.MAX_HOLES - 2;
        assertThat(ledger.hasTooManyHoles(GAUGE, UNBROKEN)).isFalse();
        ledger.olderHoles = ChannelLedger.MAX_HOLES - 1;
        assertThat(ledger.hasTooManyHoles(GAUGE, UNBROKEN)).isTrue();
    }

    @Test
    void theOldestHoleIsInReachWhenNoneIsPutAway() {
        for (int second = 0; second <= 10 * (ChannelLedger.MAX_HOLES + 2); second += 10) {
            ledger.offer(Channels.reading(second * SECOND, 100));
        }

        assertThat(ledger.hasTooManyHoles(GAUGE, UNBROKEN)).isFalse();
    }

    // ---- what the readings at hand still reach

    @Test
    void laterReadingsRestOnTheSecondAfterTheLastFoldedLink() {
        offerEverySecond(0, 100);
        fold(GAUGE, 90 * SECOND);
        assertThat(secondsAtHand()).startsWith(0L, 1L, 89L, 90L, 91L);

        assertThat(ledger.restMillis()).isEqualTo(90 * SECOND);
        assertThat(ledger.allocationsFromMillis()).as("the minute of 89 s").isEqualTo(MINUTE);
        assertThat(ledger.movesFromMillis()).as("the minute of 90 s").isEqualTo(MINUTE);
        assertThat(ledger.newestMillis()).isEqualTo(99 * SECOND);
        assertThat(ledger.floorMillis()).isZero();
    }

    @Test
    void aRunMovesFromTheMinuteOfTheRestAndRowsNeedTheMinuteBeforeIt() {
        offerEverySecond(0, 130);
        fold(GAUGE, 120 * SECOND);

        assertThat(ledger.restMillis()).isEqualTo(120 * SECOND);
        assertThat(ledger.allocationsFromMillis()).isEqualTo(MINUTE);
        assertThat(ledger.movesFromMillis()).isEqualTo(2 * MINUTE);
    }

    @Test
    void aSingleReadingRestsNowhereAndMovesFromItsMinute() {
        offerEverySecond(70, 71);

        assertThat(ledger.restMillis()).isEqualTo(Long.MAX_VALUE);
        assertThat(ledger.allocationsFromMillis()).isEqualTo(MINUTE);
        assertThat(ledger.movesFromMillis()).isEqualTo(MINUTE);
    }

    // ---- what is taken back

    @Test
    void whatIsTakenBackIsAsItWasBeforeItWasPutAway() {
        offerACounterThatLiesAtSixtySeconds();
        assertThat(ledger.refusalsBefore(125 * SECOND, COUNTER)).hasSize(1);
        int count = fold(COUNTER, 125 * SECOND);
        List<KeptReading> before = ledger.kept();

        List<KeptReading> older = ledger.putAway(count);
        assertThat(older).extracting(KeptReading::refusalTold).containsExactly(false, false, false, false, false, true);
        ledger.takeBack(older);

        assertThat(ledger.kept()).isEqualTo(before);
        assertThat(ledger.olderHoles).isZero();
        assertThat(ledger.newestOlderMillis).isEqualTo(Long.MIN_VALUE);
        assertThat(ledger.segments(COUNTER).refused().stream()).containsExactly(5);
        assertThat(ledger.refusalsBefore(200 * SECOND, COUNTER))
                .as("told before")
                .isEmpty();
    }

    // ---- what is dropped for its age

    @Test
    void ofAnExpiredStretchBeforeAYoungerHoleTheFirstTwoAndTheLastTwoReadingsStay() {
        offerEverySecond(0, 20);
        offerEverySecond(100, 110);

        expire(20, at -> true, GAUGE);

        assertThat(secondsAtHand()).startsWith(0L, 1L, 18L, 19L, 100L, 101L).hasSize(14);
        assertThat(ledger.foldedAfter(1).expired()).isTrue();
        assertThat(ledger.floorMillis()).isEqualTo(18 * SECOND);
        assertThat(ledger.offer(Channels.reading(5 * SECOND, 100))).isEqualTo(Outcome.TOO_OLD);
        assertThat(ledger.offer(Channels.reading(50 * SECOND, 100)))
                .as("the hole is younger")
                .isEqualTo(Outcome.INSERTED);
    }

    @Test
    void aYoungerHoleIsNoHoleWhereNothingComesAfterIt() {
        offerEverySecond(0, 20);

        expire(20, at -> true, GAUGE);

        assertThat(secondsAtHand()).containsExactly(0L, 1L, 19L);
    }

    @Test
    void theHolesAmongExpiredReadingsAreClosedAndOnlyThose() {
        offerEverySecond(0, 10);
        offerEverySecond(20, 30);
        offerEverySecond(90, 130);
        fold(GAUGE, 125 * SECOND);
        assertThat(secondsAtHand()).startsWith(0L, 1L, 8L, 9L, 20L, 21L, 28L, 29L, 90L, 91L, 124L);

        expire(8, at -> at < 28 * SECOND, GAUGE);

        assertThat(secondsAtHand()).startsWith(0L, 1L, 21L, 28L, 29L, 90L);
        assertThat(ledger.offer(Channels.reading(15 * SECOND, 100))).isEqualTo(Outcome.TOO_OLD);
        assertThat(ledger.offer(Channels.reading(25 * SECOND, 100)))
                .as("folded, and not expired")
                .isEqualTo(Outcome.LATE_REDUNDANT);
        assertThat(ledger.offer(Channels.reading(60 * SECOND, 100))).isEqualTo(Outcome.INSERTED);
    }

    @Test
    void expiredHoursWithAYoungerOneBetweenThemAreDroppedEachByItself() {
        offerEverySecond(0, 10);
        offerEverySecond(20, 30);
        offerEverySecond(40, 50);
        offerEverySecond(60, 70);

        expire(40, at -> at < 10 * SECOND || at >= 40 * SECOND && at < 50 * SECOND, GAUGE);

        assertThat(secondsAtHand())
                .startsWith(0L, 1L, 8L, 9L, 20L, 21L, 22L)
                .containsSequence(29L, 40L, 41L, 48L, 49L, 60L, 61L)
                .hasSize(4 + 10 + 4 + 10);
        assertThat(ledger.floorMillis()).isEqualTo(48 * SECOND);
    }

    @Test
    void whatExpiredStaysApartFromTheStretchAfterIt() {
        offerEverySecond(0, 10);
        offerEverySecond(20, 30);
        offerEverySecond(90, 190);
        ledger.takeBack(ledger.putAway(fold(GAUGE, 180 * SECOND)));
        expire(8, at -> at < 28 * SECOND, GAUGE);
        assertThat(secondsAtHand()).startsWith(0L, 1L, 21L, 28L, 29L, 90L);

        int count = fold(GAUGE, 180 * SECOND);

        assertThat(secondsAtHand()).startsWith(0L, 1L, 21L, 28L, 29L, 90L);
        assertThat(count).isEqualTo(5);
        assertThat(ledger.olderHoles)
                .as("that between what expired is closed, that at 29 s is not")
                .isEqualTo(1);
        assertThat(ledger.offer(Channels.reading(25 * SECOND, 100))).isEqualTo(Outcome.LATE_REDUNDANT);
    }

    @Test
    void anOlderHourThatWasTouchedLatelyStaysBeforeOneThatExpires() {
        offerEverySecond(0, 10);
        offerEverySecond(20, 30);
        offerEverySecond(40, 50);

        expire(30, at -> at >= 20 * SECOND && at < 30 * SECOND, GAUGE);

        assertThat(secondsAtHand())
                .startsWith(0L, 1L, 2L)
                .containsSequence(9L, 20L, 21L, 28L, 29L, 40L, 41L)
                .hasSize(24);
    }

    @Test
    void aSingleReadingBeforeAHoleStaysWhenItExpires() {
        offerEverySecond(0, 1);
        offerEverySecond(20, 30);

        expire(1, at -> true, GAUGE);

        assertThat(secondsAtHand()).startsWith(0L, 20L, 21L).hasSize(11);
        assertThat(ledger.offer(Channels.reading(10 * SECOND, 100))).isEqualTo(Outcome.INSERTED);
    }

    @Test
    void whatWasNotPutAwayDoesNotExpire() {
        offerEverySecond(0, 20);

        expire(10, at -> true, GAUGE);

        assertThat(secondsAtHand()).startsWith(0L, 1L, 8L, 9L, 10L, 11L).hasSize(14);
    }

    @Test
    void fiveExpiredReadingsBeforeAHoleLoseTheOneBetween() {
        offerEverySecond(0, 4);
        offerEverySecond(100, 102);
        expire(4, at -> true, GAUGE);
        assertThat(secondsAtHand()).as("four stay").containsExactly(0L, 1L, 2L, 3L, 100L, 101L);

        ledger.offer(Channels.reading(4 * SECOND, 100));
        expire(5, at -> true, GAUGE);

        assertThat(secondsAtHand()).containsExactly(0L, 1L, 3L, 4L, 100L, 101L);
    }

    @Test
    void refusedReadingsAreNoneOfTheTwoThatStayAtEitherEnd() {
        for (long second = 0; second < 20; second++) {
            boolean lies = second == 1 || second == 17;
            ledger.offer(Channels.reading(second * SECOND, lies ? 7 : 10_000_000 + second));
        }
        ledger.offer(Channels.reading(100 * SECOND, 10_020_000));
        ledger.offer(Channels.reading(101 * SECOND, 10_020_001));
        assertThat(ledger.segments(COUNTER).refused().stream()).containsExactly(1, 17);

        expire(19, at -> true, COUNTER);

        assertThat(secondsAtHand()).containsExactly(0L, 1L, 2L, 16L, 17L, 18L, 19L, 100L, 101L);
        assertThat(ledger.segments(COUNTER).refused().stream()).containsExactly(1, 4);
        assertThat(ledger.foldedAfter(2).first()).isEqualTo(new MeasuredPair(BigInteger.valueOf(1_000), 1_000));
        assertThat(ledger.foldedAfter(2).last()).isEqualTo(new MeasuredPair(BigInteger.valueOf(1_000), 1_000));
    }

    @Test
    void theLastPairOfWhatExpiresMayReachOverARefusedReading() {
        for (long second = 0; second < 10; second++) {
            ledger.offer(Channels.reading(second * SECOND, second == 7 ? 3 : 10_000_000 + second * second));
        }
        ledger.offer(Channels.reading(10 * SECOND, 10_000_100));
        assertThat(ledger.segments(COUNTER).refused().stream()).containsExactly(7);

        expire(10, at -> at <= 9 * SECOND, COUNTER);

        assertThat(secondsAtHand()).containsExactly(0L, 1L, 8L, 9L, 10L);
        assertThat(ledger.foldedAfter(1).last())
                .as("36 mJ at 6 s, 64 mJ at 8 s")
                .isEqualTo(new MeasuredPair(BigInteger.valueOf(28_000), 2_000));
    }

    @Test
    void aFoldedStretchThatExpiresKeepsThePairsAtItsEnds() {
        for (long second = 0; second < 20; second++) {
            ledger.offer(Channels.reading(second * SECOND, 10_000 + second * second));
        }
        for (long second = 100; second < 140; second++) {
            ledger.offer(Channels.reading(second * SECOND, 20_000 + second));
        }
        fold(COUNTER, 130 * SECOND);
        FoldedLink folded = ledger.foldedAfter(1);
        assertThat(folded.first()).as("from 1 s to 2 s").isEqualTo(new MeasuredPair(BigInteger.valueOf(3_000), 1_000));
        assertThat(folded.last())
                .as("from 17 s to 18 s")
                .isEqualTo(new MeasuredPair(BigInteger.valueOf(35_000), 1_000));

        expire(4, at -> true, COUNTER);

        assertThat(ledger.foldedAfter(1)).isEqualTo(folded);
        assertThat(secondsAtHand()).startsWith(0L, 1L, 18L, 19L, 100L);
    }

    private void offerACounterThatLiesAtSixtySeconds() {
        LongStream.concat(LongStream.of(0, 1, 2, 3), LongStream.range(59, 130))
                .forEach(second ->
                        ledger.offer(Channels.reading(second * SECOND, second == 60 ? 7 : 10_000_000 + second)));
        assertThat(ledger.segments(COUNTER).refused().stream()).containsExactly(5);
    }

    private void offerEverySecond(int from, int to) {
        for (long second = from; second < to; second++) {
            ledger.offer(Channels.reading(second * SECOND, 100));
        }
    }

    private int fold(LongFunction<ChannelRule> rule, long tailStart) {
        return ledger.fold(tailStart, rule, NOBODY, UNBROKEN, false, null);
    }

    private void expire(int count, LongPredicate isExpired, LongFunction<ChannelRule> rule) {
        ledger.expire(count, isExpired, rule, NOBODY);
    }

    private List<Long> putAway(int count) {
        return ledger.putAway(count).stream()
                .map(kept -> kept.reading().atMillis() / SECOND)
                .toList();
    }

    private List<Long> secondsAtHand() {
        return ledger.readings().stream()
                .map(reading -> reading.atMillis() / SECOND)
                .toList();
    }
}
