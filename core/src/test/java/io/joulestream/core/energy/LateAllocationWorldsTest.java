package io.joulestream.core.energy;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.energy.OwnerFrame.Assertion;
import io.joulestream.core.energy.OwnerFrame.ChannelReading;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two entities with gauges and a register that restarts, whose frames are lost, doubled and delayed, while two schedulers
 * tell who held them: late, in contradiction, and with jumps of the broker's clock that make some of it too late.
 */
class LateAllocationWorldsTest {
    private static final long SECOND = 1_000;
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final ChannelId GAUGE = new ChannelId("a", 1);
    private static final ChannelId REGISTER = new ChannelId("a", 2);
    private static final ChannelId OTHER = new ChannelId("b", 1);
    private static final OwnerRules RULES = new OwnerRules() {
        @Override
        public ChannelRule rule(ChannelId channel, long atMillis) {
            return channel.equals(REGISTER) ? Channels.counter(20 * SECOND, 2_000_000) : Channels.gauge(20 * SECOND);
        }

        @Override
        public long allocationGapMillis(String entity) {
            return MINUTE;
        }

        @Override
        public long rawTailMillis() {
            return 2 * MINUTE;
        }
    };

    private record Key(ChannelId channel, long minute, String run) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int order = channel.compareTo(other.channel);
            order = order != 0 ? order : Long.compare(minute, other.minute);
            return order != 0 ? order : run.compareTo(other.run);
        }
    }

    private record Delivery(OwnerFrame frame, long appendedMillis) {}

    /** A ledger, and what a reader of its changes sums up. */
    private static final class Reader {
        final LedgerState state = new LedgerState();
        final boolean storesAlways;
        final NavigableMap<Key, Amount> sums = new TreeMap<>();
        final Map<String, NavigableMap<Long, Integer>> held = new TreeMap<>();
        private OwnerLedger open;

        Reader(boolean storesAlways) {
            this.storesAlways = storesAlways;
        }

        OwnerChanges accept(Delivery delivery) {
            OwnerLedger ledger = open == null ? state.open(RULES) : open;
            OwnerChanges changes = ledger.accept(delivery.frame(), RULES, delivery.appendedMillis());
            open = ledger;
            if (storesAlways) {
                state.store(ledger);
                open = null;
            }
            for (OwnerChanges.Difference difference : changes.differences()) {
                Key key = new Key(difference.channel(), difference.minute(), difference.run());
                sums.merge(key, difference.amount(), Amount::plus);
            }
            sums.values().removeIf(Amount::isNone);
            for (OwnerChanges.Held span : changes.held()) {
                NavigableMap<Long, Integer> steps =
                        held.computeIfAbsent(span.entity() + " " + span.run(), name -> new TreeMap<>());
                steps.merge(span.fromMillis(), span.times(), Integer::sum);
                steps.merge(span.toMillis(), -span.times(), Integer::sum);
            }
            return changes;
        }

        /** An entity is held by a run or it is not. */
        boolean holdsOnceAtMost() {
            for (NavigableMap<Long, Integer> steps : held.values()) {
                int times = 0;
                for (int step : steps.values()) {
                    times += step;
                    if (times < 0 || times > 1) {
                        return false;
                    }
                }
            }
            return true;
        }

        /** All energy that the state knows of, in minutes whose sums may still move. */
        NavigableMap<Key, Amount> known(long fromMinute) {
            OwnerLedger ledger = state.open(RULES);
            Map<String, AllocationTable> tables = new TreeMap<>();
            ledger.allocations.forEach((entity, table) -> tables.put(entity, table.copy()));
            Map<ChannelId, List<KeptReading>> readings = new TreeMap<>();
            NavigableMap<Key, Amount> known = new TreeMap<>();
            for (long key : new TreeSet<>(state.keys())) {
                if (SettledHours.isOfSettled(key)) {
                    SettledHourCodec.decode(state.get(key))
                            .amounts
                            .forEach((channel, minutes) ->
                                    minutes.forEach((minute, byRun) -> byRun.forEach((run, amount) ->
                                            known.merge(new Key(channel, minute, run), amount, Amount::plus))));
                } else {
                    OlderHour hour = OwnerLedgerCodec.decodeHour(state.get(key));
                    hour.readings.forEach((channel, some) -> readings.computeIfAbsent(channel, id -> new ArrayList<>())
                            .addAll(some));
                    hour.assertions.forEach(
                            (entity, some) -> tables.computeIfAbsent(entity, id -> new AllocationTable(MINUTE))
                                    .assertions()
                                    .putAll(some));
                }
            }
            ledger.channels.forEach((channel, atHand) ->
                    readings.computeIfAbsent(channel, id -> new ArrayList<>()).addAll(atHand.kept()));
            readings.forEach((channel, some) -> {
                ChannelLedger whole = new ChannelLedger();
                whole.takeBack(some);
                AllocationTable table = tables.getOrDefault(channel.entity(), new AllocationTable(MINUTE));
                long last = Minutes.of(whole.newestMillis());
                for (long minute = Minutes.of(whole.readings().get(0).atMillis()); minute <= last; minute++) {
                    long at = minute;
                    whole.minute(minute, RULES.rulesOf(channel), table)
                            .byRun
                            .forEach((run, amount) -> known.merge(new Key(channel, at, run), amount, Amount::plus));
                }
            });
            known.values().removeIf(Amount::isNone);
            return known.tailMap(new Key(GAUGE, Long.MIN_VALUE, ""), true).entrySet().stream()
                    .filter(entry -> entry.getKey().minute() >= fromMinute)
                    .collect(TreeMap::new, (map, e) -> map.put(e.getKey(), e.getValue()), Map::putAll);
        }

        NavigableMap<Key, Amount> published(long fromMinute) {
            NavigableMap<Key, Amount> published = new TreeMap<>(sums);
            published.keySet().removeIf(key -> key.minute() < fromMinute);
            return published;
        }

        NavigableMap<Key, Amount> byMinute() {
            NavigableMap<Key, Amount> minutes = new TreeMap<>();
            sums.forEach(
                    (key, amount) -> minutes.merge(new Key(key.channel(), key.minute(), ""), amount, Amount::plus));
            minutes.values().removeIf(Amount::isNone);
            return minutes;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void whateverIsToldWhenEnergiesStayAndTimesAreHeldOnce(int part) {
        for (long seed = part * 15L; seed < (part + 1) * 15L; seed++) {
            Reader stored = new Reader(true);
            Reader kept = new Reader(false);
            Reader untold = new Reader(false);
            for (Delivery delivery : world(new Random(seed))) {
                OwnerFrame frame = delivery.frame();
                assertThat(stored.accept(delivery))
                        .as("seed %d, whether state was written or not", seed)
                        .isEqualTo(kept.accept(delivery));
                untold.accept(new Delivery(
                        new OwnerFrame(frame.origin(), frame.sequence(), frame.readings(), List.of()),
                        delivery.appendedMillis()));
                assertThat(stored.holdsOnceAtMost()).as("seed %d", seed).isTrue();
            }
            assertThat(stored.byMinute()).as("seed %d", seed).isEqualTo(untold.byMinute());
            long fromMinute = Math.floorDiv(stored.state.open(RULES).settledFromMillis, MINUTE) + 1;
            assertThat(stored.known(fromMinute)).as("seed %d", seed).isEqualTo(stored.published(fromMinute));
        }
    }

    private static List<Delivery> world(Random random) {
        boolean tooLateAtTimes = random.nextInt(3) == 0;
        long base = 1_000 * HOUR + random.nextInt(3_600_000);
        List<Delivery> deliveries = new ArrayList<>();
        List<OwnerFrame> delayed = new ArrayList<>();
        long register = 0;
        long jump = 0;
        long[] sequences = new long[3];
        int minutes = 60 + random.nextInt(120);
        for (int minute = 0; minute < minutes; minute++) {
            long start = base + minute * MINUTE;
            List<ChannelReading> readings = new ArrayList<>();
            long sequence = ++sequences[0];
            for (int i = 0; i < 3; i++) {
                long at = start + i * 20 * SECOND;
                register = random.nextInt(150) == 0 ? random.nextInt(1_000) : register + random.nextInt(15_000);
                readings.add(sent(GAUGE, at, random.nextInt(1_000_000), sequence));
                readings.add(sent(REGISTER, at, register, sequence));
                readings.add(sent(OTHER, at, random.nextInt(1_000_000), sequence));
            }
            OwnerFrame frame = new OwnerFrame(1, sequence, readings, List.of());
            long appended = start + MINUTE + jump;
            switch (random.nextInt(12)) {
                case 0 -> {} // lost
                case 1 -> delayed.add(frame);
                case 2 -> {
                    deliveries.add(new Delivery(frame, appended));
                    delayed.add(frame);
                }
                default -> deliveries.add(new Delivery(frame, appended));
            }
            if (!delayed.isEmpty() && random.nextInt(9) == 0) {
                deliveries.add(new Delivery(delayed.remove(random.nextInt(delayed.size())), appended));
            }
            if (random.nextInt(5) == 0) {
                int scheduler = 1 + random.nextInt(2);
                long since = base + (long) (random.nextDouble() * (start - base + MINUTE));
                String run = random.nextInt(4) == 0 ? "" : "run-" + random.nextInt(3);
                Assertion assertion =
                        new Assertion(random.nextBoolean() ? "a" : "b", since, since + random.nextInt(3_000_000), run);
                deliveries.add(new Delivery(
                        new OwnerFrame(1 + scheduler, ++sequences[scheduler], List.of(), List.of(assertion)),
                        appended));
            }
            jump += tooLateAtTimes && random.nextInt(40) == 0 ? random.nextInt(30) * HOUR : 0;
        }
        return deliveries;
    }

    private static ChannelReading sent(ChannelId channel, long at, long value, long sequence) {
        return new ChannelReading(channel, 0, new Reading(at, value, 0, false, 1, 1, sequence, 0));
    }
}
