package io.joulestream.core.energy;

import static io.joulestream.core.energy.Channels.METER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.joulestream.core.energy.OwnerFrame.Assertion;
import io.joulestream.core.ledger.RejectCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who held an entity, told after its readings are settled: a scheduler's accounts come when a job is over. */
class LateAllocationTest {
    private static final long SECOND = 1_000;
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long WATT = 1_000;
    private static final OwnerRules FOLDING = Channels.rules(Channels.gauge(10 * SECOND), MINUTE);
    private static final OwnerRules KEEPING_ALL = Channels.rules(Channels.gauge(10 * SECOND), 1_000 * HOUR);

    /** One owner, written to its state and read again after every frame. */
    private static final class Owner {
        private final OwnerRules rules;
        private final LedgerState state = new LedgerState();
        private final NavigableMap<String, Amount> sums = new TreeMap<>();
        private final NavigableMap<String, Long> held = new TreeMap<>();
        private long frames;

        Owner(OwnerRules rules) {
            this.rules = rules;
        }

        /** Six readings of a minute. */
        OwnerChanges minute(long minute, long milliwatts, Assertion assertion) {
            long[][] readings = new long[6][];
            for (int i = 0; i < readings.length; i++) {
                readings[i] = new long[] {minute * MINUTE + i * 10 * SECOND, milliwatts};
            }
            return accept(Channels.frame(++frames, assertion, readings), (minute + 1) * MINUTE);
        }

        /** Of a scheduler, which is another sender. */
        OwnerChanges scheduler(Assertion assertion, long appendedMillis) {
            return accept(new OwnerFrame(2, ++frames, List.of(), List.of(assertion)), appendedMillis);
        }

        private OwnerChanges accept(OwnerFrame frame, long appendedMillis) {
            OwnerLedger ledger = state.open(rules);
            OwnerChanges changes = ledger.accept(frame, rules, appendedMillis);
            state.store(ledger);
            for (OwnerChanges.Difference difference : changes.differences()) {
                sums.merge(difference.minute() + difference.run(), difference.amount(), Amount::plus);
            }
            sums.values().removeIf(Amount::isNone);
            for (OwnerChanges.Held span : changes.held()) {
                held.merge(span.run(), span.times() * (span.toMillis() - span.fromMillis()), Long::sum);
            }
            return changes;
        }

        long microjoules(long minute, String run) {
            return sums.getOrDefault(minute + run, Amount.NONE).energy().totalMicrojoules();
        }
    }

    private static Assertion held(String run, long fromMillis, long untilMillis) {
        return new Assertion("meter", fromMillis, untilMillis, run);
    }

    @Test
    void settledMinutesMoveWholeAndTheMinuteOfTheChangeByTime() {
        Owner owner = new Owner(FOLDING);
        for (int minute = 0; minute < 90; minute++) {
            owner.minute(minute, minute < 5 ? 2 * WATT : WATT, null);
        }
        assertThat(owner.microjoules(3, "")).isEqualTo(120_000_000);

        OwnerChanges changes = owner.scheduler(held("job", 3 * MINUTE + 45 * SECOND, 6 * MINUTE), 90 * MINUTE);

        assertThat(changes.rejects()).isEmpty();
        assertThat(changes.differences()).allMatch(OwnerChanges.Difference::late);
        assertThat(owner.microjoules(3, "job")).isEqualTo(30_000_000);
        assertThat(owner.microjoules(3, "")).isEqualTo(90_000_000);
        assertThat(owner.microjoules(5, "job")).isEqualTo(60_000_000);
        assertThat(owner.microjoules(5, "")).isZero();
        assertThat(owner.microjoules(6, "job")).isZero();
        assertThat(changes.held())
                .containsExactly(new OwnerChanges.Held("meter", "job", 3 * MINUTE + 45 * SECOND, 6 * MINUTE, 1, true));
    }

    @Test
    void whatWasMovedCanMoveAgain() {
        Owner owner = new Owner(FOLDING);
        for (int minute = 0; minute < 90; minute++) {
            owner.minute(minute, WATT, held("guess", 0, (minute + 1) * MINUTE));
        }

        owner.scheduler(held("job", 10 * MINUTE + 20 * SECOND, 20 * MINUTE), 90 * MINUTE);
        owner.scheduler(held("job-2", 10 * MINUTE + 40 * SECOND, 15 * MINUTE), 90 * MINUTE);

        assertThat(List.of(
                        owner.microjoules(10, "guess"), owner.microjoules(10, "job"), owner.microjoules(10, "job-2")))
                .containsExactly(20_000_000L, 20_000_000L, 20_000_000L);
        assertThat(owner.microjoules(14, "job-2")).isEqualTo(60_000_000);
        assertThat(owner.microjoules(16, "job")).isEqualTo(60_000_000);
        assertThat(owner.held)
                .containsEntry("job", 20 * SECOND + 5 * MINUTE)
                .containsEntry("job-2", 4 * MINUTE + 20 * SECOND);
    }

    @Test
    void onlyWhatIsSettledIsToldAsLate() {
        Owner owner = new Owner(FOLDING);
        for (int minute = 0; minute < 90; minute++) {
            owner.minute(minute, WATT, null);
        }

        OwnerChanges changes = owner.scheduler(held("job", 80 * MINUTE, 90 * MINUTE), 90 * MINUTE);

        assertThat(changes.differences())
                .filteredOn(difference -> !difference.late() && difference.run().equals("job"))
                .extracting(OwnerChanges.Difference::minute)
                .containsExactly(88L, 89L);
        assertThat(changes.held())
                .extracting(OwnerChanges.Held::late, OwnerChanges.Held::toMillis)
                .containsExactly(tuple(true, 88 * MINUTE + 40 * SECOND), tuple(false, 90 * MINUTE));
        assertThat(owner.microjoules(88, "job")).isEqualTo(60_000_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1})
    void afterFortyEightHoursWhatIsSettledStays(long more) {
        Owner owner = new Owner(FOLDING);
        for (int minute = 0; minute < 49 * 60; minute++) {
            owner.minute(minute, WATT, null);
        }
        long minute = 61;

        OwnerChanges changes = owner.scheduler(
                held("job", minute * MINUTE, (minute + 2) * MINUTE), 48 * HOUR + minute * MINUTE + more);

        boolean stays = more > 0;
        assertThat(changes.rejects())
                .extracting(OwnerChanges.Reject::code, OwnerChanges.Reject::channel)
                .isEqualTo(stays ? List.of(tuple(RejectCode.ALLOC_TOO_LATE, METER)) : List.of());
        assertThat(owner.microjoules(minute, "job")).isEqualTo(stays ? 0 : 60_000_000);
        assertThat(owner.microjoules(minute + 1, "job")).isEqualTo(60_000_000);
        assertThat(owner.held.get("job")).as("time is held where energy is").isEqualTo(stays ? MINUTE : 2 * MINUTE);
    }

    /** Readings that come 48 hours late: minutes that began before half past can no longer move. */
    @Test
    void aMinuteThatIsSettledInItsLastMomentCanStillMove() {
        Owner owner = new Owner(FOLDING);
        long now = 48 * HOUR + 30 * MINUTE;
        for (int minute = 0; minute < 90; minute++) {
            long[][] readings = new long[6][];
            for (int i = 0; i < readings.length; i++) {
                readings[i] = new long[] {minute * MINUTE + i * 10 * SECOND, WATT};
            }
            owner.accept(Channels.frame(++owner.frames, null, readings), now);
        }

        OwnerChanges changes = owner.scheduler(held("job", 29 * MINUTE, 31 * MINUTE), now);

        assertThat(changes.rejects()).extracting(OwnerChanges.Reject::code).containsExactly(RejectCode.ALLOC_TOO_LATE);
        assertThat(owner.microjoules(29, "job")).isZero();
        assertThat(owner.microjoules(30, "job")).isEqualTo(60_000_000);
    }

    /** What is not settled, here a hole of ten minutes, is cut exactly however old it is. */
    @Test
    void whereOnlySomeOfAChangeIsTooLateTimeStaysWithItsEnergy() {
        Owner owner = new Owner(FOLDING);
        for (int minute = 0; minute < 90; minute++) {
            if (minute >= 30 && minute < 40) {
                owner.frames++; // lost
            } else {
                owner.minute(minute, WATT, null);
            }
        }

        OwnerChanges first = owner.scheduler(held("job", 20 * MINUTE, 50 * MINUTE), 49 * HOUR);
        owner.scheduler(held("job-2", 32 * MINUTE, 38 * MINUTE), 49 * HOUR);

        assertThat(first.rejects()).extracting(OwnerChanges.Reject::code).containsExactly(RejectCode.ALLOC_TOO_LATE);
        assertThat(owner.microjoules(25, "job")).isZero();
        assertThat(owner.microjoules(31, "job")).isEqualTo(60_000_000);
        assertThat(owner.microjoules(35, "job-2")).isEqualTo(60_000_000);
        assertThat(owner.held)
                .containsEntry("job", 10 * MINUTE + 30 * SECOND - 6 * MINUTE)
                .containsEntry("job-2", 6 * MINUTE);
    }

    @Test
    void sumsOlderThanTheyCanMoveAreForgotten() {
        Owner owner = new Owner(FOLDING);
        int bytesAfterTwoDays = 0;
        for (int minute = 0; minute < 100 * 60; minute++) {
            owner.minute(minute, WATT + minute % 97, null);
            if (minute == 50 * 60) {
                bytesAfterTwoDays = owner.state.hourBytes();
            }
        }

        assertThat(owner.state.hourBytes()).isBetween(bytesAfterTwoDays * 9 / 10, bytesAfterTwoDays * 11 / 10);
        assertThat(bytesAfterTwoDays).isLessThan(49 * 60 * 8);
    }

    @Test
    void anotherChannelThatIsNoRunsEnergyNeitherMovesNorIsRefused() {
        OwnerRules ofNoRun = new OwnerRules() {
            @Override
            public ChannelRule rule(ChannelId channel, long atMillis) {
                return FOLDING.rule(channel, atMillis);
            }

            @Override
            public boolean isOfRuns(ChannelId channel) {
                return false;
            }

            @Override
            public long allocationGapMillis(String entity) {
                return FOLDING.allocationGapMillis(entity);
            }

            @Override
            public long rawTailMillis() {
                return FOLDING.rawTailMillis();
            }
        };
        Owner owner = new Owner(ofNoRun);
        for (int minute = 0; minute < 90; minute++) {
            owner.minute(minute, WATT, null);
        }

        OwnerChanges changes = owner.scheduler(held("job", 3 * MINUTE, 6 * MINUTE), 90 * MINUTE);

        assertThat(changes.differences()).isEmpty();
        assertThat(changes.rejects()).isEmpty();
        assertThat(owner.state.keys()).noneMatch(SettledHours::isOfSettled);
    }

    /** At constant power the part by time is the exact one: as if every reading had been kept. */
    @Test
    void atConstantPowerLateChangesEqualThoseInTime() {
        for (long seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            Owner late = new Owner(FOLDING);
            Owner inTime = new Owner(KEEPING_ALL);
            int minutes = 40 + random.nextInt(60);
            List<Integer> lost = new ArrayList<>();
            for (int minute = 0; minute < minutes; minute++) {
                if (random.nextInt(8) == 0) {
                    lost.add(minute);
                    late.frames++;
                    inTime.frames++;
                    continue;
                }
                late.minute(minute, WATT, null);
                inTime.minute(minute, WATT, null);
                if (random.nextInt(5) == 0) {
                    long from = random.nextInt(minute * 60 + 1) * SECOND;
                    long until = from + (1 + random.nextInt(1_500)) * SECOND;
                    Assertion assertion = held("run-" + random.nextInt(4), from, until);
                    late.scheduler(assertion, (minute + 1) * MINUTE);
                    inTime.scheduler(assertion, (minute + 1) * MINUTE);
                }
            }
            assertThat(late.sums).as("seed %d, lost %s", seed, lost).isEqualTo(inTime.sums);
            assertThat(late.held).as("seed %d", seed).isEqualTo(inTime.held);
        }
    }

    /** Whatever moves, a minute keeps its energy. */
    @Test
    void noEnergyIsLostOrMadeByMoving() {
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            Owner moved = new Owner(FOLDING);
            Owner still = new Owner(FOLDING);
            for (int minute = 0; minute < 120; minute++) {
                long milliwatts = random.nextInt(1_000_000);
                moved.minute(minute, milliwatts, null);
                still.minute(minute, milliwatts, null);
                if (random.nextInt(4) == 0) {
                    long from = random.nextInt(minute * 60_000 + 1);
                    moved.scheduler(
                            held("run-" + random.nextInt(3), from, from + random.nextInt(1_000_000)), minute * MINUTE);
                }
            }
            assertThat(byMinute(moved.sums)).as("seed %d", seed).isEqualTo(byMinute(still.sums));
        }
    }

    private static Map<Long, Amount> byMinute(Map<String, Amount> sums) {
        Map<Long, Amount> minutes = new TreeMap<>();
        sums.forEach((key, amount) -> minutes.merge(Long.parseLong(key.split("run")[0]), amount, Amount::plus));
        return minutes;
    }
}
