package io.joulestream.core.energy;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.energy.OwnerFrame.Assertion;
import io.joulestream.core.energy.OwnerFrame.ChannelReading;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole frames of one session in any order give one ledger, and it is the one that plain integration gives. */
class OwnerLedgerPropertiesTest {
    private static final ChannelId POWER = new ChannelId("node-0", 20);
    private static final long START = 1_715_281_900_000L;
    private static final long PERIOD = 2_000;

    /** What a test world is made of: the readings of one gauge, the frames that carry them and one run. */
    private record World(List<OwnerFrame> frames, List<Reading> readings, long runStart, long runStop) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void anyOrderOfWholeFramesGivesTheLedgerOfPlainIntegration(long seed) {
        World world = world(new Random(seed));
        Map<String, BigInteger> expected = integrate(world);
        Book inOrder = Book.of(world.frames());
        assertThat(inOrder.energies()).as("seed %d in order", seed).isEqualTo(expected);

        for (int shuffle = 0; shuffle < 10; shuffle++) {
            List<OwnerFrame> frames = new ArrayList<>(world.frames());
            Collections.shuffle(frames, new Random(seed * 31 + shuffle));

            Book book = Book.of(frames);

            assertThat(book.rejects).as("seed %d shuffle %d", seed, shuffle).isEmpty();
            assertThat(book.energies()).as("seed %d shuffle %d", seed, shuffle).isEqualTo(expected);
            assertThat(book.sums).as("seed %d shuffle %d", seed, shuffle).isEqualTo(inOrder.sums);
            assertThat(book.rows).as("seed %d shuffle %d", seed, shuffle).isEqualTo(inOrder.rows);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void rowsAddUpToTheDifferences(long seed) {
        World world = world(new Random(seed));
        List<OwnerFrame> frames = new ArrayList<>(world.frames());
        Collections.shuffle(frames, new Random(seed));

        Book book = Book.of(frames);

        Map<Long, Amount> byMinute = new TreeMap<>();
        book.sums.forEach((key, amount) -> byMinute.merge(Long.parseLong(key.split("\\|")[1]), amount, Amount::plus));
        Map<Long, Amount> rows = new TreeMap<>();
        book.rows.forEach((key, row) -> rows.put(row.minute(), row.total()));
        assertThat(rows).isEqualTo(byMinute);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void repeatedFramesChangeNothing(long seed) {
        World world = world(new Random(seed));
        List<OwnerFrame> twice = new ArrayList<>(world.frames());
        twice.addAll(world.frames());
        Collections.shuffle(twice, new Random(seed));

        assertThat(Book.of(twice).sums).as("seed %d", seed).isEqualTo(Book.of(world.frames()).sums);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void partsOfOneLogFromSeveralSendersMeet(long seed) {
        Random random = new Random(seed);
        World world = world(random);
        List<OwnerFrame> parts = new ArrayList<>();
        int third = world.frames().size() / 3;
        for (OwnerFrame frame : world.frames()) {
            long part = Math.min(2, (frame.sequence() - 1) / third);
            parts.add(renumbered(frame, 100 + part, frame.sequence() - part * third));
        }
        Book expected = Book.of(world.frames());
        Collections.shuffle(parts, random);

        Book book = Book.of(parts);

        assertThat(book.rejects).as("seed %d", seed).isEmpty();
        assertThat(book.sums).as("seed %d", seed).isEqualTo(expected.sums);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aStateThatIsWrittenAndReadAfterEveryFrameIsTheSameState(long seed) {
        World world = world(new Random(seed));
        List<OwnerFrame> frames = new ArrayList<>(world.frames());
        Collections.shuffle(frames, new Random(seed));
        Book expected = Book.of(frames);
        Book book = new Book();
        LedgerState state = new LedgerState();
        OwnerLedger ledger = state.open(RULES);

        for (OwnerFrame frame : frames) {
            state.store(ledger);
            ledger = state.open(RULES);
            book.enter(ledger.accept(frame, RULES, 0));
        }

        assertThat(book.sums).isEqualTo(expected.sums);
        assertThat(book.rows).isEqualTo(expected.rows);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void stateStaysSmallWhateverTheLength(long seed) {
        Random random = new Random(seed);
        OwnerLedger ledger = new OwnerLedger();
        int early = 0;
        for (int i = 0; i < 3_000; i++) {
            List<ChannelReading> readings = new ArrayList<>();
            for (int j = 0; j < 30; j++) {
                long at = START + (i * 30L + j) * PERIOD;
                readings.add(new ChannelReading(POWER, j, reading(at, 500_000 + random.nextInt(100_000), i + 1)));
            }
            long first = readings.get(0).reading().atMillis();
            ledger.accept(
                    new OwnerFrame(
                            1, i + 1, readings, List.of(new Assertion("node-0", first, first + 29 * PERIOD, "run"))),
                    RULES,
                    0);
            if (i == 100) {
                early = OwnerLedgerCodec.encode(ledger).length;
            }
        }
        assertThat(OwnerLedgerCodec.encode(ledger).length).isLessThanOrEqualTo(early * 11 / 10);
    }

    // ---- a world

    private static World world(Random random) {
        List<Reading> readings = new ArrayList<>();
        List<OwnerFrame> frames = new ArrayList<>();
        long runStart = START + 50_000 + random.nextInt(30_000);
        long runStop = runStart + 600_000 + random.nextInt(600_000);
        long at = START + random.nextInt(2_000);
        List<ChannelReading> batch = new ArrayList<>();
        String run = null;
        while (at < runStop + 60_000) {
            String now = at < runStart ? "" : at < runStop ? "run-a" : "-";
            if (run != null && (!now.equals(run) || batch.size() == 30)) {
                frames.add(frame(batch, frames.size() + 1, run, runStart, runStop));
                batch = new ArrayList<>();
                if (!now.equals(run) && run.equals("run-a")) {
                    frames.add(new OwnerFrame(
                            1,
                            frames.size() + 1,
                            List.of(),
                            List.of(new Assertion("node-0", runStart, runStop, "run-a"))));
                }
            }
            run = now;
            Reading reading = reading(at, 400_000 + random.nextInt(700_001), frames.size() + 1);
            readings.add(reading);
            batch.add(new ChannelReading(POWER, batch.size(), reading));
            at += random.nextInt(40) == 0
                    ? 15_000 + random.nextInt(6_000)
                    : PERIOD + random.nextInt(200) - 100 + (random.nextInt(30) == 0 ? 1_500 : 0);
        }
        frames.add(frame(batch, frames.size() + 1, run, runStart, runStop));
        return new World(frames, readings, runStart, runStop);
    }

    private static OwnerFrame frame(
            List<ChannelReading> batch, long sequence, String run, long runStart, long runStop) {
        long first = batch.get(0).reading().atMillis();
        long last = batch.get(batch.size() - 1).reading().atMillis();
        Assertion assertion = switch (run) {
            case "" -> new Assertion("node-0", first, last, "");
            case "-" -> new Assertion("node-0", runStop, last, "");
            default -> new Assertion("node-0", runStart, last, run);
        };
        return new OwnerFrame(1, sequence, batch, List.of(assertion));
    }

    private static Reading reading(long at, long milliwatts, long sequence) {
        return new Reading(at, milliwatts, 0, false, 1, START, sequence, 0);
    }

    private static OwnerFrame renumbered(OwnerFrame frame, long origin, long sequence) {
        List<ChannelReading> readings = frame.readings().stream()
                .map(r -> new ChannelReading(
                        r.channel(),
                        r.slot(),
                        new Reading(r.reading().atMillis(), r.reading().value(), 0, false, origin, START, sequence, 0)))
                .toList();
        return new OwnerFrame(origin, sequence, readings, frame.assertions());
    }

    // ---- plain integration, by exact fractions, knowing nothing of stretches

    private static Map<String, BigInteger> integrate(World world) {
        Map<String, BigInteger> energies = new TreeMap<>();
        for (int i = 0; i + 1 < world.readings().size(); i++) {
            Reading from = world.readings().get(i);
            Reading to = world.readings().get(i + 1);
            long cut = from.atMillis();
            while (cut < to.atMillis()) {
                long minute = cut / 60_000;
                long end = Math.min(to.atMillis(), (minute + 1) * 60_000);
                for (long edge : new long[] {world.runStart(), world.runStop()}) {
                    if (edge > cut && edge < end) {
                        end = edge;
                    }
                }
                String run = cut >= world.runStart() && cut < world.runStop() ? "run-a" : "";
                BigInteger piece = cumulative(from, to, end).subtract(cumulative(from, to, cut));
                energies.merge(minute + "|" + run, piece, BigInteger::add);
                cut = end;
            }
        }
        return energies;
    }

    private static BigInteger cumulative(Reading from, Reading to, long at) {
        BigInteger length = BigInteger.valueOf(to.atMillis() - from.atMillis());
        BigInteger offset = BigInteger.valueOf(at - from.atMillis());
        BigInteger twice = BigInteger.valueOf(2 * from.value())
                .multiply(offset)
                .multiply(length)
                .add(BigInteger.valueOf(to.value() - from.value())
                        .multiply(offset)
                        .multiply(offset));
        return twice.divide(length.shiftLeft(1));
    }

    // ---- what a reader of the changes sees

    private static final class Book {
        final Map<String, Amount> sums = new TreeMap<>();
        final Map<String, OwnerChanges.Row> rows = new TreeMap<>();
        final List<OwnerChanges.Reject> rejects = new ArrayList<>();

        static Book of(List<OwnerFrame> frames) {
            OwnerLedger ledger = new OwnerLedger();
            Book book = new Book();
            for (OwnerFrame frame : frames) {
                book.enter(ledger.accept(frame, RULES, 0));
            }
            return book;
        }

        void enter(OwnerChanges changes) {
            for (OwnerChanges.Difference difference : changes.differences()) {
                String key = difference.channel().metric() + "|" + difference.minute() + "|" + difference.run();
                Amount sum = sums.getOrDefault(key, Amount.NONE).plus(difference.amount());
                if (sum.isNone()) {
                    sums.remove(key);
                } else {
                    sums.put(key, sum);
                }
            }
            for (OwnerChanges.Row row : changes.rows()) {
                rows.put(row.channel() + "|" + row.minute(), row);
            }
            rejects.addAll(changes.rejects());
        }

        Map<String, BigInteger> energies() {
            Map<String, BigInteger> energies = new TreeMap<>();
            sums.forEach((key, amount) -> energies.put(
                    key.substring(key.indexOf('|') + 1),
                    BigInteger.valueOf(amount.energy().totalMicrojoules())));
            return energies;
        }
    }

    private static final OwnerRules RULES = new OwnerRules() {
        private final ChannelRule rule = new ChannelRule(
                ChannelRule.Kind.INSTANT_POWER, 3_000, 6_000, 900_000, 12_000_000, 100, 1_000, BigInteger.ZERO);

        @Override
        public ChannelRule rule(ChannelId channel, long atMillis) {
            return rule;
        }

        @Override
        public long allocationGapMillis(String entity) {
            return 6_000;
        }

        @Override
        public long rawTailMillis() {
            return 60_000;
        }
    };
}
