package io.joulestream.core.energy;

import static io.joulestream.core.energy.Channels.METER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.joulestream.core.energy.OwnerFrame.ChannelReading;
import io.joulestream.core.ledger.LedgerFlag;
import io.joulestream.core.ledger.RejectCode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Late readings: those that fill a hole are taken, whatever their age; those inside a stretch are told and left out. */
class LateReadingsTest {
    private static final long START = 1_772_323_230_000L;
    private static final long PERIOD = 30_000;
    private static final long TAIL = 240_000;
    private static final long HOUR = 3_600_000;
    private static final long DAY = 24 * HOUR;
    private static final int SLOTS = 10;
    private static final long FRAME = SLOTS * PERIOD;
    private static final OwnerRules RULES = Channels.rules(Channels.gauge(PERIOD), TAIL);
    private static final EnergyOracle ORACLE = new EnergyOracle(
            List.of(new EnergyOracle.Terms(
                    0, EnergyOracle.Kind.INSTANT, 3 * PERIOD, 900_000, 0, 0, 0, BigInteger.ZERO)),
            List.of(),
            0);

    private final LedgerState state = new LedgerState();
    private final Map<Long, Amount> sums = new TreeMap<>();
    private final Map<Long, OwnerChanges.Row> rows = new TreeMap<>();
    private final List<OwnerChanges.Reject> rejects = new ArrayList<>();
    private final List<EnergyOracle.Sample> taken = new ArrayList<>();
    private OwnerLedger ledger = state.open(RULES);
    private int entered;

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, HOUR})
    void aReadingThatFillsAHoleIsTaken(long behindTheTail) {
        assertThatAHoleIsFilled(behindTheTail);
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(longs = {7 * DAY, 34 * DAY})
    void aReadingThatFillsAHoleIsTakenAfterWeeks(long behindTheTail) {
        assertThatAHoleIsFilled(behindTheTail);
    }

    private void assertThatAHoleIsFilled(long behindTheTail) {
        long hole = 40; // the frame that is lost
        long holeMiddle = START + hole * FRAME + FRAME / 2;
        long newest = holeMiddle + TAIL + behindTheTail;
        sendFrames(0, hole);
        for (long frame = hole + 1; START + (frame + 1) * FRAME < newest; frame++) {
            sendFrames(frame, frame + 1);
        }
        OwnerFrame last = frame(1, List.of(reading(newest, 5, 1)), 2);
        taken.add(sample(last.readings().get(0).reading()));
        enter(last);

        send(hole, holeMiddle);

        assertThat(rejects).isEmpty();
        assertEqualsOracle();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void allThatWasLostComesShuffledAfterADay(long seed) {
        assertThatAllThatWasLostIsTaken(seed, DAY, 7);
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void allThatWasLostComesShuffledAfterAMonth(long seed) {
        assertThatAllThatWasLostIsTaken(seed, 34 * DAY, 150);
    }

    private void assertThatAllThatWasLostIsTaken(long seed, long millis, int losesOneIn) {
        Random random = new Random(seed);
        List<Long> lost = new ArrayList<>();
        for (long frame = 0; frame < millis / FRAME; frame++) {
            if (frame > 0 && random.nextInt(losesOneIn) == 0) {
                lost.add(frame);
            } else {
                sendFrames(frame, frame + 1);
            }
        }
        Collections.shuffle(lost, random);

        lost.forEach(frame -> sendFrames(frame, frame + 1));

        assertThat(lost).hasSizeGreaterThan(30);
        assertThat(rejects).as("seed %d", seed).isEmpty();
        assertEqualsOracle();
    }

    @Test
    void aReadingInsideAStretchIsToldAndChangesNothing() {
        sendFrames(0, 500);
        sendFrames(502, 600);
        Map<Long, Amount> before = new TreeMap<>(sums);
        long inside = START + 300 * FRAME + 7;
        OwnerFrame mixed = frame(1, List.of(reading(inside, 5, 1), reading(START + 501 * FRAME, 5, 1)), 2);

        enter(frame(2, List.of(reading(inside, 5, 2), reading(inside + PERIOD, 5, 2)), 2));
        enter(frame(3, List.of(new Reading(inside, 5, 0, true, 2, START, 3, 0)), 2));
        enter(frame(4, List.of(reading(START + 300 * FRAME, 1, 4)), 2));

        assertThat(sums).isEqualTo(before);
        assertThat(rejects)
                .extracting(OwnerChanges.Reject::code, OwnerChanges.Reject::channel)
                .as("one for a frame that is redundant as a whole")
                .containsExactly(
                        tuple(RejectCode.LATE_REDUNDANT, null),
                        tuple(RejectCode.CORRECTION_LATE, METER),
                        tuple(RejectCode.LATE_REDUNDANT, null));

        rejects.clear();
        enter(mixed);
        taken.add(sample(mixed.readings().get(1).reading()));

        assertThat(rejects)
                .extracting(
                        OwnerChanges.Reject::code, reject -> reject.reading().atMillis())
                .containsExactly(tuple(RejectCode.LATE_REDUNDANT, inside));
        assertEqualsOracle();
    }

    @Test
    void ofMoreHolesThanAreKeptTheOldestIsClosedAndFlaggedThoughItWasPutAway() {
        long frames = 2 * (ChannelLedger.MAX_HOLES + 3);
        for (long frame = 0; frame <= frames; frame += 2) {
            sendFrames(frame, frame + 1); // every other frame is lost
        }
        assertThat(state.keys()).hasSizeGreaterThan(100);
        assertThat(rows.values().stream().filter(row -> LedgerFlag.HOLE_CLOSED.in(row.flags())))
                .as("told by the rows of the minutes when something else changes in them")
                .isEmpty();

        enter(sent(1, START + FRAME));
        sendFrames(2 * 10 + 1, 2 * 10 + 2);

        assertThat(rejects)
                .extracting(OwnerChanges.Reject::code, OwnerChanges.Reject::channel)
                .as("the oldest hole is closed, a younger one is not")
                .containsExactly(tuple(RejectCode.LATE_REDUNDANT, null));
        assertEqualsOracle();
    }

    @Test
    void aReadingOfAnHourThatIsNoLongerKeptIsTooOldAndOpensNothing() {
        sendFrames(0, 40);
        sendFrames(41, 80);
        sendFrames(81, 100);
        for (long frame = 100; frame < 40 * 24 * HOUR / FRAME; frame += 12 * 24) {
            sendFrames(frame, frame + 12);
        }
        Map<Long, OwnerChanges.Row> before = new TreeMap<>(rows);

        enter(sent(80, START + 80 * FRAME));

        assertThat(rejects).isNotEmpty().extracting(OwnerChanges.Reject::code).containsOnly(RejectCode.TOO_OLD);
        assertThat(rows).isEqualTo(before);
        assertEqualsOracle();
    }

    private void sendFrames(long from, long to) {
        for (long frame = from; frame < to; frame++) {
            send(frame, START + frame * FRAME);
        }
    }

    private void send(long number, long firstMillis) {
        OwnerFrame frame = sent(number, firstMillis);
        frame.readings().forEach(reading -> taken.add(sample(reading.reading())));
        enter(frame);
    }

    private static OwnerFrame sent(long number, long firstMillis) {
        List<Reading> readings = new ArrayList<>();
        for (int slot = 0; slot < SLOTS; slot++) {
            long at = firstMillis + slot * PERIOD;
            if (at < START + (number + 1) * FRAME) {
                readings.add(reading(at, 100_000 + (at / PERIOD * 7_919) % 50_000, number + 1));
            }
        }
        return frame(number + 1, readings, 1);
    }

    private static OwnerFrame frame(long sequence, List<Reading> readings, long origin) {
        return new OwnerFrame(
                origin,
                sequence,
                readings.stream()
                        .map(r -> new ChannelReading(
                                METER,
                                0,
                                new Reading(r.atMillis(), r.value(), 0, r.correction(), origin, START, sequence, 0)))
                        .toList(),
                List.of());
    }

    private static Reading reading(long at, long value, long sequence) {
        return new Reading(at, value, 0, false, 1, START, sequence, 0);
    }

    private static EnergyOracle.Sample sample(Reading reading) {
        return new EnergyOracle.Sample(
                reading.atMillis(),
                BigInteger.valueOf(reading.value()),
                reading.correction(),
                reading.session(),
                reading.sequence());
    }

    private void enter(OwnerFrame frame) {
        long appended =
                Math.max(ledger.newestMillis, frame.readings().get(0).reading().atMillis() + 1_000);
        OwnerChanges changes = ledger.accept(frame, RULES, appended);
        for (OwnerChanges.Difference difference : changes.differences()) {
            sums.merge(difference.minute(), difference.amount(), Amount::plus);
        }
        sums.values().removeIf(Amount::isNone);
        changes.rows().forEach(row -> rows.put(row.minute(), row));
        rejects.addAll(changes.rejects());
        entered++;
        if (entered % 50 == 0) {
            state.store(ledger);
            ledger = state.open(RULES);
        }
    }

    private void assertEqualsOracle() {
        Map<Long, BigInteger> expected = new TreeMap<>();
        ORACLE.answer(taken)
                .cells()
                .forEach((cell, numbers) ->
                        expected.put(Long.parseLong(cell.substring(0, cell.indexOf('|'))), numbers[0].add(numbers[2])));
        Map<Long, BigInteger> found = new TreeMap<>();
        sums.forEach((minute, sum) ->
                found.put(minute, BigInteger.valueOf(sum.energy().totalMicrojoules())));
        assertThat(found).isEqualTo(expected);
        rows.forEach((minute, row) ->
                assertThat(row.total()).as("row %d", minute).isEqualTo(sums.getOrDefault(minute, Amount.NONE)));
    }
}
