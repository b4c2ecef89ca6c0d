package io.joulestream.core.energy;

import static io.joulestream.core.energy.Channels.METER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.joulestream.core.energy.OwnerFrame.Assertion;
import io.joulestream.core.energy.OwnerFrame.ChannelReading;
import io.joulestream.core.ledger.RejectCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * When an owner's older hours are read, kept and dropped. A reading every half minute in frames of five minutes; frames 2 and
 * 4 are lost, so the first two stretches are put away when the third has been folded.
 */
class OlderHoursTest {
    private static final long SECOND = 1_000;
    private static final long PERIOD = 30 * SECOND;
    private static final int SLOTS = 10;
    private static final long FRAME = SLOTS * PERIOD;
    private static final long HOUR = 3_600_000;
    /** The start of an hour. */
    private static final long START = 492_312 * HOUR;

    private static final long TAIL = 240 * SECOND;
    private static final long ACCEPT_HISTORY = 60 * HOUR;
    /** When the last of the first eight frames was appended. */
    private static final long APPENDED = START + HOUR;

    private final Hours hours = new Hours();
    private OwnerLedger ledger = new OwnerLedger(hours);
    private OwnerRules rules = rules(ACCEPT_HISTORY);

    // ---- what is put away

    @Test
    void whatIsPutAwayIsWrittenUnderItsHourAndReadAgainByALedgerThatGoesOn() {
        sendTheFirstEightButTwoAndFour();

        assertThat(ledger.hasOlder).isTrue();
        assertThat(older()).containsExactly(START / HOUR);
        assertThat(OwnerLedgerCodec.decodeHour(hours.get(START / HOUR)).readings.get(METER))
                .extracting(kept -> (kept.reading().atMillis() - START) / SECOND)
                .containsExactly(0L, 30L, 240L, 270L, 600L, 630L, 840L, 870L);
        assertThat(OwnerLedgerCodec.decodeHour(hours.get(START / HOUR)).missing.get(1L))
                .containsExactly(entry(2L, 2L), entry(4L, 4L));
        assertThat(ledger.sequences.framesMissing()).isEqualTo(2);
    }

    @Test
    void anHourOfWhichNothingIsLeftIsRemoved() {
        sendTheFirstEightButTwoAndFour();

        send(2, APPENDED);
        send(4, APPENDED);

        assertThat(ledger.hasOlder).isFalse();
        assertThat(older()).isEmpty();
        assertThat(ledger.sequences.framesMissing()).isZero();
    }

    @Test
    void whatWasWrittenIsNotWrittenAgainUntilItChanges() {
        for (long number : new long[] {1, 3, 5, 6, 7, 8}) {
            ledger.accept(frame(number), rules, APPENDED);
        }
        ledger.writeOlder();
        assertThat(hours.written).contains(START / HOUR, -1 - START / HOUR);
        hours.written.clear();

        ledger.writeOlder();
        assertThat(hours.written).isEmpty();

        ledger.accept(frame(2), rules, APPENDED);
        ledger.writeOlder();
        assertThat(hours.written).contains(START / HOUR);
    }

    // ---- when it is read

    @Test
    void aFrameInOrderReadsNothingOfWhatWasPutAway() {
        sendTheFirstEightButTwoAndFour();

        assertThat(reads(frame(9))).isEmpty();
    }

    @Test
    void aFrameThatComesAgainPutsAwayWhatItTookBack() {
        sendTheFirstEightButTwoAndFour();
        byte[] before = OwnerLedgerCodec.encode(ledger);

        assertThat(reads(frame(1))).containsExactly(START / HOUR);
        assertThat(accept(frame(1), APPENDED).repeated()).isTrue();

        assertThat(OwnerLedgerCodec.encode(ledger)).isEqualTo(before);
    }

    @Test
    void aLateFrameReadsWhatWasPutAwayThoughItsReadingsAreNew() {
        sendTheFirstEightButTwoAndFour();

        assertThat(reads(new OwnerFrame(1, 4, frame(9).readings(), List.of()))).isNotEmpty();
    }

    /** The second reading after the folded ones decides: one at its instant may correct it. */
    @Test
    void aReadingUpToTheRestReadsWhatWasPutAwayAndALaterOneDoesNot() {
        sendTheFirstEightButTwoAndFour();
        long rest = ledger.channels.get(METER).restMillis();
        assertThat(rest).isBetween(newest() - TAIL - PERIOD, newest() - TAIL);

        assertThat(reads(another(1, METER, rest + 1))).isEmpty();
        assertThat(reads(another(1, METER, rest))).isNotEmpty();
        assertThat(reads(another(1, METER, rest - 1))).isNotEmpty();
    }

    @Test
    void aChannelThatWasNeverSeenReadsWhatWasPutAway() {
        sendTheFirstEightButTwoAndFour();

        assertThat(reads(another(1, new ChannelId("meter", 7), newest() + PERIOD)))
                .isNotEmpty();
    }

    @Test
    void anAssertionAboutTimeThatWasPutAwayReadsItAndOneAboutWhatIsAtHandDoesNot() {
        sendTheFirstEightButTwoAndFour();
        long moves = ledger.channels.get(METER).movesFromMillis();

        assertThat(reads(asserting(1, moves, newest(), "a"))).isEmpty();
        assertThat(reads(asserting(1, moves - 1, newest(), "b"))).isNotEmpty();
    }

    @Test
    void anOwnerThatHasPutNothingAwayReadsNothing() {
        send(1, START);

        assertThat(reads(another(1, METER, START + 1))).isEmpty();
    }

    // ---- when it is dropped

    /** The hour's age is long past, and at APPENDED it was touched. */
    @ParameterizedTest
    @ValueSource(longs = {-1, 0})
    void anOldHourIsDroppedFortyEightHoursAfterItWasTouched(long more) {
        rules = rules(HOUR);
        sendTheFirstEightButTwoAndFour();

        OwnerChanges late = accept(frame(2), APPENDED + 48 * HOUR + more);

        assertThat(codes(late)).isEqualTo(more < 0 ? Set.of() : Set.of(RejectCode.TOO_OLD));
        assertThat(late.rows().isEmpty()).isEqualTo(more == 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0})
    void anHourThatNothingTouchesIsDroppedAtItsAge(long more) {
        sendTheFirstEightButTwoAndFour();

        OwnerChanges late = accept(frame(2), START + HOUR + ACCEPT_HISTORY + more);

        assertThat(codes(late)).isEqualTo(more < 0 ? Set.of() : Set.of(RejectCode.TOO_OLD));
    }

    @Test
    void whatAnHourMissesIsGivenUpWithIt() {
        sendTheFirstEightButTwoAndFour();
        assertThat(ledger.sequences.framesMissing()).isEqualTo(2);

        accept(frame(9), START + HOUR + ACCEPT_HISTORY);

        assertThat(ledger.sequences.framesMissing()).isZero();
        assertThat(OwnerLedgerCodec.decodeHour(hours.get(START / HOUR)).missing).isEmpty();
        assertThat(OwnerLedgerCodec.decodeHour(hours.get(START / HOUR)).touchedMillis)
                .as("being dropped makes it no younger")
                .isEqualTo(APPENDED);
        assertThat(OwnerLedgerCodec.decodeHour(hours.get(START / HOUR)).readings.get(METER))
                .as("the first two and the last two before the hole that is at hand")
                .extracting(kept -> (kept.reading().atMillis() - START) / SECOND)
                .containsExactly(0L, 30L, 840L, 870L);
    }

    @Test
    void whatIsDueWaitsForTheNextHourOfAppendTime() {
        rules = rules(HOUR);
        for (long number : new long[] {1, 3, 5, 6, 7, 8}) {
            send(number, APPENDED + 1_000);
        }
        send(9, APPENDED + 48 * HOUR);

        assertThat(accept(frame(2), APPENDED + 48 * HOUR + 2_000).rejects()).isEmpty();
    }

    @Test
    void anHourIsDroppedWithoutTheYoungerOneAfterIt() {
        for (long number : new long[] {1, 3, 13, 15, 25, 26, 27, 28}) {
            send(number, APPENDED);
        }
        assertThat(older()).contains(START / HOUR, START / HOUR + 1);

        OwnerChanges ofTheYounger = accept(frame(14), START + HOUR + ACCEPT_HISTORY);
        OwnerChanges ofTheOlder = accept(frame(2), START + HOUR + ACCEPT_HISTORY);

        assertThat(ofTheYounger.rejects()).isEmpty();
        assertThat(ofTheYounger.rows()).isNotEmpty();
        assertThat(codes(ofTheOlder)).containsExactly(RejectCode.TOO_OLD);
    }

    @Test
    void anHourThatIsTouchedStaysAsLongAgain() {
        rules = rules(HOUR);
        sendTheFirstEightButTwoAndFour();
        assertThat(accept(frame(4), APPENDED + 47 * HOUR).rejects()).isEmpty();

        assertThat(accept(frame(9), APPENDED + 95 * HOUR - 1).rejects()).isEmpty();
        assertThat(ledger.sequences.framesMissing()).isEqualTo(1);
        accept(frame(10), APPENDED + 95 * HOUR);

        assertThat(ledger.sequences.framesMissing()).isZero();
    }

    @Test
    void whoHeldAnEntityIsForgottenWithTheHourButNotOfTheReadingsThatStay() {
        for (long number : new long[] {1, 3, 5, 6, 7, 8}) {
            OwnerFrame each = frame(number);
            long from = each.readings().get(0).reading().atMillis();
            Assertion assertion = new Assertion("meter", from, from + FRAME - PERIOD, number < 5 ? "old" : "new");
            accept(new OwnerFrame(1, number, each.readings(), List.of(assertion)), APPENDED);
        }
        assertThat(OwnerLedgerCodec.decodeHour(hours.get(START / HOUR))
                        .assertions
                        .get("meter"))
                .hasSize(2);

        accept(frame(9), START + HOUR + ACCEPT_HISTORY);

        assertThat(OwnerLedgerCodec.decodeHour(hours.get(START / HOUR))
                        .assertions
                        .get("meter")
                        .keySet())
                .extracting(claim -> (claim.sinceMillis() - START) / SECOND)
                .as("frame 3's, which held the readings of 840 s and 870 s")
                .containsExactly(600L);
        assertThat(ledger.allocations.get("meter").assertions().keySet())
                .extracting(AllocationTable.Start::run)
                .containsOnly("new");
    }

    // ---- holes out of reach

    /** No frame is lost here: the site was silent ten minutes between any two. */
    @Test
    void ofMoreHolesThanAreKeptTheOldestIsClosedThoughItWasPutAway() {
        for (long number = 1; number <= ChannelLedger.MAX_HOLES + 3; number++) {
            ledger.accept(silent(number), rules, APPENDED);
        }

        assertThat(codes(accept(another(1, METER, silentAt(1) + FRAME), APPENDED)))
                .containsExactly(RejectCode.LATE_REDUNDANT);
        assertThat(codes(accept(another(2, METER, silentAt(4) + FRAME), APPENDED)))
                .isEmpty();
    }

    private static long silentAt(long number) {
        return START + number * 3 * FRAME;
    }

    private static OwnerFrame silent(long number) {
        List<ChannelReading> readings = new ArrayList<>();
        for (int slot = 0; slot < SLOTS; slot++) {
            readings.add(
                    new ChannelReading(METER, slot, Channels.reading(silentAt(number) + slot * PERIOD, 100, number)));
        }
        return new OwnerFrame(1, number, readings, List.of());
    }

    // ---- channels that fall silent

    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void aChannelThatIsSilentForMoreThanTwoHoursIsPutAwayWhole(long more) {
        ChannelId second = new ChannelId("meter-2", 31);
        accept(another(1, second, START), START);

        accept(another(2, METER, START + 2 * HOUR + more), START + 2 * HOUR);

        assertThat(ledger.channels.get(second).size()).isEqualTo(more > 0 ? 0 : 1);
        assertThat(older()).hasSize(more > 0 ? 1 : 0);
    }

    // ---- how the ledger is driven

    private static OwnerRules rules(long acceptHistoryMillis) {
        OwnerRules all = Channels.rules(Channels.gauge(PERIOD), TAIL);
        return new OwnerRules() {
            @Override
            public ChannelRule rule(ChannelId channel, long atMillis) {
                return all.rule(channel, atMillis);
            }

            @Override
            public long allocationGapMillis(String entity) {
                return all.allocationGapMillis(entity);
            }

            @Override
            public long rawTailMillis() {
                return TAIL;
            }

            @Override
            public long acceptHistoryMillis() {
                return acceptHistoryMillis;
            }
        };
    }

    private void sendTheFirstEightButTwoAndFour() {
        for (long number : new long[] {1, 3, 5, 6, 7, 8}) {
            send(number, APPENDED);
        }
    }

    private void send(long number, long appendedMillis) {
        accept(frame(number), appendedMillis);
    }

    /** Takes a frame in, writes the ledger to its state, and goes on from there. */
    private OwnerChanges accept(OwnerFrame frame, long appendedMillis) {
        OwnerChanges changes = ledger.accept(frame, rules, appendedMillis);
        ledger.writeOlder();
        ledger = OwnerLedgerCodec.decode(OwnerLedgerCodec.encode(ledger), rules, hours);
        return changes;
    }

    /** The hours that a ledger reads for a frame. The ledger stays as it is. */
    private Set<Long> reads(OwnerFrame frame) {
        OwnerLedger copy = OwnerLedgerCodec.decode(OwnerLedgerCodec.encode(ledger), rules, hours);
        hours.read.clear();
        copy.accept(frame, rules, APPENDED);
        return hours.read;
    }

    private Set<Long> older() {
        Set<Long> older = new TreeSet<>(hours.keys());
        older.removeIf(SettledHours::isOfSettled);
        return older;
    }

    private long newest() {
        return ledger.newestMillis;
    }

    private static Set<RejectCode> codes(OwnerChanges changes) {
        Set<RejectCode> codes = new TreeSet<>();
        changes.rejects().forEach(reject -> codes.add(reject.code()));
        return codes;
    }

    private static OwnerFrame frame(long number) {
        List<ChannelReading> readings = new ArrayList<>();
        for (int slot = 0; slot < SLOTS; slot++) {
            long at = START + (number - 1) * FRAME + slot * PERIOD;
            readings.add(new ChannelReading(METER, slot, Channels.reading(at, 100, number)));
        }
        return new OwnerFrame(1, number, readings, List.of());
    }

    /** One reading of another sender. */
    private static OwnerFrame another(long number, ChannelId channel, long atMillis) {
        Reading reading = new Reading(atMillis, 100, 0, false, 2, 1, number, 0);
        return new OwnerFrame(2, number, List.of(new ChannelReading(channel, 0, reading)), List.of());
    }

    private static OwnerFrame asserting(long number, long fromMillis, long untilMillis, String run) {
        return new OwnerFrame(3, number, List.of(), List.of(new Assertion("meter", fromMillis, untilMillis, run)));
    }

    /** Tells which older hours were read, and which were written. */
    private static final class Hours implements OwnerHours {
        private final HoursInMemory kept = new HoursInMemory();
        private final Set<Long> read = new TreeSet<>();
        private final Set<Long> written = new TreeSet<>();

        @Override
        public byte[] get(long key) {
            if (!SettledHours.isOfSettled(key)) {
                read.add(key);
            }
            return kept.get(key);
        }

        @Override
        public void put(long key, byte[] bytes) {
            written.add(key);
            kept.put(key, bytes);
        }

        @Override
        public void remove(long key) {
            kept.remove(key);
        }

        @Override
        public Set<Long> keys() {
            return kept.keys();
        }
    }
}
