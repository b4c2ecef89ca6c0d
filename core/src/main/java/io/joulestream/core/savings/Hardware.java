package io.joulestream.core.savings;

import static java.util.Objects.requireNonNull;

import java.time.LocalDate;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What one GPU model can do at most, by dated published figures.
 *
 * @param densePeakTeraflops per precision, without sparsity; a precision without units is absent
 * @param maxWatts the power limit
 * @param idleWatts null if not known
 * @param confidence how far the sources agree: reported, contested or unverified
 */
public record Hardware(
        String name,
        Map<Precision, Double> densePeakTeraflops,
        double hbmTerabytesPerSecond,
        double maxWatts,
        Double idleWatts,
        String source,
        String licence,
        LocalDate date,
        String confidence) {
    public Hardware {
        requireNonNull(name, "name");
        requireNonNull(source, "source");
        requireNonNull(licence, "licence");
        requireNonNull(date, "date");
        requireNonNull(confidence, "confidence");
        densePeakTeraflops = Map.copyOf(densePeakTeraflops);
        densePeakTeraflops.forEach((precision, peak) -> requirePositive(name + " peak " + precision, peak));
        requirePositive(name + " hbmTerabytesPerSecond", hbmTerabytesPerSecond);
        requirePositive(name + " maxWatts", maxWatts);
        if (idleWatts != null && !(idleWatts >= 0 && idleWatts < maxWatts)) {
            throw new IllegalArgumentException(
                    name + " idleWatts must be >= 0 and below maxWatts " + maxWatts + ", was " + idleWatts);
        }
    }

    public boolean runs(Precision precision) {
        return densePeakTeraflops.containsKey(precision);
    }

    public OptionalDouble knownIdleWatts() {
        return idleWatts == null ? OptionalDouble.empty() : OptionalDouble.of(idleWatts);
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be > 0, was " + value);
        }
    }
}
