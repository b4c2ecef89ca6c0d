package io.joulestream.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured in each round, and what its median may be at most. For one thread. */
final class Bounds {
    private record Bound(double most, List<Double> values) {}

    private final Map<String, Bound> bounds = new LinkedHashMap<>();

    void note(String name, double most, double value) {
        bounds.computeIfAbsent(name, n -> new Bound(most, new ArrayList<>()))
                .values()
                .add(value);
    }

    /** Whether all were held. */
    boolean print(int rounds) {
        System.out.printf("%nmedian of %d rounds (least to most)%n%n", rounds);
        bounds.forEach((name, bound) -> {
            double median = Median.of(bound.values());
            System.out.printf(
                    Locale.ROOT,
                    "%-52s %6.2f (%.2f to %.2f)   at most %s: %s%n",
                    name,
                    median,
                    bound.values().stream().mapToDouble(v -> v).min().orElseThrow(),
                    bound.values().stream().mapToDouble(v -> v).max().orElseThrow(),
                    bound.most(),
                    median <= bound.most() ? "held" : "MISSED");
        });
        return bounds.values().stream().allMatch(bound -> Median.of(bound.values()) <= bound.most());
    }
}
