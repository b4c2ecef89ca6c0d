package io.joulestream.core.energy;

import static java.math.BigInteger.valueOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.energy.OwnerFrame.Assertion;
import io.joulestream.core.energy.OwnerFrame.ChannelReading;
import io.joulestream.core.ledger.LedgerFlag;
import io.joulestream.core.ledger.RejectCode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Many sites over bad links, in one thread: frames are lost, sent again much later, doubled and reordered; the process
 * crashes and goes on from its last checkpoint; devices restart, roll over, lie, and jump in time. After any of it the
 * ledger is what {@link EnergyOracle} says of the frames that came, and what it leaves out has a dead letter.
 *
 * <p>A failing seed is named and runs alone with {@code -Dseed=N}; {@code -Dseeds=10000} runs more.
 */
class LedgerSimulationTest {
    private static final Set<RejectCode> LEFT_OUT =
            Set.of(RejectCode.LATE_REDUNDANT, RejectCode.CORRECTION_LATE, RejectCode.TOO_OLD);
    private static final Set<RejectCode> NO_BASE = Set.of(RejectCode.COUNTER_REGRESSION, RejectCode.RATE_IMPLAUSIBLE);

    @Test
    void afterAnyDisorderTheLedgerIsTheOracles() {
        Long one = Long.getLong("seed");
        LongStream seeds = one != null ? LongStream.of(one) : LongStream.rangeClosed(1, Long.getLong("seeds", 200));
        AtomicLong simulated = new AtomicLong();
        seeds.forEach(seed -> {
            try {
                simulate(new Random(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + "; alone with -Dseed=" + seed, e);
            }
            simulated.incrementAndGet();
        });
        System.out.println("proof: " + simulated + " seeds");
    }

    private static void simulate(Random random) {
        List<SimulatedOwner> owners = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            owners.add(new SimulatedOwner(random));
        }
        List<Delivery> log = deliver(owners, random);

        Ledger undisturbed = new Ledger(owners);
        undisturbed.process(log, log.size());
        Ledger crashing = crashing(owners, log, random);

        undisturbed.assertEqualsOracle(log);
        assertThat(crashing.rows).as("rows after crashes").isEqualTo(undisturbed.rows);
        assertThat(crashing.sums).as("sums after crashes").isEqualTo(undisturbed.sums);
        assertThat(crashing.rejects).as("dead letters after crashes").isEqualTo(undisturbed.rejects);
        assertOrderDoesNotMatter(owners, log, undisturbed, random);
    }

    /** Goes on from the last checkpoint now and then; whoever reads in between reads the truth so far. */
    private static Ledger crashing(List<SimulatedOwner> owners, List<Delivery> log, Random random) {
        Ledger ledger = new Ledger(owners);
        while (ledger.position < log.size()) {
            ledger.process(log, Math.min(log.size(), ledger.position + 1 + random.nextInt(40)));
            switch (random.nextInt(5)) {
                case 0 -> ledger.crash();
                case 1 -> {
                    ledger.checkpoint();
                    ledger.assertEqualsOracleUnlessRowsAreAhead(log);
                }
                default -> ledger.checkpoint();
            }
        }
        return ledger;
    }

    /** Of owners with one session, whose clock only runs forward, another order of the same frames says the same. */
    private static void assertOrderDoesNotMatter(
            List<SimulatedOwner> owners, List<Delivery> log, Ledger undisturbed, Random random) {
        List<Delivery> shuffled = new ArrayList<>(log);
        Collections.shuffle(shuffled, random);
        Ledger other = new Ledger(owners);
        other.process(shuffled, shuffled.size());
        for (int i = 0; i < owners.size(); i++) {
            if (owners.get(i).calm && !owners.get(i).slow) {
                assertThat(other.sums.get(i)).as("sums in another order").isEqualTo(undisturbed.sums.get(i));
                List<OwnerChanges.Row> rows = new ArrayList<>(other.contents(i));
                rows.removeAll(undisturbed.contents(i));
                List<OwnerChanges.Row> expected = new ArrayList<>(undisturbed.contents(i));
                expected.removeAll(other.contents(i));
                assertThat(rows).as("rows in another order").isEqualTo(expected).isEmpty();
            }
        }
    }

    // ---- the links

    /** One record of the topic; its place in the list is its offset. */
    private record Delivery(int owner, OwnerFrame frame, long appendedMillis) {}

    private record Sent(int owner, OwnerFrame frame, double arrives) {}

    private static List<Delivery> deliver(List<SimulatedOwner> owners, Random random) {
        List<Sent> sent = new ArrayList<>();
        for (int owner = 0; owner < owners.size(); owner++) {
            List<OwnerFrame> frames = owners.get(owner).sent;
            boolean badLink = random.nextInt(4) > 0;
            for (int i = 0; i < frames.size(); i++) {
                for (int copies = random.nextInt(10) == 0 ? 2 : 1; copies > 0; copies--) {
                    double delay = badLink ? delay(random, frames.size()) : 0;
                    if (delay >= 0) {
                        sent.add(new Sent(owner, frames.get(i), i + delay));
                    }
                }
            }
        }
        sent.sort(Comparator.comparingDouble(Sent::arrives));
        return admitted(owners, sent);
    }

    /** Appended a second after the newest reading so far; what is then too old does not reach the ledger. */
    private static List<Delivery> admitted(List<SimulatedOwner> owners, List<Sent> sent) {
        long[] now = new long[owners.size()];
        List<Delivery> deliveries = new ArrayList<>();
        for (Sent each : sent) {
            OwnerFrame frame = each.frame();
            for (ChannelReading reading : frame.readings()) {
                now[each.owner()] =
                        Math.max(now[each.owner()], reading.reading().atMillis() + 1_000);
            }
            long oldest = now[each.owner()] - owners.get(each.owner()).acceptHistoryMillis();
            OwnerFrame admitted = new OwnerFrame(
                    frame.origin(),
                    frame.sequence(),
                    frame.readings().stream()
                            .filter(reading -> reading.reading().atMillis() >= oldest)
                            .toList(),
                    frame.assertions().stream()
                            .filter(assertion -> assertion.untilMillis() >= oldest)
                            .toList());
            deliveries.add(new Delivery(each.owner(), admitted, now[each.owner()]));
        }
        return deliveries;
    }

    /** In frames; negative: lost for ever. */
    private static double delay(Random random, int frames) {
        return switch (random.nextInt(20)) {
            case 0 -> -1;
            case 1, 2 -> random.nextDouble() * frames; // lost, sent again much later
            case 3, 4, 5 -> random.nextDouble() * 5;
            default -> random.nextDouble() * 0.5;
        };
    }

    // ---- the process and what it writes to

    /** A row as the database holds it: replaced only by a greater revision. */
    private record Stored(OwnerChanges.Row row, long revision) {}

    private record Checkpoint(int position, List<LedgerState> states, List<Map<String, Amount>> sums) {}

    private static final class Ledger {
        final List<SimulatedOwner> owners;
        int position;
        final List<Map<String, Amount>> sums = new ArrayList<>();
        final Map<String, Stored> rows = new TreeMap<>();
        final Map<String, OwnerChanges.Reject> rejects = new TreeMap<>();

        private final List<LedgerState> working = new ArrayList<>();
        private final List<OwnerLedger> ledgers = new ArrayList<>();
        private Checkpoint last;

        Ledger(List<SimulatedOwner> owners) {
            this.owners = owners;
            for (int i = 0; i < owners.size(); i++) {
                working.add(new LedgerState());
                ledgers.add(working.get(i).open(owners.get(i)));
                sums.add(new TreeMap<>());
            }
            checkpoint();
        }

        void process(List<Delivery> log, int end) {
            for (; position < end; position++) {
                Delivery delivery = log.get(position);
                int owner = delivery.owner();
                enter(owner, ledgers.get(owner).accept(delivery.frame(), owners.get(owner), delivery.appendedMillis()));
            }
        }

        private void enter(int owner, OwnerChanges changes) {
            for (OwnerChanges.Row row : changes.rows()) {
                rows.merge(
                        owner + "|" + row.channel() + "|" + row.minute(),
                        new Stored(row, position + 1),
                        (held, now) -> now.revision() > held.revision() ? now : held);
            }
            for (OwnerChanges.Difference difference : changes.differences()) {
                String key = difference.channel() + "|" + difference.minute() + "|" + difference.run();
                sums.get(owner).merge(key, difference.amount(), Amount::plus);
            }
            sums.get(owner).values().removeIf(Amount::isNone);
            for (OwnerChanges.Reject reject : changes.rejects()) {
                rejects.put(position + "|" + reject.channel() + "|" + reject.slot() + "|" + reject.code(), reject);
            }
        }

        void checkpoint() {
            List<LedgerState> states = new ArrayList<>();
            for (int i = 0; i < ledgers.size(); i++) {
                working.get(i).store(ledgers.get(i));
                states.add(working.get(i).copy());
                ledgers.set(i, working.get(i).open(owners.get(i)));
            }
            last = new Checkpoint(
                    position,
                    states,
                    sums.stream().<Map<String, Amount>>map(TreeMap::new).toList());
        }

        /** Rows and dead letters that were written stay written. */
        void crash() {
            position = last.position();
            for (int i = 0; i < ledgers.size(); i++) {
                working.set(i, last.states().get(i).copy());
                ledgers.set(i, working.get(i).open(owners.get(i)));
                sums.set(i, new TreeMap<>(last.sums().get(i)));
            }
        }

        /** The rows of one owner that say something, without revisions. */
        List<OwnerChanges.Row> contents(int owner) {
            return rows.entrySet().stream()
                    .filter(row -> row.getKey().startsWith(owner + "|"))
                    .map(row -> row.getValue().row())
                    .filter(row -> row.samples() > 0 || !row.total().isNone())
                    .toList();
        }

        /** After a crash the rows may know frames that have not come again yet. */
        void assertEqualsOracleUnlessRowsAreAhead(List<Delivery> log) {
            if (rows.values().stream().noneMatch(row -> row.revision() > position)) {
                assertEqualsOracle(log);
            }
        }

        void assertEqualsOracle(List<Delivery> log) {
            for (int i = 0; i < owners.size(); i++) {
                Past past = new Past(i, arrived(i, log), rejectsOf(i, log));
                assertRejectsAreAllowed(past);
                for (ChannelId channel : owners.get(i).terms.keySet()) {
                    assertEqualsOracle(past, channel);
                }
            }
        }

        private void assertRejectsAreAllowed(Past past) {
            Set<RejectCode> codes = new HashSet<>();
            past.rejects().values().forEach(reject -> codes.add(reject.code()));
            assertThat(codes).doesNotContain(RejectCode.ALLOC_TOO_LATE);
            if (owners.get(past.owner()).calm) {
                assertThat(codes).as("calm owner %d", past.owner()).isSubsetOf(NO_BASE);
            }
        }

        private void assertEqualsOracle(Past past, ChannelId channel) {
            int owner = past.owner();
            SimulatedOwner rules = owners.get(owner);
            EnergyOracle oracle = new EnergyOracle(
                    rules.terms.get(channel),
                    past.claims(channel.entity()),
                    rules.allocationGapMillis(channel.entity()));
            EnergyOracle.Answer answer =
                    oracle.answer(past.samples(channel, rules.rule(channel, 0).isCounter()));

            Map<String, List<BigInteger>> expected = new TreeMap<>();
            answer.cells().forEach((cell, numbers) -> expected.put(channel + "|" + cell, List.of(numbers)));
            Map<String, List<BigInteger>> found = new TreeMap<>();
            sums.get(owner).forEach((key, amount) -> {
                if (key.startsWith(channel + "|")) {
                    found.put(key, numbers(amount));
                }
            });
            assertThat(differing(found, expected))
                    .as("owner %d, found and expected", owner)
                    .isEmpty();
            assertRowsEqual(owner, channel, answer);
            long tailStart = ledgers.get(owner).newestMillis - rules.rawTailMillis();
            assertThat(past.rejects().values())
                    .filteredOn(reject -> NO_BASE.contains(reject.code()) && channel.equals(reject.channel()))
                    .extracting(reject -> reject.reading().atMillis())
                    .as("told of %s", channel)
                    .doesNotHaveDuplicates()
                    .containsAll(answer.refused().stream()
                            .filter(at -> at < tailStart)
                            .toList());
        }

        private static <K> Map<K, String> differing(Map<K, ?> found, Map<K, ?> expected) {
            Map<K, String> differing = new TreeMap<>();
            Set<K> keys = new TreeSet<>(found.keySet());
            keys.addAll(expected.keySet());
            for (K key : keys) {
                if (!Objects.equals(found.get(key), expected.get(key))) {
                    differing.put(key, found.get(key) + " not " + expected.get(key));
                }
            }
            return differing;
        }

        private void assertRowsEqual(int owner, ChannelId channel, EnergyOracle.Answer answer) {
            Map<Long, Integer> samples = new TreeMap<>();
            answer.instants().forEach(at -> samples.merge(Minutes.of(at), 1, Integer::sum));
            Map<Long, List<BigInteger>> totals = new TreeMap<>();
            answer.cells()
                    .forEach((cell, numbers) -> totals.merge(
                            Long.parseLong(cell.substring(0, cell.indexOf('|'))), List.of(numbers), Ledger::sum));
            Map<Long, Integer> storedSamples = new TreeMap<>();
            Map<Long, List<BigInteger>> storedTotals = new TreeMap<>();
            Set<Long> contested = new TreeSet<>();
            for (OwnerChanges.Row row : contents(owner)) {
                if (row.channel().equals(channel)) {
                    storedSamples.put(row.minute(), row.samples());
                    storedTotals.put(row.minute(), numbers(row.total()));
                    if (LedgerFlag.ALLOCATION_CONFLICT.in(row.flags())) {
                        contested.add(row.minute());
                    }
                }
            }
            storedSamples.values().removeIf(count -> count == 0);
            storedTotals.values().removeIf(numbers(Amount.NONE)::equals);
            totals.values().removeIf(numbers(Amount.NONE)::equals);
            assertThat(differing(storedSamples, samples))
                    .as("samples of %s", channel)
                    .isEmpty();
            assertThat(differing(storedTotals, totals))
                    .as("rows of %s", channel)
                    .isEmpty();
            assertThat(contested).as("contested minutes of %s", channel).isEqualTo(answer.contested());
        }

        private static List<BigInteger> sum(List<BigInteger> left, List<BigInteger> right) {
            List<BigInteger> sum = new ArrayList<>();
            for (int i = 0; i < left.size(); i++) {
                sum.add(left.get(i).add(right.get(i)));
            }
            return sum;
        }

        private static List<BigInteger> numbers(Amount amount) {
            return List.of(
                    valueOf(amount.energy().measuredMicrojoules()),
                    valueOf(amount.energy().bridgedMicrojoules()),
                    valueOf(amount.energy().estimatedMicrojoules()),
                    valueOf(amount.coveredMillis()),
                    valueOf(amount.accountedMillis()));
        }

        private Map<String, OwnerChanges.Reject> rejectsOf(int owner, List<Delivery> log) {
            Map<String, OwnerChanges.Reject> some = new HashMap<>();
            rejects.forEach((identity, reject) -> {
                int offset = Integer.parseInt(identity.substring(0, identity.indexOf('|')));
                if (offset < position && log.get(offset).owner() == owner) {
                    some.put(identity, reject);
                }
            });
            return some;
        }

        /** The frames of an owner that have come, by the offset of the first copy. */
        private Map<Integer, OwnerFrame> arrived(int owner, List<Delivery> log) {
            Set<List<Long>> seen = new HashSet<>();
            Map<Integer, OwnerFrame> arrived = new TreeMap<>();
            for (int offset = 0; offset < position; offset++) {
                OwnerFrame frame = log.get(offset).frame();
                if (log.get(offset).owner() == owner && seen.add(List.of(frame.origin(), frame.sequence()))) {
                    arrived.put(offset, frame);
                }
            }
            return arrived;
        }
    }

    /**
     * What one owner's frames have brought so far.
     *
     * @param arrived by the offset of the first copy
     * @param rejects by identity, which begins with the offset
     */
    private record Past(int owner, Map<Integer, OwnerFrame> arrived, Map<String, OwnerChanges.Reject> rejects) {
        List<EnergyOracle.Claim> claims(String entity) {
            Set<EnergyOracle.Claim> claims = new HashSet<>();
            for (OwnerFrame frame : arrived.values()) {
                for (Assertion assertion : frame.assertions()) {
                    if (assertion.entity().equals(entity)) {
                        claims.add(new EnergyOracle.Claim(
                                assertion.sinceMillis(), assertion.untilMillis(), assertion.run()));
                    }
                }
            }
            return List.copyOf(claims);
        }

        /** What came of a channel, less what has a dead letter that says that it was left out. */
        List<EnergyOracle.Sample> samples(ChannelId channel, boolean counter) {
            Set<String> leftOut = new HashSet<>();
            Set<Integer> leftOutWhole = new HashSet<>();
            rejects.forEach((identity, reject) -> {
                int offset = Integer.parseInt(identity.substring(0, identity.indexOf('|')));
                if (LEFT_OUT.contains(reject.code()) && reject.channel() == null) {
                    leftOutWhole.add(offset);
                } else if (LEFT_OUT.contains(reject.code()) && reject.channel().equals(channel)) {
                    leftOut.add(offset + "|" + reject.reading().atMillis());
                }
            });
            List<EnergyOracle.Sample> samples = new ArrayList<>();
            arrived.forEach((offset, frame) -> {
                for (ChannelReading each : frame.readings()) {
                    Reading reading = each.reading();
                    if (each.channel().equals(channel)
                            && !leftOutWhole.contains(offset)
                            && !leftOut.contains(offset + "|" + reading.atMillis())) {
                        samples.add(new EnergyOracle.Sample(
                                reading.atMillis(),
                                counter ? reading.registerMicrojoules() : valueOf(reading.value()),
                                reading.correction(),
                                reading.session(),
                                reading.sequence()));
                    }
                }
            });
            return samples;
        }
    }
}
