package io.joulestream.bench;

import io.joulestream.core.energy.ChannelId;
import io.joulestream.core.energy.ChannelRule;
import io.joulestream.core.energy.OwnerChanges;
import io.joulestream.core.energy.OwnerFrame;
import io.joulestream.core.energy.OwnerFrame.Assertion;
import io.joulestream.core.energy.OwnerFrame.ChannelReading;
import io.joulestream.core.energy.OwnerLedger;
import io.joulestream.core.energy.OwnerRules;
import io.joulestream.core.energy.Reading;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one frame of an eight-GPU node costs the ledger: nine channels, ten readings each, in order. Run with
 * {@code java -cp <class path of bench> org.openjdk.jmh.Main OwnerLedger}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class OwnerLedgerBenchmark {
    private static final long START = 1_760_000_000_000L;
    private static final int SLOTS = 10;

    @Param({"COUNTER", "INSTANT_POWER"})
    private ChannelRule.Kind kind;

    private final List<ChannelId> channels = new ArrayList<>();
    private OwnerLedger ledger;
    private OwnerRules rules;
    private long sequence;

    @Setup
    public void node() {
        ledger = new OwnerLedger();
        rules = new OneRule(new ChannelRule(kind, 1_500, 3_000, 900_000, 12_000_000, 100, 1, BigInteger.ZERO));
        channels.add(new ChannelId("node-a01", 21));
        for (int gpu = 0; gpu < 8; gpu++) {
            channels.add(new ChannelId("node-a01/gpu" + gpu, 2));
        }
    }

    @Benchmark
    public OwnerChanges frame() {
        long first = START + sequence * SLOTS * 1_000;
        sequence++;
        List<ChannelReading> readings = new ArrayList<>(channels.size() * SLOTS);
        List<Assertion> assertions = new ArrayList<>();
        for (ChannelId channel : channels) {
            for (int slot = 0; slot < SLOTS; slot++) {
                long at = first + slot * 1_000L;
                long value = kind == ChannelRule.Kind.COUNTER ? (at - START) * 700 : 700_000 + slot;
                readings.add(
                        new ChannelReading(channel, slot, new Reading(at, value, 0, false, 1, START, sequence, 0)));
            }
            assertions.add(new Assertion(channel.entity(), first, first + 9_000, "run"));
        }
        return ledger.accept(new OwnerFrame(1, sequence, readings, assertions), rules, first);
    }

    private record OneRule(ChannelRule rule) implements OwnerRules {
        @Override
        public ChannelRule rule(ChannelId channel, long atMillis) {
            return rule;
        }

        @Override
        public long allocationGapMillis(String entity) {
            return 3_000;
        }

        @Override
        public long rawTailMillis() {
            return 60_000;
        }
    }
}
