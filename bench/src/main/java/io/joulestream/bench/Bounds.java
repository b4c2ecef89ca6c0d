package io.joulestream.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured in each round, and what its median may be at most. For one thread. */
final class Bounds {
    private record Bound(double most, List<Double> values) {
        double median() {
            return Median.of(values);
        }

        boolean isHeld() {
            return median() <= most;
        }
    }

    private final Map<String, Bound> bounds = new LinkedHashMap<>();

    void note(String name, double most, double value) {
        bounds.computeIfAbsent(name, n -> new Bound(most, new ArrayList<>()))
                .values()
                .add(value);
    }

    void print(int rounds) {
        System.out.printf("%nmedian of %d rounds (least to most)%n%n", rounds);
        bounds.forEach((name, bound) -> {
            System.out.printf(
                    Locale.ROOT,
                    "%-52s %6.2f (%.2f to %.2f)   at most %s: %s%n",
                    name,
                    bound.median(),
                    bound.values().stream().mapToDouble(v -> v).min().orElseThrow(),
                    bound.values().stream().mapToDouble(v -> v).max().orElseThrow(),
                    bound.most(),
                    bound.isHeld() ? "held" : "MISSED");
        });
    }

    /** Whether something was measured, and all of it held. */
    boolean areHeld() {
        return !bounds.isEmpty() && bounds.values().stream().allMatch(Bound::isHeld);
    }
}
