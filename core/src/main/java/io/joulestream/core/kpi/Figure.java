package io.joulestream.core.kpi;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeSet;

/**
 * One published number and everything a reader needs to judge it. The unit stands in the key under which it is published.
 *
 * @param value unrounded; null when it cannot be computed
 * @param reason why the value is null; null when there is a value
 * @param flags each once, in the order of {@link FigureFlag}
 * @param low lower end of the 95 % interval (k = 2); null when unknown
 * @param high upper end; null exactly when {@code low} is
 * @param coverage share of the window that is measured, 0..1
 * @param estimatedShare share of the energy behind the value that is estimated, 0..1; null when the value is
 * @param method id of the formula, as in {@code docs/method.md}
 * @param factorSets ids of the factor sets used; empty when none
 * @param asOf cut-off of the data
 */
public record Figure(
        BigDecimal value,
        ReasonCode reason,
        List<FigureFlag> flags,
        Quality quality,
        BigDecimal low,
        BigDecimal high,
        BigDecimal coverage,
        BigDecimal estimatedShare,
        String method,
        List<String> factorSets,
        Status status,
        Instant asOf) {
    /** @throws IllegalArgumentException when value and reason are both there or both absent, or the rest contradicts them */
    public Figure {
        flags = distinct(flags);
        factorSets = List.copyOf(factorSets);
        requireNonNull(quality, "quality");
        requireNonNull(coverage, "coverage");
        requireNonNull(method, "method");
        requireNonNull(status, "status");
        requireNonNull(asOf, "asOf");
        if ((value == null) != (reason != null)) {
            throw new IllegalArgumentException(
                    "a figure has a value or a reason, was value " + value + " and reason " + reason);
        }
        if ((value == null) != (quality == Quality.MISSING) || (value == null) != (estimatedShare == null)) {
            throw new IllegalArgumentException(
                    "a figure without value is MISSING and has no estimated share, was value " + value + ", " + quality
                            + " and " + estimatedShare);
        }
        if ((low == null) != (high == null) || value == null && low != null) {
            throw new IllegalArgumentException(
                    "an interval has two ends around a value, was " + low + ".." + high + " around " + value);
        }
        if (low != null && low.compareTo(high) > 0) {
            throw new IllegalArgumentException("low must be <= high, was " + low + ".." + high);
        }
        requireShare("coverage", coverage);
        if (estimatedShare != null) {
            requireShare("estimatedShare", estimatedShare);
        }
    }

    /** A provisional value without interval; its quality follows from the estimated share. */
    public static Figure of(
            BigDecimal value, BigDecimal coverage, BigDecimal estimatedShare, String method, Instant asOf) {
        return new Figure(
                value,
                null,
                shareFlags(estimatedShare),
                Quality.ofEstimatedShare(estimatedShare),
                null,
                null,
                coverage,
                estimatedShare,
                method,
                List.of(),
                Status.PROVISIONAL,
                asOf);
    }

    /** A provisional figure without value. */
    public static Figure missing(ReasonCode reason, BigDecimal coverage, String method, Instant asOf) {
        return new Figure(
                null,
                requireNonNull(reason, "reason"),
                List.of(),
                Quality.MISSING,
                null,
                null,
                coverage,
                null,
                method,
                List.of(),
                Status.PROVISIONAL,
                asOf);
    }

    /**
     * The sum of figures of one unit. It is missing when a part is (with the first such reason) or there is none (NO_DATA),
     * because the sum of the others would pass for the whole. Its coverage is that of the least covered part, its estimated
     * share is weighted by value, and intervals add up: the parts are read by the same meters.
     */
    public static Figure sum(List<Figure> parts, String method, Instant asOf) {
        BigDecimal coverage =
                parts.stream().map(Figure::coverage).min(BigDecimal::compareTo).orElse(BigDecimal.ZERO);
        EnumSet<FigureFlag> flags = EnumSet.noneOf(FigureFlag.class);
        TreeSet<String> sets = new TreeSet<>();
        parts.forEach(part -> flags.addAll(part.flags));
        parts.forEach(part -> sets.addAll(part.factorSets));
        Figure missing = parts.stream().filter(Figure::isMissing).findFirst().orElse(null);
        if (missing != null || parts.isEmpty()) {
            ReasonCode reason = missing == null ? ReasonCode.NO_DATA : missing.reason;
            return missing(reason, coverage, method, asOf).withFlags(flags);
        }
        flags.removeAll(EnumSet.of(FigureFlag.ESTIMATED_SHARE_HIGH, FigureFlag.ESTIMATED_SHARE_BLOCKS_CLOSING));
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal magnitude = BigDecimal.ZERO;
        BigDecimal estimated = BigDecimal.ZERO;
        BigDecimal low = BigDecimal.ZERO;
        BigDecimal high = BigDecimal.ZERO;
        for (Figure part : parts) {
            sum = sum.add(part.value);
            magnitude = magnitude.add(part.value.abs());
            estimated = estimated.add(part.value.abs().multiply(part.estimatedShare));
            low = low == null || part.low == null ? null : low.add(part.low);
            high = high == null || part.high == null ? null : high.add(part.high);
        }
        BigDecimal share = magnitude.signum() == 0 ? BigDecimal.ZERO : estimated.divide(magnitude, Numbers.CONTEXT);
        Figure figure = of(sum, coverage, share.min(BigDecimal.ONE), method, asOf)
                .withFlags(flags)
                .withFactorSets(List.copyOf(sets));
        return low == null ? figure : figure.withInterval(low, high);
    }

    public boolean isMissing() {
        return value == null;
    }

    /** This figure with more flags. */
    public Figure withFlags(Collection<FigureFlag> more) {
        List<FigureFlag> all = new ArrayList<>(flags);
        all.addAll(more);
        return new Figure(
                value, reason, all, quality, low, high, coverage, estimatedShare, method, factorSets, status, asOf);
    }

    /** This figure with the ids of the factor sets behind it. */
    public Figure withFactorSets(List<String> ids) {
        return new Figure(
                value, reason, flags, quality, low, high, coverage, estimatedShare, method, ids, status, asOf);
    }

    /**
     * This figure with an interval of two standard uncertainties; unchanged when it has no value.
     *
     * @param standardUncertainty absolute, in the value's unit; null when unknown, then flagged instead
     */
    public Figure withUncertainty(BigDecimal standardUncertainty) {
        if (value == null) {
            return this;
        }
        if (standardUncertainty == null) {
            return withFlags(List.of(FigureFlag.ACCURACY_UNKNOWN));
        }
        BigDecimal half = standardUncertainty.abs().multiply(BigDecimal.valueOf(2), Numbers.CONTEXT);
        return withInterval(value.subtract(half, Numbers.CONTEXT), value.add(half, Numbers.CONTEXT));
    }

    /** The value rounded half-up for presentation, and its interval with it. Coverage and share stay unrounded. */
    public Figure roundedTo(int decimals) {
        return new Figure(
                rounded(value, decimals),
                reason,
                flags,
                quality,
                rounded(low, decimals),
                rounded(high, decimals),
                coverage,
                estimatedShare,
                method,
                factorSets,
                status,
                asOf);
    }

    Figure withInterval(BigDecimal from, BigDecimal to) {
        return new Figure(
                value, reason, flags, quality, from, to, coverage, estimatedShare, method, factorSets, status, asOf);
    }

    private static BigDecimal rounded(BigDecimal number, int decimals) {
        return number == null ? null : number.setScale(decimals, RoundingMode.HALF_UP);
    }

    private static List<FigureFlag> distinct(Collection<FigureFlag> flags) {
        return flags.isEmpty() ? List.of() : List.copyOf(EnumSet.copyOf(flags));
    }

    private static List<FigureFlag> shareFlags(BigDecimal estimatedShare) {
        List<FigureFlag> flags = new ArrayList<>();
        if (estimatedShare.compareTo(Thresholds.FLAGGED_ESTIMATED_SHARE) > 0) {
            flags.add(FigureFlag.ESTIMATED_SHARE_HIGH);
        }
        if (estimatedShare.compareTo(Thresholds.BLOCKING_ESTIMATED_SHARE) > 0) {
            flags.add(FigureFlag.ESTIMATED_SHARE_BLOCKS_CLOSING);
        }
        return flags;
    }

    private static void requireShare(String name, BigDecimal share) {
        if (share.signum() < 0 || share.compareTo(BigDecimal.ONE) > 0) {
            throw new IllegalArgumentException(name + " must be in 0..1, was " + share);
        }
    }
}
