package io.joulestream.core.energy;

import static io.joulestream.core.energy.Channels.MINUTE;
import static io.joulestream.core.energy.Channels.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.joulestream.core.energy.ChannelLedger.Outcome;
import io.joulestream.core.ledger.LedgerFlag;
import io.joulestream.core.ledger.RejectCode;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

class ChannelLedgerTest {
    private static final LongFunction<ChannelRule> GAUGE = Channels.always(Channels.gauge(SECOND));
    private static final AllocationTable NOBODY = new AllocationTable(0);
    private static final ChannelLedger.Continuity UNBROKEN = (from, to) -> true;

    private final ChannelLedger ledger = new ChannelLedger();

    @Test
    void anEqualDuplicateIsDropped() {
        ledger.offer(Channels.reading(0, 100));

        assertThat(ledger.offer(Channels.reading(0, 100, 2))).isEqualTo(Outcome.REPEATED);
        assertThat(ledger.readings()).extracting(Reading::value, Reading::flags).containsExactly(tuple(100L, 0));
    }

    @Test
    void ofTwoValuesTheOneWithTheGreaterPrecedenceHoldsInBothOrders() {
        List<Reading> ascending = List.of(
                precedence(100, false, 1, 9),
                precedence(90, false, 2, 1),
                precedence(80, false, 2, 2),
                precedence(85, false, 2, 2),
                precedence(70, true, 1, 1));
        for (int i = 0; i < ascending.size(); i++) {
            for (int j = i + 1; j < ascending.size(); j++) {
                Reading lesser = ascending.get(i);
                Reading greater = ascending.get(j);

                assertThat(held(lesser, greater)).isEqualTo(greater.marked(LedgerFlag.CONFLICT.mask()));
                assertThat(held(greater, lesser)).isEqualTo(greater.marked(LedgerFlag.CONFLICT.mask()));
            }
        }
    }

    @Test
    void theValueThatReturnsHoldsInEveryOrder() {
        Reading first = precedence(5, false, 1, 1);
        Reading other = precedence(7, false, 2, 2);
        Reading returned = precedence(5, false, 3, 3);
        for (List<Reading> order : List.of(
                List.of(first, other, returned),
                List.of(first, returned, other),
                List.of(other, first, returned),
                List.of(other, returned, first),
                List.of(returned, first, other),
                List.of(returned, other, first))) {
            ChannelLedger each = new ChannelLedger();
            order.forEach(each::offer);

            assertThat(each.readings())
                    .as("%s", order)
                    .extracting(Reading::value, Reading::session, Reading::flags)
                    .containsExactly(tuple(5L, 3L, LedgerFlag.CONFLICT.mask()));
        }
    }

    @Test
    void aReadingDoesNotSupersedeItsEqual() {
        assertThat(precedence(5, false, 1, 1).supersedes(precedence(5, false, 1, 1)))
                .isFalse();
    }

    @Test
    void microjoulesBeyondTheMillijouleMakeAnotherValue() {
        Reading plain = new Reading(0, 5, 1, false, 1, 1, 1, 0);
        Reading more = new Reading(0, 5, 2, false, 1, 1, 1, 0);

        assertThat(held(plain, more).microjoules()).isEqualTo(2);
        assertThat(held(more, plain).microjoules()).isEqualTo(2);
    }

    @Test
    void theLoserOfAConflictIsADeadLetterOfEitherOrder() {
        assertThat(Outcome.REPLACED.rejectCode()).isEqualTo(RejectCode.DUP_CONFLICT);
        assertThat(Outcome.SUPERSEDED.rejectCode()).isEqualTo(RejectCode.DUP_CONFLICT);
        assertThat(Outcome.INSERTED.rejectCode()).isNull();
        assertThat(Outcome.REPEATED.rejectCode()).isNull();
    }

    @Test
    void whatLiesBehindTheTailIsFoldedToFourReadings() {
        offerEverySecond(0, 100);

        fold(50 * SECOND);

        assertThat(ledger.readings())
                .extracting(Reading::atMillis)
                .startsWith(0L, 1_000L, 49_000L, 50_000L)
                .hasSize(4 + 49);
        assertThat(ledger.foldedAfter(0)).isNull();
        assertThat(ledger.foldedAfter(1)).isNotNull();
        assertThat(ledger.foldedAfter(2)).isNull();
    }

    @Test
    void foldingChangesNoMinute() {
        for (int i = 0; i < 200; i++) {
            ledger.offer(Channels.reading(i * SECOND, 100 + i * 7 % 13));
        }
        List<MinutePart> before = List.of(minute(0), minute(3));

        fold(150 * SECOND);
        fold(190 * SECOND);

        assertThat(minute(0)).usingRecursiveComparison().isEqualTo(before.get(0));
        assertThat(minute(3)).usingRecursiveComparison().isEqualTo(before.get(1));
    }

    @Test
    void aLateReadingInsideAFoldedLinkIsRefused() {
        offerEverySecond(0, 100);
        fold(90 * SECOND);

        assertThat(ledger.offer(Channels.reading(30_500, 100))).isEqualTo(Outcome.LATE_REDUNDANT);
        assertThat(ledger.offer(Channels.reading(30_000, 100)))
                .as("forgotten, so nobody can tell")
                .isEqualTo(Outcome.LATE_REDUNDANT);
        assertThat(ledger.readings()).extracting(Reading::atMillis).doesNotContain(30_500L, 30_000L);
    }

    @Test
    void aLateCorrectionInsideAFoldedLinkIsCalledByItsOwnName() {
        offerEverySecond(0, 100);
        fold(90 * SECOND);

        assertThat(ledger.offer(new Reading(30_000, 7, 0, true, 1, 1, 2, 0))).isEqualTo(Outcome.CORRECTION_LATE);
    }

    @Test
    void anEndOfAFoldedLinkCanBeRepeatedButNoLongerReplaced() {
        offerEverySecond(0, 100);
        fold(90 * SECOND);

        assertThat(ledger.offer(Channels.reading(1_000, 100))).isEqualTo(Outcome.REPEATED);
        assertThat(ledger.offer(Channels.reading(1_000, 101, 2))).isEqualTo(Outcome.CORRECTION_LATE);
        assertThat(ledger.offer(Channels.reading(89_000, 101, 2))).isEqualTo(Outcome.CORRECTION_LATE);
        assertThat(ledger.offer(Channels.reading(0, 101, 2)))
                .as("both its links are open")
                .isEqualTo(Outcome.REPLACED);
    }

    @Test
    void aHoleStaysOpenHoweverOld() {
        offerEverySecond(0, 20);
        offerEverySecond(30, 100);

        fold(90 * SECOND);

        assertThat(ledger.offer(Channels.reading(25_000, 100))).isEqualTo(Outcome.INSERTED);
        assertThat(ledger.readings())
                .extracting(Reading::atMillis)
                .startsWith(0L, 1_000L, 18_000L, 19_000L, 25_000L, 30_000L, 31_000L);
    }

    @Test
    void onlyMoreThanOneAndAHalfPeriodsAreAHole() {
        ledger.offer(Channels.reading(0, 1));
        ledger.offer(Channels.reading(1_000, 1));
        ledger.offer(Channels.reading(2_500, 1));
        ledger.offer(Channels.reading(3_500, 1));
        ledger.offer(Channels.reading(4_500, 1));
        fold(90 * SECOND);
        assertThat(ledger.readings()).extracting(Reading::atMillis).containsExactly(0L, 1_000L, 3_500L, 4_500L);

        ChannelLedger wider = new ChannelLedger();
        for (long at : new long[] {0, 1_000, 2_501, 3_501, 4_501}) {
            wider.offer(Channels.reading(at, 1));
        }
        wider.fold(90 * SECOND, GAUGE, NOBODY, UNBROKEN, false, null);
        assertThat(wider.readings()).hasSize(5);
    }

    @Test
    void aFrameThatIsStillMissingKeepsTheLinkOpen() {
        offerEverySecond(0, 20);
        ChannelLedger.Continuity brokenAtTen = (from, to) -> !(from.atMillis() == 10_000 && to.atMillis() == 11_000);

        ledger.fold(90 * SECOND, GAUGE, NOBODY, brokenAtTen, false, null);

        assertThat(ledger.readings())
                .extracting(Reading::atMillis)
                .containsExactly(0L, 1_000L, 9_000L, 10_000L, 11_000L, 12_000L, 18_000L, 19_000L);
    }

    @Test
    void aRefusedRegisterStandsBetweenTwoHoles() {
        LongFunction<ChannelRule> rule = Channels.always(Channels.counter(SECOND, 1_000_000));
        for (int i = 0; i < 20; i++) {
            ledger.offer(Channels.reading(i * SECOND, i == 10 ? 1 : 10_000_000 + i));
        }

        ledger.fold(90 * SECOND, rule, NOBODY, UNBROKEN, false, null);

        assertThat(ledger.readings())
                .extracting(Reading::atMillis)
                .containsExactly(0L, 1_000L, 8_000L, 9_000L, 10_000L, 11_000L, 12_000L, 18_000L, 19_000L);
    }

    @Test
    void aReadingThatALateNeighbourConfirmsBeforeItLeavesTheTailIsNotTold() {
        LongFunction<ChannelRule> rule = Channels.always(Channels.counter(SECOND, 1_000_000));
        ledger.offer(Channels.reading(0, 10_000_000));
        ledger.offer(Channels.reading(SECOND, 5));
        ledger.offer(Channels.reading(3 * SECOND, 90_000_000));
        assertThat(ledger.segments(rule).refused().stream()).containsExactly(1, 2);

        assertThat(ledger.refusalsBefore(SECOND, rule)).isEmpty();
        ledger.offer(Channels.reading(2 * SECOND, 10));

        assertThat(ledger.refusalsBefore(10 * SECOND, rule))
                .extracting(
                        refusal -> refusal.reading().atMillis(),
                        refusal -> refusal.base().atMillis(),
                        ChannelLedger.Refusal::code)
                .containsExactly(tuple(3 * SECOND, 2 * SECOND, RejectCode.RATE_IMPLAUSIBLE));
        assertThat(ledger.refusalsBefore(10 * SECOND, rule)).as("told").isEmpty();
    }

    @Test
    void aResetIsAHoleWithTwoReadingsOnEitherSide() {
        LongFunction<ChannelRule> rule = Channels.always(Channels.counter(SECOND, 1_000_000));
        for (int i = 0; i < 20; i++) {
            ledger.offer(Channels.reading(i * SECOND, i < 10 ? 10_000 + i : i));
        }

        ledger.fold(90 * SECOND, rule, NOBODY, UNBROKEN, false, null);
        ledger.fold(90 * SECOND, rule, NOBODY, UNBROKEN, false, null);

        assertThat(ledger.readings())
                .as("however often they are folded")
                .extracting(Reading::atMillis)
                .containsExactly(0L, 1_000L, 8_000L, 9_000L, 10_000L, 11_000L, 18_000L, 19_000L);
    }

    @Test
    void withMoreHolesThanTheLimitTheOldestIsClosedAndFlagged() {
        List<Long> times = new ArrayList<>();
        for (int hole = 0; hole <= ChannelLedger.MAX_HOLES + 1; hole++) {
            for (int i = 0; i < 4; i++) {
                times.add((hole * 10L + i) * SECOND);
            }
        }
        times.forEach(at -> ledger.offer(Channels.reading(at, 100)));
        assertThat(times).hasSize(4 * (ChannelLedger.MAX_HOLES + 2)); // one hole more than may be

        fold(Long.MAX_VALUE);

        assertThat(ledger.offer(Channels.reading(5_000, 100)))
                .as("the oldest hole")
                .isEqualTo(Outcome.LATE_REDUNDANT);
        assertThat(ledger.offer(Channels.reading(15_000, 100))).as("the next").isEqualTo(Outcome.INSERTED);
        assertThat(LedgerFlag.HOLE_CLOSED.in(minute(0).flags)).isTrue();
        assertThat(LedgerFlag.HOLE_CLOSED.in(minute(1).flags)).isFalse();
    }

    @Test
    void aHoleThatWasClosedKeepsItsEnergy() {
        for (int hole = 0; hole <= ChannelLedger.MAX_HOLES + 1; hole++) {
            for (int i = 0; i < 4; i++) {
                ledger.offer(Channels.reading((hole * 10L + i) * SECOND, 100));
            }
        }
        Amount before = minute(0).total();

        fold(Long.MAX_VALUE);

        assertThat(minute(0).total()).isEqualTo(before);
    }

    @Test
    void ofASpanTheFoldedStretchesAreToldMinuteByMinute() {
        offerEverySecond(0, 200);
        fold(190 * SECOND);
        assertThat(ledger.readings()).extracting(Reading::atMillis).startsWith(0L, 1_000L, 189_000L, 190_000L);

        assertThat(foldedIn(0, 200_000))
                .containsExactly(
                        "0: 1000 to 60000, edge",
                        "1: 60000 to 120000",
                        "2: 120000 to 180000",
                        "3: 180000 to 189000, edge");
        assertThat(foldedIn(100_000, 180_000)).containsExactly("1: 60000 to 120000", "2: 120000 to 180000");
        assertThat(foldedIn(100_000, 180_001)).hasSize(3);
        assertThat(foldedIn(0, 1_000)).isEmpty();
        assertThat(foldedIn(189_000, 200_000)).isEmpty();
    }

    private List<String> foldedIn(long fromMillis, long toMillis) {
        List<String> stretches = new ArrayList<>();
        ledger.moveFolded(new Span(fromMillis, toMillis), (minute, stretch, edge) -> {
            stretches.add(minute + ": " + stretch.fromMillis() + " to " + stretch.toMillis()
                    + (edge == null ? "" : ", edge"));
            return null;
        });
        return stretches;
    }

    @Test
    void whatLiesInMinutesWithoutReadingsIsSettledOnceHoweverOftenItIsFolded() {
        AllocationTable runs = new AllocationTable(0);
        hold(runs, 0, 90_000, "a");
        hold(runs, 90_000, 400_000, "b");
        NavigableMap<String, Amount> settled = new TreeMap<>();
        for (int from = 0; from < 400; from += 40) {
            offerEverySecond(from, from + 40);
            ledger.fold(
                    (from + 30) * SECOND,
                    GAUGE,
                    runs,
                    UNBROKEN,
                    false,
                    (minute, run, amount) -> settled.merge(minute + run, amount, Amount::plus));
        }

        assertThat(settled.keySet()).containsExactly("1a", "1b", "2b", "3b", "4b", "5b");
        assertThat(settled.get("1a").coveredMillis()).isEqualTo(30_000);
        assertThat(settled.get("1b").coveredMillis()).isEqualTo(30_000);
        assertThat(settled.get("2b").coveredMillis()).isEqualTo(60_000);
        assertThat(settled.get("5b").coveredMillis()).isEqualTo(60_000);
    }

    @Test
    void aMinuteSeesItsReadingsExtremesAndSteepestChange() {
        ledger.offer(Channels.reading(59_000, 500));
        ledger.offer(Channels.reading(60_000, 700));
        ledger.offer(Channels.reading(61_000, 100));
        ledger.offer(Channels.reading(62_000, 101));

        MinutePart second = minute(1);

        assertThat(second.samples).isEqualTo(3);
        assertThat(second.powerMaxMilliwatts).isEqualTo(700);
        assertThat(second.powerMinMilliwatts).isEqualTo(100);
        assertThat(second.rampMaxMilliwattsPerSecond).isEqualTo(600);
        assertThat(second.total().coveredMillis()).isEqualTo(2_000);
        assertThat(minute(0).samples).isEqualTo(1);
        assertThat(minute(0).rampMaxMilliwattsPerSecond)
                .as("the segment that ends in the minute counts")
                .isEqualTo(200);
        assertThat(minute(0).total().energy().measuredMicrojoules()).isEqualTo(600_000);
    }

    @Test
    void aCountersMinuteSeesMeanPowerBetweenReadings() {
        LongFunction<ChannelRule> rule = Channels.always(Channels.counter(30 * SECOND, 1_000_000_000));
        ledger.offer(Channels.reading(0, 0));
        ledger.offer(Channels.reading(30_000, 3_000));
        ledger.offer(Channels.reading(MINUTE, 9_000));

        MinutePart part = ledger.minute(0, rule, NOBODY);

        assertThat(part.powerMinMilliwatts).isEqualTo(100);
        assertThat(part.powerMaxMilliwatts).isEqualTo(200);
        assertThat(part.rampMaxMilliwattsPerSecond).isZero();
        assertThat(ledger.minute(1, rule, NOBODY).samples)
                .as("a reading at the edge opens the next")
                .isEqualTo(1);
    }

    @Test
    void anInterpolatedGapIsNoPowerSeen() {
        ledger.offer(Channels.reading(50_000, 100));
        ledger.offer(Channels.reading(130_000, 900));

        MinutePart between = minute(1);

        assertThat(between.sawPower()).isFalse();
        assertThat(between.rampMaxMilliwattsPerSecond).isZero();
        assertThat(between.total().coveredMillis()).isZero();
        assertThat(between.total().accountedMillis()).isEqualTo(MINUTE);
        assertThat(between.flags).isEqualTo(LedgerFlag.INTERPOLATED.mask());
    }

    @Test
    void aGapThatEndsAtAMinutesEdgeDoesNotMarkTheNextMinute() {
        ledger.offer(Channels.reading(0, 100));
        ledger.offer(Channels.reading(MINUTE, 100));

        assertThat(minute(0).flags).isEqualTo(LedgerFlag.INTERPOLATED.mask());
        assertThat(minute(1).flags).isZero();
        assertThat(minute(-1)).usingRecursiveComparison().isEqualTo(new MinutePart());
    }

    @Test
    void timeThatNoAssertionCoversIsFlagged() {
        ledger.offer(Channels.reading(0, 100));
        ledger.offer(Channels.reading(2_000, 100));
        AllocationTable table = new AllocationTable(0);
        hold(table, 0, 1_000, "a");

        MinutePart part = ledger.minute(0, GAUGE, table);

        assertThat(LedgerFlag.ALLOC_UNKNOWN.in(part.flags)).isTrue();
        assertThat(part.byRun).containsOnlyKeys("", "a");
        hold(table, 1_000, 2_000, "");
        assertThat(ledger.minute(0, GAUGE, table).flags).isZero();
    }

    private void offerEverySecond(int from, int to) {
        for (int i = from; i < to; i++) {
            ledger.offer(Channels.reading(i * SECOND, 100));
        }
    }

    private void fold(long tailStart) {
        ledger.fold(tailStart, GAUGE, NOBODY, UNBROKEN, false, null);
    }

    private MinutePart minute(long minute) {
        return ledger.minute(minute, GAUGE, NOBODY);
    }

    private static void hold(AllocationTable table, long since, long until, String run) {
        table.put(new AllocationTable.Start(since, run, 1, 1), until);
    }

    private static Reading held(Reading first, Reading second) {
        ChannelLedger ledger = new ChannelLedger();
        ledger.offer(first);
        ledger.offer(second);
        return ledger.readings().get(0);
    }

    private static Reading precedence(long value, boolean correction, long session, long sequence) {
        return new Reading(0, value, 0, correction, 1, session, sequence, 0);
    }
}
