package io.joulestream.api;

import io.joulestream.core.kpi.Figure;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;

/**
 * One published figure; its unit stands in the key under which it is published.
 *
 * @param value decimal string of 12 significant digits; null when it cannot be computed
 * @param reason why there is no value; null when there is one
 * @param low lower end of the 95 % interval; null when unknown
 * @param high upper end; null when unknown
 * @param coverage 0 to 1
 * @param estimatedShare 0 to 1; null when there is no value
 * @param explain address of the value's inputs; null where it cannot be opened
 */
record FigureBody(
        String value,
        String reason,
        List<String> flags,
        String quality,
        String low,
        String high,
        BigDecimal coverage,
        BigDecimal estimatedShare,
        String method,
        List<String> factorSets,
        String status,
        Instant asOf,
        String explain) {
    private static final MathContext TWELVE_DIGITS = new MathContext(12, RoundingMode.HALF_UP);
    private static final int SHARE_DECIMALS = 6;

    static FigureBody of(Figure figure) {
        return new FigureBody(
                number(figure.value()),
                figure.reason() == null ? null : figure.reason().name(),
                figure.flags().stream().map(Enum::name).toList(),
                figure.quality().name(),
                number(figure.low()),
                number(figure.high()),
                share(figure.coverage()),
                share(figure.estimatedShare()),
                figure.method(),
                figure.factorSets(),
                figure.status().name(),
                figure.asOf(),
                null);
    }

    private static String number(BigDecimal number) {
        return number == null ? null : plain(number.round(TWELVE_DIGITS)).toPlainString();
    }

    /** A share of 0 to 1 as it is published; a share below 1 never reads as 1, nor one above 0 as 0. */
    static BigDecimal share(BigDecimal share) {
        if (share == null) {
            return null;
        }
        BigDecimal rounded = share.setScale(SHARE_DECIMALS, RoundingMode.HALF_UP);
        BigDecimal least = BigDecimal.ONE.movePointLeft(SHARE_DECIMALS);
        if (rounded.compareTo(BigDecimal.ONE) == 0 && share.compareTo(BigDecimal.ONE) < 0) {
            return BigDecimal.ONE.subtract(least);
        }
        if (rounded.signum() == 0 && share.signum() > 0) {
            return least;
        }
        return plain(rounded);
    }

    /** Without trailing zeros, and never in exponents; null for null. */
    static BigDecimal plain(BigDecimal number) {
        if (number == null) {
            return null;
        }
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
}
