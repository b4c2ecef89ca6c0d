package io.joulestream.core.energy;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.energy.OwnerFrame.ChannelReading;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A meter whose register moves in steps, from a joule to a kilowatt-hour: over any window between two of its readings the
 * ledger is off by at most one step for each edge of the window, however long the window is.
 */
class QuantisedMeterPropertiesTest {
    private static final ChannelId ENERGY = new ChannelId("meter", 31);
    private static final long START = 1_715_281_920_000L;
    private static final int MINUTES = 240;
    private static final int SECONDS_PER_MINUTE = 60;
    private static final long NAMEPLATE_MILLIWATTS = 200_000_000;
    private static final long[] STEPS_MICROJOULES = {
        1_000_000L, 1_000_000_000L, 3_600_000_000L, 360_000_000_000L, 3_600_000_000_000L
    };
    private static final int[] PERIODS_SECONDS = {1, 5, 15, 60};

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 40);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anyWindowIsOffByAtMostOneStepForEachEdge(long seed) {
        Random random = new Random(seed);
        long step = STEPS_MICROJOULES[random.nextInt(STEPS_MICROJOULES.length)];
        int period = PERIODS_SECONDS[random.nextInt(PERIODS_SECONDS.length)];
        long[] truth = truth(random);
        List<OwnerFrame> frames = frames(truth, step, period, random);
        Collections.shuffle(frames, random);

        long[] ledger = minuteSums(frames, rule(step, period));

        for (int window = 0; window < 2_000; window++) {
            int from = random.nextInt(MINUTES);
            int to = from + 1 + random.nextInt(MINUTES - from);
            long right = truth[to * SECONDS_PER_MINUTE] - truth[from * SECONDS_PER_MINUTE];
            long found = LongStream.of(ledger).skip(from).limit(to - from).sum();
            assertThat(Math.abs(found - right))
                    .as("seed %d, steps of %d uJ each %d s, minutes %d to %d", seed, step, period, from, to)
                    .isLessThanOrEqualTo(2 * step);
        }
    }

    /** Energy in microjoules since the start at each second. */
    private static long[] truth(Random random) {
        long[] truth = new long[MINUTES * SECONDS_PER_MINUTE + 1];
        long milliwatts = 0;
        for (int second = 0; second + 1 < truth.length; second++) {
            if (random.nextInt(30) == 0 || second == 0) {
                milliwatts = random.nextLong(NAMEPLATE_MILLIWATTS);
            }
            truth[second + 1] = truth[second] + milliwatts * 1_000;
        }
        return truth;
    }

    /** Up to an hour of readings in each, numbered in one session. */
    private static List<OwnerFrame> frames(long[] truth, long step, int period, Random random) {
        long first = random.nextLong(1_000_000) * step + random.nextLong(step);
        List<OwnerFrame> frames = new ArrayList<>();
        List<ChannelReading> readings = new ArrayList<>();
        for (int second = 0; second < truth.length; second += period) {
            long shown = (first + truth[second]) / step * step;
            long sequence = frames.size() + 1L;
            Reading reading = new Reading(
                    START + second * 1_000L, shown / 1_000, (int) (shown % 1_000), false, 1, 1, sequence, 0);
            readings.add(new ChannelReading(ENERGY, readings.size(), reading));
            if (readings.size() == 10 + random.nextInt(50)
                    || readings.size() == 60
                    || second + period >= truth.length) {
                frames.add(new OwnerFrame(1, sequence, readings, List.of()));
                readings = new ArrayList<>();
            }
        }
        return frames;
    }

    private static OwnerRules rule(long step, int period) {
        long millis = period * 1_000L;
        return Channels.rules(
                new ChannelRule(
                        ChannelRule.Kind.COUNTER,
                        millis * 3 / 2,
                        millis * 3,
                        900_000,
                        NAMEPLATE_MILLIWATTS,
                        100,
                        step,
                        BigInteger.ZERO),
                60_000);
    }

    private static long[] minuteSums(List<OwnerFrame> frames, OwnerRules rules) {
        OwnerLedger ledger = new OwnerLedger();
        long[] sums = new long[MINUTES];
        for (OwnerFrame frame : frames) {
            OwnerChanges changes = ledger.accept(frame, rules, 0);
            assertThat(changes.rejects()).isEmpty();
            for (OwnerChanges.Difference difference : changes.differences()) {
                int minute = (int) (difference.minute() - START / 60_000);
                sums[minute] += difference.amount().energy().totalMicrojoules();
            }
        }
        return sums;
    }
}
