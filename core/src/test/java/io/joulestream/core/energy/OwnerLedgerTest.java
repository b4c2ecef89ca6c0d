package io.joulestream.core.energy;

import static io.joulestream.core.energy.Channels.METER;
import static io.joulestream.core.energy.Channels.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.joulestream.core.energy.OwnerFrame.Assertion;
import io.joulestream.core.energy.OwnerFrame.ChannelReading;
import io.joulestream.core.ledger.RejectCode;
import java.util.List;
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
        ledger.accept(Channels.frame(1, 1, new Assertion("meter", 0, 100 * SECOND, "a"), readings), RULES);
    }

    @Test
    void aFrameThatCameBeforeSaysNothing() {
        OwnerChanges again = ledger.accept(Channels.frame(1, 2, null, new long[] {0, 999}), RULES);

        assertThat(again).isEqualTo(new OwnerChanges(true, List.of(), List.of(), List.of()));
    }

    @Test
    void insideTheRawTailAnotherSendersReadingIsTakenAndBehindItIsNot() {
        OwnerChanges changes = ledger.accept(another(reading(70_500, false), reading(20_500, false)), RULES);

        assertThat(changes.rejects())
                .extracting(
                        OwnerChanges.Reject::code, reject -> reject.reading().atMillis())
                .containsExactly(tuple(RejectCode.LATE_REDUNDANT, 20_500L));
        assertThat(changes.rows()).extracting(OwnerChanges.Row::minute).containsExactly(1L);
    }

    @Test
    void aFrameWhoseReadingsAreAllRedundantIsRefusedOnce() {
        OwnerChanges changes = ledger.accept(another(reading(10_500, false), reading(20_500, false)), RULES);

        assertThat(changes.rejects())
                .extracting(OwnerChanges.Reject::channel, OwnerChanges.Reject::slot, OwnerChanges.Reject::code)
                .containsExactly(tuple(null, -1, RejectCode.LATE_REDUNDANT));
        assertThat(changes.rejects().get(0).detail()).startsWith("all 2 readings: ");
        assertThat(changes.rows()).isEmpty();
        assertThat(changes.differences()).isEmpty();
    }

    @Test
    void readingsRefusedForDifferentReasonsAreRefusedOneByOne() {
        OwnerChanges changes = ledger.accept(another(reading(10_500, false), reading(20_500, true)), RULES);

        assertThat(changes.rejects())
                .extracting(OwnerChanges.Reject::code)
                .containsExactly(RejectCode.LATE_REDUNDANT, RejectCode.CORRECTION_LATE);
    }

    @Test
    void theLetterOfAConflictHoldsTheValueThatLost() {
        OwnerChanges displaced = ledger.accept(another(valued(90_000, 7, 2)), RULES);
        OwnerChanges superseded = ledger.accept(Channels.frame(2, 3, null, new long[] {91_000, 7}), RULES);
        OwnerChanges kept = ledger.accept(Channels.frame(3, 4, null, new long[] {90_000, 8}), RULES);

        assertThat(displaced.rejects())
                .extracting(
                        OwnerChanges.Reject::code,
                        OwnerChanges.Reject::slot,
                        r -> r.reading().value())
                .containsExactly(tuple(RejectCode.DUP_CONFLICT, -1, 100L));
        assertThat(superseded.rejects()).extracting(r -> r.reading().value()).containsExactly(100L);
        assertThat(kept.rejects())
                .extracting(OwnerChanges.Reject::slot, r -> r.reading().value())
                .containsExactly(tuple(0, 8L));
    }

    @Test
    void anAssertionAboutTimeLongSettledIsRefusedAndTheEnergyStays() {
        OwnerChanges changes =
                ledger.accept(Channels.frame(2, 2, new Assertion("meter", 10 * SECOND, 20 * SECOND, "b")), RULES);

        assertThat(changes.rejects())
                .extracting(OwnerChanges.Reject::code, OwnerChanges.Reject::channel)
                .containsExactly(tuple(RejectCode.ALLOC_TOO_LATE, METER));
        assertThat(changes.differences()).isEmpty();
    }

    @Test
    void anAssertionAboutTheTailMovesItsEnergyFromRunToRun() {
        OwnerChanges changes = ledger.accept(Channels.frame(2, 2, new Assertion("meter", 90_500, 92_000, "b")), RULES);

        assertThat(changes.rejects()).isEmpty();
        assertThat(changes.differences())
                .extracting(
                        OwnerChanges.Difference::run, d -> d.amount().energy().measuredMicrojoules())
                .containsExactly(tuple("a", -150_000L), tuple("b", 150_000L));
    }

    private static OwnerFrame another(Reading... readings) {
        return new OwnerFrame(
                2,
                1,
                2,
                List.of(readings).stream()
                        .map(r -> new ChannelReading(METER, 0, r))
                        .toList(),
                List.of());
    }

    private static Reading reading(long at, boolean correction) {
        return new Reading(at, 100, 0, correction, 2, 1, 1, 2, 0);
    }

    private static Reading valued(long at, long value, long session) {
        return new Reading(at, value, 0, false, 2, session, 1, 2, 0);
    }
}
