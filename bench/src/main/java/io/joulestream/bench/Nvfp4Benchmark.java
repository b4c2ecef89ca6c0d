package io.joulestream.bench;

import io.joulestream.core.nvfp4.QuantisationMode;
import io.joulestream.core.nvfp4.Quantised;
import io.joulestream.core.nvfp4.Quantiser;
import io.joulestream.core.nvfp4.QuantiserOptions;
import io.joulestream.core.nvfp4.RandomHadamard;
import io.joulestream.core.nvfp4.Workers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * One 4096 x 4096 gaussian tensor, 64 MiB of floats, quantised and decoded, beside {@link System#arraycopy} of the same
 * floats. {@link Nvfp4Ratios} runs it with and without the Vector API and prints ratios.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class Nvfp4Benchmark {
    private static final int SIZE = 4_096;
    private static final float AMAX = 6f;
    private static final QuantiserOptions ONE_D = QuantiserOptions.of(QuantisationMode.ONE_D);

    private final float[] x = new float[SIZE * SIZE];
    private final float[] values = new float[SIZE * SIZE];
    private final ExecutorService pool = Executors.newFixedThreadPool(2);
    private Quantised quantised;

    @Setup
    public void tensor() {
        Random random = new Random(1);
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        quantised = quantise(ONE_D.withAmax(AMAX));
    }

    @TearDown
    public void end() {
        pool.shutdown();
    }

    @Benchmark
    public float[] copy() {
        System.arraycopy(x, 0, values, 0, x.length);
        return values;
    }

    @Benchmark
    public Quantised oneD() {
        return quantise(ONE_D.withAmax(AMAX));
    }

    @Benchmark
    public Quantised oneDAndAmax() {
        return quantise(ONE_D);
    }

    @Benchmark
    public Quantised oneDTwoThreads() {
        return new Quantiser(ONE_D.withAmax(AMAX))
                .withWorkers(new TwoThreads(pool))
                .quantise(x, SIZE, SIZE);
    }

    /** What one thread took in all, and two, in turn: whatever else the machine does meanwhile is done to both. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class InTurn {
        public long oneNanos;
        public long twoNanos;

        void measure(Workers.Piece one, Workers.Piece two) throws IOException {
            long begun = System.nanoTime();
            one.run();
            long between = System.nanoTime();
            two.run();
            oneNanos += between - begun;
            twoNanos += System.nanoTime() - between;
        }
    }

    @Benchmark
    public void oneAndTwoThreads(InTurn taken, Blackhole made) throws IOException {
        taken.measure(() -> made.consume(oneD()), () -> made.consume(oneDTwoThreads()));
    }

    @Benchmark
    public Quantised twoD() {
        return quantise(QuantiserOptions.of(QuantisationMode.TWO_D).withAmax(AMAX));
    }

    @Benchmark
    public Quantised hadamard() {
        return quantise(ONE_D.withHadamard(RandomHadamard.FP32).withAmax(AMAX));
    }

    @Benchmark
    public Quantised stochastic() {
        return quantise(ONE_D.withStochasticRounding(1, 2).withAmax(AMAX));
    }

    @Benchmark
    public float[] dequantise() {
        quantised.dequantise(values);
        return values;
    }

    /** What two threads can be at best on this machine: loops of vectors in the first cache, which share nothing but a core. */
    @Benchmark
    public float[] loopsByOneAndTwoThreads(InTurn taken) throws IOException {
        List<Workers.Piece> loops = List.of(() -> loop(0), () -> loop(SIZE * SIZE / 2));
        taken.measure(() -> Workers.CALLER.doAll(loops), () -> new TwoThreads(pool).doAll(loops));
        return values;
    }

    private void loop(int from) {
        for (int again = 0; again < SIZE; again++) {
            for (int i = from; i < from + SIZE / 2; i++) {
                values[i] = values[i] * 0.5f + x[i];
            }
        }
    }

    private Quantised quantise(QuantiserOptions options) {
        return new Quantiser(options).quantise(x, SIZE, SIZE);
    }

    private record TwoThreads(ExecutorService pool) implements Workers {
        @Override
        public int count() {
            return 2;
        }

        @Override
        public void doAll(List<Piece> pieces) throws IOException {
            List<Callable<Void>> calls = new ArrayList<>();
            for (Piece piece : pieces) {
                calls.add(() -> {
                    piece.run();
                    return null;
                });
            }
            try {
                for (Future<Void> done : pool.invokeAll(calls)) {
                    done.get();
                }
            } catch (InterruptedException | ExecutionException e) {
                throw new IOException(e);
            }
        }
    }
}
