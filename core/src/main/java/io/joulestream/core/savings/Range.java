package io.joulestream.core.savings;

import static java.util.Objects.requireNonNull;

/**
 * What is known of one input: a range, its most likely value, and what it rests on. Drawn from as a triangular
 * distribution; a range of one point is a fixed value.
 */
public record Range(double low, double central, double high, Basis basis) {
    public Range {
        requireNonNull(basis, "basis");
        if (!Double.isFinite(low) || !Double.isFinite(high) || !(low <= central && central <= high)) {
            throw new IllegalArgumentException(
                    "low <= central <= high must hold, was " + low + ", " + central + ", " + high);
        }
    }

    public static Range fixed(double value, Basis basis) {
        return new Range(value, value, value, basis);
    }

    /** The value at {@code quantile}, 0 to 1. */
    double at(double quantile) {
        double width = high - low;
        if (width == 0) {
            return central;
        }
        double peak = (central - low) / width;
        return quantile < peak
                ? low + Math.sqrt(quantile * width * (central - low))
                : high - Math.sqrt((1 - quantile) * width * (high - central));
    }
}
