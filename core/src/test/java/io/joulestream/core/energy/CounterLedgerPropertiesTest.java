package io.joulestream.core.energy;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.energy.OwnerFrame.Assertion;
import io.joulestream.core.energy.OwnerFrame.ChannelReading;
import io.joulestream.core.ledger.RejectCode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A counter that rolls over, restarts, jumps and lies: whole frames of one session in any order give the sums and rows of
 * a ledger that sees them in order and forgets nothing.
 */
class CounterLedgerPropertiesTest {
    private static final ChannelId ENERGY = new ChannelId("meter", 31);
    private static final long START = 1_715_281_900_000L;
    private static final long PERIOD = 2_000;
    private static final long NAMEPLATE = 1_000_000;
    private static final BigInteger MODULUS = BigInteger.valueOf(200_000_000_000L);
    private static final ChannelRule RULE =
            new ChannelRule(ChannelRule.Kind.COUNTER, 3_000, 6_000, 900_000, NAMEPLATE, 100, 1_000, MODULUS);
    private static final OwnerRules FOLDING = Channels.rules(RULE, 60_000);
    private static final OwnerRules KEEPING_ALL = Channels.rules(RULE, Long.MAX_VALUE / 4);

    private static final RejectCode[] REFUSALS = {RejectCode.COUNTER_REGRESSION, RejectCode.RATE_IMPLAUSIBLE};

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 60);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anyOrderOfWholeFramesGivesTheLedgerThatForgetsNothing(long seed) {
        List<OwnerFrame> world = world(new Random(seed));
        Outcome expected = Outcome.of(world, KEEPING_ALL);
        assertThat(expected.sums).as("seed %d", seed).isNotEmpty();

        for (int shuffle = 0; shuffle < 8; shuffle++) {
            List<OwnerFrame> frames = new ArrayList<>(world);
            if (shuffle > 0) {
                Collections.shuffle(frames, new Random(seed * 31 + shuffle));
            }

            Outcome outcome = Outcome.of(frames, FOLDING);

            assertThat(outcome.rejects)
                    .as("seed %d shuffle %d", seed, shuffle)
                    .extracting(OwnerChanges.Reject::code)
                    .isSubsetOf(REFUSALS);
            assertThat(outcome.refusedInstants())
                    .as("each once, seed %d shuffle %d", seed, shuffle)
                    .doesNotHaveDuplicates()
                    .containsAll(expected.refusedAtTheEnd(FOLDING));
            assertThat(outcome.sums).as("seed %d shuffle %d", seed, shuffle).isEqualTo(expected.sums);
            assertThat(outcome.rowsThatSaySomething())
                    .as("seed %d shuffle %d", seed, shuffle)
                    .isEqualTo(expected.rowsThatSaySomething());
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void inOrderEveryReadingThatStaysRefusedIsToldOnceAndNoOther(long seed) {
        List<OwnerFrame> world = world(new Random(seed));

        assertThat(Outcome.of(world, FOLDING).refusedInstants())
                .as("seed %d", seed)
                .containsExactlyElementsOf(Outcome.of(world, KEEPING_ALL).refusedAtTheEnd(FOLDING));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void rowsAddUpToTheSums(long seed) {
        List<OwnerFrame> frames = world(new Random(seed));
        Collections.shuffle(frames, new Random(seed));

        Outcome outcome = Outcome.of(frames, FOLDING);

        Map<Long, Amount> byMinute = new TreeMap<>();
        outcome.sums.forEach(
                (key, amount) -> byMinute.merge(Long.parseLong(key.split("\\|")[0]), amount, Amount::plus));
        Map<Long, Amount> rows = new TreeMap<>();
        outcome.rows.forEach((minute, row) -> {
            if (!row.total().isNone()) {
                rows.put(minute, row.total());
            }
        });
        assertThat(rows).as("seed %d", seed).isEqualTo(byMinute);
    }

    private static List<OwnerFrame> world(Random random) {
        List<OwnerFrame> frames = new ArrayList<>();
        List<ChannelReading> batch = new ArrayList<>();
        long runStart = START + 50_000 + random.nextInt(30_000);
        long runStop = runStart + 300_000 + random.nextInt(300_000);
        BigInteger register = BigInteger.valueOf(random.nextInt(200_000)).multiply(BigInteger.valueOf(1_000_000));
        long at = START + random.nextInt(2_000);
        while (at < runStop + 60_000) {
            long shown = register.longValueExact();
            int oddity = random.nextInt(60);
            if (oddity == 0) {
                register = BigInteger.valueOf(random.nextInt(3_000_000)); // restarted
                shown = register.longValueExact();
            } else if (oddity == 1) {
                shown = Math.abs(random.nextLong()) % MODULUS.longValueExact(); // lies once
            } else if (oddity == 2) {
                register = BigInteger.valueOf(random.nextInt(200_000)).multiply(BigInteger.valueOf(1_000_000));
                shown = register.longValueExact(); // another register
            }
            batch.add(new ChannelReading(
                    ENERGY,
                    batch.size(),
                    new Reading(at, shown / 1_000, (int) (shown % 1_000), false, 1, START, frames.size() + 1, 0)));
            if (batch.size() == 6 || random.nextInt(20) == 0) {
                frames.add(frame(batch, frames.size() + 1, runStart, runStop));
                batch = new ArrayList<>();
            }
            long step = random.nextInt(30) == 0
                    ? 15_000 + random.nextInt(60_000)
                    : PERIOD + random.nextInt(200) - 100 + (random.nextInt(20) == 0 ? 2_500 : 0);
            at += step;
            BigInteger more = BigInteger.valueOf(step).multiply(BigInteger.valueOf(200_000 + random.nextInt(700_000)));
            register = register.add(more).mod(MODULUS);
        }
        if (!batch.isEmpty()) {
            frames.add(frame(batch, frames.size() + 1, runStart, runStop));
        }
        return frames;
    }

    private static OwnerFrame frame(List<ChannelReading> batch, long sequence, long runStart, long runStop) {
        // each frame says of the whole what a scheduler knows, so no order can matter to the allocation
        return new OwnerFrame(
                1,
                sequence,
                batch,
                List.of(
                        new Assertion("meter", START - 10_000, runStart, ""),
                        new Assertion("meter", runStart, runStop, "run-a"),
                        new Assertion("meter", runStop, runStop + 200_000, "")));
    }

    private static final class Outcome {
        final Map<String, Amount> sums = new TreeMap<>();
        final Map<Long, OwnerChanges.Row> rows = new TreeMap<>();
        final List<OwnerChanges.Reject> rejects = new ArrayList<>();
        final OwnerLedger ledger = new OwnerLedger();

        static Outcome of(List<OwnerFrame> frames, OwnerRules rules) {
            Outcome outcome = new Outcome();
            for (OwnerFrame frame : frames) {
                outcome.enter(outcome.ledger.accept(frame, rules, 0));
            }
            return outcome;
        }

        List<Long> refusedInstants() {
            return rejects.stream().map(reject -> reject.reading().atMillis()).toList();
        }

        /** Instants of the readings that are no base, as far as they would have left the raw tail of other rules. */
        List<Long> refusedAtTheEnd(OwnerRules rules) {
            ChannelLedger channel = ledger.channels.get(ENERGY);
            return channel.segments(Channels.always(RULE)).refused().stream()
                    .mapToObj(i -> channel.readings().get(i).atMillis())
                    .filter(at -> at < ledger.newestMillis - rules.rawTailMillis())
                    .toList();
        }

        private void enter(OwnerChanges changes) {
            for (OwnerChanges.Difference difference : changes.differences()) {
                String key = difference.minute() + "|" + difference.run();
                Amount sum = sums.getOrDefault(key, Amount.NONE).plus(difference.amount());
                if (sum.isNone()) {
                    sums.remove(key);
                } else {
                    sums.put(key, sum);
                }
            }
            changes.rows().forEach(row -> rows.put(row.minute(), row));
            rejects.addAll(changes.rejects());
        }

        /** A row that was emptied again says the same as one that never was. */
        List<OwnerChanges.Row> rowsThatSaySomething() {
            return rows.values().stream()
                    .filter(row -> row.samples() > 0 || !row.total().isNone())
                    .toList();
        }
    }
}
