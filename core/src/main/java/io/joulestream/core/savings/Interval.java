package io.joulestream.core.savings;

import java.util.Arrays;

/** Percentiles of the draws of one result: 2.5, 5, 50, 95 and 97.5. */
public record Interval(double p2_5, double p5, double p50, double p95, double p97_5) {
    static Interval of(double[] draws) {
        double[] sorted = draws.clone();
        Arrays.sort(sorted);
        return new Interval(
                quantile(sorted, 0.025),
                quantile(sorted, 0.05),
                quantile(sorted, 0.5),
                quantile(sorted, 0.95),
                quantile(sorted, 0.975));
    }

    /** Linear between the two nearest draws. */
    private static double quantile(double[] sorted, double share) {
        double position = share * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
