package io.joulestream.core.energy;

import static io.joulestream.core.energy.Channels.METER;
import static io.joulestream.core.energy.Channels.MINUTE;
import static io.joulestream.core.energy.Channels.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.groups.Tuple.tuple;

import io.joulestream.core.energy.OwnerFrame.Assertion;
import io.joulestream.core.energy.OwnerFrame.ChannelReading;
import io.joulestream.core.ledger.LedgerFlag;
import io.joulestream.core.ledger.RejectCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OwnerLedgerTest {
    private static final OwnerRules RULES = Channels.rules(Channels.gauge(SECOND), 60 * SECOND);

    private final OwnerLedger ledger = new OwnerLedger();

    /** 100 seconds, a reading each; run a holds all of it. */
    @BeforeEach
    void aHundredSeconds() {
        long[][] readings = new long[101][];
        for (int i = 0; i < readings.length; i++) {
            readings[i] = new long[] {i * SECOND, 100};
        }
        ledger.accept(Channels.frame(1, new Assertion("meter", 0, 100 * SECOND, "a"), readings), RULES, 0);
    }

    @Test
    void aFrameThatCameBeforeSaysNothing() {
        OwnerChanges again = ledger.accept(Channels.frame(1, null, new long[] {0, 999}), RULES, 0);

        assertThat(again).isEqualTo(new OwnerChanges(true, List.of(), List.of(), List.of(), List.of(), List.of()));
    }

    @Test
    void aSenderThatBeginsItsNumbersAgainIsTakenAndMarkedAndTold() {
        OwnerChanges again = ledger.accept(Channels.frame(1, null, new long[] {101 * SECOND, 100}), RULES, 0);

        assertThat(again.repeated()).isFalse();
        assertThat(again.differences())
                .extracting(d -> d.amount().coveredMillis())
                .containsExactly(SECOND);
        assertThat(again.rows()).extracting(OwnerChanges.Row::flags).allMatch(LedgerFlag.SUSPECT::in);
        assertThat(again.rejects())
                .extracting(OwnerChanges.Reject::code, OwnerChanges.Reject::slot)
                .containsExactly(tuple(RejectCode.SEQ_REGRESSION, -1));
    }

    @Test
    void aFrameWithANumberUsedAgainIsTakenThoughTheNextOvertookIt() {
        ledger.accept(Channels.frame(2, null, new long[] {101 * SECOND, 100}), RULES, 0);
        ledger.accept(Channels.frame(2, null, new long[] {103 * SECOND, 100}), RULES, 0);

        OwnerChanges overtaken = ledger.accept(Channels.frame(1, null, new long[] {102 * SECOND, 100}), RULES, 0);
        OwnerChanges again = ledger.accept(Channels.frame(1, null, new long[] {102 * SECOND, 100}), RULES, 0);

        assertThat(overtaken.repeated()).isFalse();
        assertThat(overtaken.rows()).isNotEmpty();
        assertThat(overtaken.rejects())
                .extracting(OwnerChanges.Reject::code)
                .containsExactly(RejectCode.SEQ_REGRESSION);
        assertThat(again.repeated()).isTrue();
    }

    /** A reading that is not held is news down to the start of the raw tail, at 40,500 here. */
    @Test
    void aFrameThatComesAgainWithAReadingOlderThanTheTailSaysNothing() {
        OwnerRules tail = Channels.rules(Channels.gauge(SECOND), 59_500);
        ledger.accept(Channels.frame(2, null, new long[] {100 * SECOND, 100}), tail, 0);

        assertThat(ledger.accept(Channels.frame(1, null, new long[] {40_499, 100}), tail, 0)
                        .repeated())
                .isTrue();
        assertThat(ledger.accept(Channels.frame(1, null, new long[] {40_500, 100}), tail, 0)
                        .repeated())
                .isFalse();
        assertThat(ledger.accept(Channels.frame(1, null, new long[] {100 * SECOND, 7}), tail, 0)
                        .repeated())
                .as("another value of the newest instant")
                .isTrue();
    }

    @Test
    void aFrameThatComesAgainIsTakenWhenItTellsOfALaterTimeWhoHeldAnEntity() {
        Assertion known = new Assertion("meter", 50 * SECOND, 100 * SECOND, "b");
        Assertion later = new Assertion("meter", 100 * SECOND, 100 * SECOND + 1, "b");
        Assertion other = new Assertion("another", 0, SECOND, "b");

        assertThat(ledger.accept(Channels.frame(1, known), RULES, 0).repeated()).isTrue();
        assertThat(ledger.accept(Channels.frame(1, later), RULES, 0).repeated()).isFalse();
        assertThat(ledger.accept(Channels.frame(1, other), RULES, 0).repeated()).isFalse();
    }

    @Test
    void aLetterSaysWhyItsReadingWasNotTaken() {
        assertThat(details(another(reading(10_500, false))))
                .containsExactly("all 1 readings: lies inside a stretch whose readings are no longer kept one by one");
        assertThat(details(
                        new OwnerFrame(3, 1, List.of(new ChannelReading(METER, 0, reading(10_500, true))), List.of())))
                .containsExactly("corrects a reading whose neighbours are no longer kept one by one");
        assertThat(details(
                        new OwnerFrame(4, 1, List.of(new ChannelReading(METER, 0, valued(90_000, 7, 0))), List.of())))
                .containsExactly("the value 100 was kept for the same instant");
        assertThat(details(
                        new OwnerFrame(5, 1, List.of(new ChannelReading(METER, 0, valued(90_000, 7, 2))), List.of())))
                .containsExactly("displaced by the value 7");
    }

    private List<String> details(OwnerFrame frame) {
        return ledger.accept(frame, RULES, 0).rejects().stream()
                .map(OwnerChanges.Reject::detail)
                .toList();
    }

    @Test
    void aPartOfAFrameThatHasComeIsJudgedByItsReadings() {
        OwnerFrame part = Channels.frame(1, null, new long[] {100_500, 100});

        OwnerChanges first = ledger.acceptReadings(part, RULES, 0);
        OwnerChanges second = ledger.acceptReadings(part, RULES, 0);

        assertThat(first.rows()).hasSize(1);
        assertThat(first.rejects()).isEmpty();
        assertThat(second.rows()).isEmpty();
        assertThat(second.rejects()).isEmpty();
    }

    @Test
    void readingsThatAreTakenOneByOneAreFoldedToo() {
        long[][] readings = new long[200][];
        for (int i = 0; i < readings.length; i++) {
            readings[i] = new long[] {(200 + i) * SECOND, 100};
        }

        ledger.acceptReadings(Channels.frame(1, null, readings), RULES, 0);

        assertThat(ledger.channels.get(METER).readings()).hasSizeLessThan(70);
    }

    /**
     * The readings around it are only a second apart: their frames' numbers say that one may come between. The stretch
     * before it stays at hand, because the one after it has been folded no further than its own minute.
     */
    @Test
    void aFrameThatIsMissingBetweenTwoKeepsTheLinkBetweenThemOpen() {
        sendSeconds(3, 101, 141);
        sendSeconds(4, 141, 176);
        assertThat(ledger.channels.get(METER).readings().get(0).atMillis()).isZero();

        OwnerChanges late = ledger.accept(Channels.frame(2, null, new long[] {100_500, 700}), RULES, 0);

        assertThat(late.rejects()).isEmpty();
        assertThat(late.rows()).extracting(OwnerChanges.Row::powerMaxMilliwatts).containsExactly(700L);
    }

    private void sendSeconds(long number, int from, int to) {
        long[][] readings = new long[to - from][];
        for (int i = 0; i < readings.length; i++) {
            readings[i] = new long[] {(from + i) * SECOND, 100};
        }
        ledger.accept(Channels.frame(number, null, readings), RULES, 0);
    }

    @Test
    void whatIsClaimedIsReadAsItWasWritten() {
        ledger.accept(Channels.frame(2, new Assertion("meter", 50 * SECOND, 120 * SECOND, "a")), RULES, 0);
        ledger.accept(Channels.frame(3, new Assertion("meter", 100 * SECOND, 110 * SECOND, "b")), RULES, 0);
        LedgerState state = new LedgerState();

        state.store(ledger);

        AllocationTable read = state.open(RULES).allocations.get("meter");
        assertThat(read.assertions()).isEqualTo(ledger.allocations.get("meter").assertions());
        assertThat(read.assertions().values())
                .extracting(AllocationTable.Extent::lastSinceMillis)
                .containsExactly(50 * SECOND, 100 * SECOND);
    }

    @Test
    void insideTheRawTailAnotherSendersReadingIsTakenAndBehindItIsNot() {
        OwnerChanges changes = ledger.accept(another(reading(70_500, false), reading(20_500, false)), RULES, 0);

        assertThat(changes.rejects())
                .extracting(
                        OwnerChanges.Reject::code, reject -> reject.reading().atMillis())
                .containsExactly(tuple(RejectCode.LATE_REDUNDANT, 20_500L));
        assertThat(changes.rows()).extracting(OwnerChanges.Row::minute).containsExactly(1L);
    }

    @Test
    void aFrameWhoseReadingsAreAllRedundantIsRefusedOnce() {
        OwnerChanges changes = ledger.accept(another(reading(10_500, false), reading(20_500, false)), RULES, 0);

        assertThat(changes.rejects())
                .extracting(OwnerChanges.Reject::channel, OwnerChanges.Reject::slot, OwnerChanges.Reject::code)
                .containsExactly(tuple(null, -1, RejectCode.LATE_REDUNDANT));
        assertThat(changes.rejects().get(0).detail()).startsWith("all 2 readings: ");
        assertThat(changes.rows()).isEmpty();
        assertThat(changes.differences()).isEmpty();
    }

    @Test
    void readingsRefusedForDifferentReasonsAreRefusedOneByOne() {
        OwnerChanges changes = ledger.accept(another(reading(10_500, false), reading(20_500, true)), RULES, 0);

        assertThat(changes.rejects())
                .extracting(OwnerChanges.Reject::code)
                .containsExactly(RejectCode.LATE_REDUNDANT, RejectCode.CORRECTION_LATE);
    }

    @Test
    void theLetterOfAConflictHoldsTheValueThatLost() {
        OwnerChanges displaced = ledger.accept(another(valued(90_000, 7, 2)), RULES, 0);
        OwnerChanges superseded = ledger.accept(Channels.frame(2, null, new long[] {91_000, 7}), RULES, 0);
        OwnerChanges kept = ledger.accept(Channels.frame(3, null, new long[] {90_000, 8}), RULES, 0);

        assertThat(displaced.rejects())
                .extracting(
                        OwnerChanges.Reject::code,
                        OwnerChanges.Reject::slot,
                        r -> r.reading().value())
                .as("at the place of the one that displaced it")
                .containsExactly(tuple(RejectCode.DUP_CONFLICT, 4, 100L));
        assertThat(superseded.rejects()).extracting(r -> r.reading().value()).containsExactly(100L);
        assertThat(kept.rejects())
                .extracting(OwnerChanges.Reject::slot, r -> r.reading().value())
                .containsExactly(tuple(0, 8L));
    }

    @Test
    void aConflictWithTheOldestReadingAtHandIsTold() {
        OwnerChanges displaced = ledger.accept(another(valued(0, 7, 2)), RULES, 0);

        assertThat(displaced.rejects())
                .extracting(OwnerChanges.Reject::code, r -> r.reading().value())
                .containsExactly(tuple(RejectCode.DUP_CONFLICT, 100L));
    }

    @Test
    void anAssertionAboutTimeLongSettledIsRefusedAndTheEnergyStays() {
        OwnerChanges changes = ledger.accept(
                Channels.frame(2, new Assertion("meter", 10 * SECOND, 20 * SECOND, "b")),
                RULES,
                Duration.ofHours(48).toMillis() + 1);

        assertThat(changes.rejects())
                .extracting(OwnerChanges.Reject::code, OwnerChanges.Reject::channel)
                .containsExactly(tuple(RejectCode.ALLOC_TOO_LATE, METER));
        assertThat(changes.differences()).isEmpty();
    }

    @Test
    void anAssertionAboutTheTailMovesItsEnergyFromRunToRun() {
        OwnerChanges changes = ledger.accept(Channels.frame(2, new Assertion("meter", 90_500, 92_000, "b")), RULES, 0);

        assertThat(changes.rejects()).isEmpty();
        assertThat(changes.differences())
                .extracting(
                        OwnerChanges.Difference::run, d -> d.amount().energy().measuredMicrojoules())
                .containsExactly(tuple("a", -150_000L), tuple("b", 150_000L));
    }

    @Test
    void aMinuteThatTwoRunsClaimIsFlagged() {
        OwnerChanges changes = ledger.accept(Channels.frame(2, new Assertion("meter", 90_500, 92_000, "b")), RULES, 0);

        assertThat(changes.rows())
                .extracting(OwnerChanges.Row::minute, OwnerChanges.Row::flags)
                .containsExactly(tuple(1L, LedgerFlag.ALLOCATION_CONFLICT.mask()));
    }

    @Test
    void aClaimThatStartedEarlierMovesNothingButItsMinutesAreFlagged() {
        OwnerChanges changes = ledger.accept(Channels.frame(2, new Assertion("meter", -500, 98_500, "b")), RULES, 0);

        assertThat(changes.rejects()).isEmpty();
        assertThat(changes.differences()).isEmpty();
        assertThat(changes.rows())
                .extracting(OwnerChanges.Row::minute, OwnerChanges.Row::flags)
                .containsExactly(
                        tuple(0L, LedgerFlag.ALLOCATION_CONFLICT.mask()),
                        tuple(1L, LedgerFlag.ALLOCATION_CONFLICT.mask()));
    }

    @Test
    void whatRunsHoldIsToldByItsChangesThatAddUpInAnyOrder() {
        Assertion first = new Assertion("meter", 0, 40 * SECOND, "a");
        Assertion next = new Assertion("meter", 0, 90 * SECOND, "a");
        Assertion other = new Assertion("meter", 60 * SECOND, 90 * SECOND, "b");

        assertThat(heldAfter(first, next, other))
                .isEqualTo(heldAfter(other, first, next))
                .isEqualTo(heldAfter(next, other, first))
                .containsExactly(entry("a", 60 * SECOND), entry("b", 30 * SECOND));
    }

    /** Milliseconds by run. */
    private static Map<String, Long> heldAfter(Assertion... assertions) {
        OwnerLedger ledger = new OwnerLedger();
        Map<String, Long> held = new TreeMap<>();
        int number = 0;
        for (Assertion assertion : assertions) {
            number++;
            for (OwnerChanges.Held change :
                    ledger.accept(Channels.frame(number, assertion), RULES, 0).held()) {
                held.merge(change.run(), change.times() * (change.toMillis() - change.fromMillis()), Long::sum);
            }
        }
        return held;
    }

    @Test
    void anAssertionHasBegunWhenItsRunStartsThereForTheFirstTime() {
        Assertion again = new Assertion("meter", 0, 101 * SECOND, "a");
        Assertion other = new Assertion("meter", 0, 50 * SECOND, "b");

        assertThat(ledger.accept(Channels.frame(2, again), RULES, 0).begun()).isEmpty();
        assertThat(ledger.accept(Channels.frame(3, other), RULES, 0).begun()).containsExactly(other);
        assertThat(ledger.accept(Channels.frame(4, other), RULES, 0).begun()).isEmpty();
    }

    @Test
    void aRefusedReadingIsToldOnceWhenItLeavesTheRawTail() {
        OwnerRules rules = Channels.rules(Channels.counter(MINUTE, 1_000_000), 2 * MINUTE);
        OwnerLedger counter = new OwnerLedger();
        OwnerFrame lies = Channels.frame(1, null, new long[][] {
            {0, 900_000_000}, {MINUTE, 5}, {2 * MINUTE, 900_000_200}, {3 * MINUTE, Long.MAX_VALUE / 2_000}
        });

        assertThat(counter.accept(lies, rules, 0).rejects())
                .as("still in the tail")
                .isEmpty();
        List<OwnerChanges.Reject> told = counter.accept(
                        Channels.frame(2, null, new long[] {6 * MINUTE, 900_000_300}), rules, 0)
                .rejects();
        LedgerState state = new LedgerState();
        state.store(counter);
        OwnerLedger restored = state.open(rules);

        assertThat(told)
                .extracting(
                        OwnerChanges.Reject::code,
                        OwnerChanges.Reject::slot,
                        reject -> reject.reading().atMillis(),
                        reject -> reject.reading().value())
                .containsExactly(
                        tuple(RejectCode.COUNTER_REGRESSION, -1, MINUTE, 5L),
                        tuple(RejectCode.RATE_IMPLAUSIBLE, -2, 3 * MINUTE, Long.MAX_VALUE / 2_000));
        assertThat(told.get(1).detail()).contains("after 900000200 mJ");
        assertThat(restored.accept(Channels.frame(3, null, new long[] {7 * MINUTE, 900_000_400}), rules, 0)
                        .rejects())
                .isEmpty();
    }

    // ---- what the rows say is what the differences add up to

    @Test
    void aConfirmedRestartReachesTheStoredRow() {
        OwnerRules rules = Channels.rules(Channels.counter(MINUTE, 1_000_000), 2 * MINUTE);
        Stored stored = new Stored(rules)
                .enter(Channels.frame(1, null, new long[][] {{0, 900_000_000}, {MINUTE, 5}}))
                .enter(Channels.frame(2, null, new long[][] {{11 * MINUTE, 25}}));

        assertThat(stored.microjoules.get(0L)).isEqualTo(5_000);
        assertThat(stored.rows.get(0L).total().energy().totalMicrojoules()).isEqualTo(5_000);
    }

    @Test
    void aRestartThatALateReadingRefutesLeavesTheStoredRow() {
        OwnerRules rules = Channels.rules(Channels.counter(MINUTE, 1_000_000), 10 * MINUTE);
        Stored stored = new Stored(rules)
                .enter(Channels.frame(1, null, new long[][] {{0, 900_000_000}}))
                .enter(Channels.frame(3, null, new long[][] {{5 * MINUTE, 5}, {7 * MINUTE, 25}}));
        assertThat(stored.rowMicrojoules()).isPositive();

        stored.enter(Channels.frame(2, null, new long[][] {{6 * MINUTE, 700_000_000_000L}}));

        assertThat(stored.rowMicrojoules()).isEqualTo(stored.totalMicrojoules());
    }

    @Test
    void aLateAssertionClearsTheFlagOfTheStoredRow() {
        Stored stored = new Stored(RULES).enter(Channels.frame(1, new Assertion("meter", 0, SECOND, "a"), new long[][] {
            {0, 100}, {SECOND, 100}, {2 * SECOND, 100}
        }));
        assertThat(stored.rows.get(0L).flags()).isEqualTo(LedgerFlag.ALLOC_UNKNOWN.mask());

        stored.enter(Channels.frame(2, new Assertion("meter", SECOND, 2 * SECOND, "a")));

        assertThat(stored.rows.get(0L).flags()).isZero();
    }

    @Test
    void anAssertionOverOthersMovesWhatItsExtensionReaches() {
        Stored stored = new Stored(Channels.rules(Channels.gauge(2 * SECOND), 60 * SECOND))
                .enter(Channels.frame(1, null, new long[][] {
                    {0, 100},
                    {2_000, 100},
                    {4_000, 100},
                    {6_000, 100},
                    {8_000, 100},
                    {10_000, 100},
                    {11_000, 100},
                    {12_000, 100},
                    {14_000, 100},
                    {16_000, 100}
                }))
                .enter(Channels.frame(2, new Assertion("meter", 1_000, 3_000, "b")))
                .enter(Channels.frame(3, new Assertion("meter", 12_000, 16_000, "b")))
                .enter(Channels.frame(4, new Assertion("meter", 0, 11_000, "a")));

        assertThat(stored.byRun()).isEqualTo(Map.of("a", 1_000_000L, "b", 600_000L));
    }

    @Test
    void ofTwoThatStartTogetherTheLongerHoldsAfterTheShorter() {
        Stored stored = new Stored(Channels.rules(Channels.gauge(2 * SECOND), 60 * SECOND))
                .enter(Channels.frame(1, new Assertion("meter", 0, 8_000, "a"), new long[][] {
                    {0, 100}, {2_000, 100}, {4_000, 100}, {6_000, 100}, {8_000, 100}
                }))
                .enter(Channels.frame(2, new Assertion("meter", 0, 2_000, "b")))
                .enter(Channels.frame(3, null, new long[][] {{5_000, 0}})); // 100 mJ less

        assertThat(stored.byRun()).isEqualTo(Map.of("a", 500_000L, "b", 200_000L));
    }

    /** What a ledger's reader has: of each row the last, of the differences the sums. */
    private static final class Stored {
        final Map<Long, OwnerChanges.Row> rows = new TreeMap<>();
        final Map<Long, Long> microjoules = new TreeMap<>();
        private final Map<String, Long> runs = new TreeMap<>();
        private final OwnerLedger ledger = new OwnerLedger();
        private final OwnerRules rules;

        Stored(OwnerRules rules) {
            this.rules = rules;
        }

        Stored enter(OwnerFrame frame) {
            OwnerChanges changes = ledger.accept(frame, rules, 0);
            changes.rows().forEach(row -> rows.put(row.minute(), row));
            for (OwnerChanges.Difference difference : changes.differences()) {
                long more = difference.amount().energy().totalMicrojoules();
                microjoules.merge(difference.minute(), more, Long::sum);
                runs.merge(difference.run(), more, Long::sum);
            }
            return this;
        }

        long rowMicrojoules() {
            return rows.values().stream()
                    .mapToLong(row -> row.total().energy().totalMicrojoules())
                    .sum();
        }

        long totalMicrojoules() {
            return microjoules.values().stream().mapToLong(Long::longValue).sum();
        }

        Map<String, Long> byRun() {
            Map<String, Long> some = new TreeMap<>(runs);
            some.values().removeIf(energy -> energy == 0);
            return some;
        }
    }

    private static OwnerFrame another(Reading... readings) {
        return new OwnerFrame(
                2,
                1,
                List.of(readings).stream()
                        .map(r -> new ChannelReading(METER, 4, r))
                        .toList(),
                List.of());
    }

    private static Reading reading(long at, boolean correction) {
        return new Reading(at, 100, 0, correction, 2, 1, 1, 0);
    }

    private static Reading valued(long at, long value, long session) {
        return new Reading(at, value, 0, false, 2, session, 1, 0);
    }
}
