package io.joulestream.app.tensor;

import io.joulestream.core.nvfp4.QuantisationMetrics;
import java.util.Locale;

/** How the figures of a report are written for people. A figure that there is not is a dash. */
public final class Figures {
    static final String NONE = "-";

    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private Figures() {}

    /** With one decimal. */
    static String decibels(Double decibels) {
        return decibels == null ? NONE : String.format(Locale.ROOT, "%.1f", decibels);
    }

    /** "exact" where every element came back unchanged. */
    static String sqnr(QuantisationMetrics metrics) {
        return metrics.exact() ? "exact" : decibels(metrics.sqnrDb());
    }

    /** As {@link #sqnr}, with its unit. */
    public static String sqnrWithUnit(QuantisationMetrics metrics) {
        return metrics.exact() || metrics.sqnrDb() == null ? sqnr(metrics) : sqnr(metrics) + " dB";
    }

    /** "exact" where the median block came back unchanged. */
    static String median(QuantisationMetrics metrics) {
        return metrics.medianBlockExact() ? "exact" : decibels(metrics.medianBlockSqnrDb());
    }

    /** In percent; what is there but would read as nothing is "< 0.01 %". */
    public static String share(Double share) {
        if (share == null) {
            return NONE;
        }
        if (share > 0 && share < 0.0001) {
            return "< 0.01 %";
        }
        return share == 0 ? "0 %" : String.format(Locale.ROOT, "%.2f %%", share * 100);
    }

    static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }

    /** Bytes for each element. */
    static String perElement(long bytes, long elements) {
        return elements == 0 ? NONE : String.format(Locale.ROOT, "%.4f", (double) bytes / elements);
    }

    static String count(long count, String one, String many) {
        return count == 1 ? "1 " + one : String.format(Locale.ROOT, "%,d %s", count, many);
    }
}
