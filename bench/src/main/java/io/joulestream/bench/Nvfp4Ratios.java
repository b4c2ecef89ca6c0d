package io.joulestream.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs {@link Nvfp4Benchmark} in rounds, each benchmark in a fork of its own in every round, and prints for each the median
 * over rounds of its speed relative to the copy of the same round. {@code [rounds] [short]}: 5 rounds take about six minutes;
 * short forks of a third of a second of measuring are for machines where others work too.
 */
public final class Nvfp4Ratios {
    private static final List<String> VECTOR = List.of("--add-modules", "jdk.incubator.vector");
    private static final List<String> PLAIN = List.of("-Djoulestream.nvfp4.kernel=plain");

    private static final List<Row> ROWS = List.of(
            new Row("quantise 1D, amax given", "oneD", 0.36, 0.045),
            new Row("quantise 1D with its amax", "oneDAndAmax", 0, 0),
            new Row("quantise 2D, amax given", "twoD", 0.3, 0),
            new Row("with Hadamard transform", "hadamard", 0.15, 0),
            new Row("with stochastic rounding", "stochastic", 0.15, 0),
            new Row("dequantise", "dequantise", 0.8, 0),
            new Row("quantise 1D, two threads", "oneDTwoThreads", 0, 0));

    /** @param plainFloor 0 for a row that has no floor */
    private record Row(String name, String method, double vectorFloor, double plainFloor) {}

    private final Map<String, List<Double>> ratios = new LinkedHashMap<>();
    private final int rounds;
    private final boolean quick;

    private Nvfp4Ratios(int rounds, boolean quick) {
        this.rounds = rounds;
        this.quick = quick;
    }

    public static void main(String[] arguments) throws RunnerException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        Nvfp4Ratios run = new Nvfp4Ratios(rounds, arguments.length > 1 && arguments[1].equals("short"));
        run.measure();
        run.print();
    }

    private void measure() throws RunnerException {
        for (int round = 1; round <= rounds; round++) {
            System.out.printf("round %d of %d%n", round, rounds);
            double copy = milliseconds("copy", VECTOR);
            note("copy", copy);
            for (Row row : ROWS) {
                note("vector " + row.method(), copy / milliseconds(row.method(), VECTOR));
                note("plain " + row.method(), copy / milliseconds(row.method(), PLAIN));
            }
            note("vector threads", twoByOne("oneAndTwoThreads", VECTOR));
            note("plain threads", twoByOne("oneAndTwoThreads", PLAIN));
            note("vector loops", twoByOne("loopsByOneAndTwoThreads", VECTOR));
        }
    }

    private double milliseconds(String method, List<String> options) throws RunnerException {
        return run(method, options).getPrimaryResult().getScore();
    }

    private double twoByOne(String method, List<String> options) throws RunnerException {
        Map<String, Result> taken = run(method, options).getSecondaryResults();
        return taken.get("oneNanos").getScore() / taken.get("twoNanos").getScore();
    }

    private RunResult run(String method, List<String> options) throws RunnerException {
        OptionsBuilder builder = new OptionsBuilder();
        builder.include("Nvfp4Benchmark\\." + method + "$")
                .jvmArgs("-Xmx1g", "-Xms1g", "-XX:+UseSerialGC")
                .jvmArgsAppend(options.toArray(String[]::new))
                .verbosity(VerboseMode.SILENT);
        if (quick) {
            TimeValue third = TimeValue.milliseconds(333);
            builder.warmupTime(third).measurementTime(third).measurementIterations(1);
        }
        return new Runner(builder.build()).runSingle();
    }

    private void note(String key, double value) {
        ratios.computeIfAbsent(key, k -> new ArrayList<>()).add(value);
    }

    private void print() {
        System.out.printf(
                Locale.ROOT,
                "%nJava %s, %d processors; arraycopy of 4096 x 4096 floats %.2f ms; speed relative to it, median of %d"
                        + " (least to most)%n%n",
                System.getProperty("java.version"),
                Runtime.getRuntime().availableProcessors(),
                Median.of(ratios.get("copy")),
                rounds);
        System.out.printf("%-28s %-26s %-8s %-26s %-8s%n", "", "Vector API", "floor", "plain loops", "floor");
        for (Row row : ROWS) {
            line(row.name(), row.method(), row.vectorFloor(), row.plainFloor());
        }
        line("two threads by one", "threads", 1.7, 0);
        System.out.printf("%-28s %-26s%n", "loops in the first cache", text(ratios.get("vector loops")));
    }

    private void line(String name, String key, double vectorFloor, double plainFloor) {
        System.out.printf(
                "%-28s %-26s %-8s %-26s %-8s%n",
                name,
                text(ratios.get("vector " + key)),
                floor(vectorFloor),
                text(ratios.get("plain " + key)),
                floor(plainFloor));
    }

    private static String text(List<Double> values) {
        return String.format(
                Locale.ROOT,
                "%.3f (%.3f to %.3f)",
                Median.of(values),
                values.stream().mapToDouble(v -> v).min().orElseThrow(),
                values.stream().mapToDouble(v -> v).max().orElseThrow());
    }

    private static String floor(double floor) {
        return floor == 0 ? "-" : String.valueOf(floor);
    }
}
