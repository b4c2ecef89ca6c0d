package io.joulestream.app;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Amounts as a person reads them on a terminal. Locale-independent. */
final class Amounts {
    private static final BigDecimal MILLIJOULES_PER_KWH = BigDecimal.valueOf(3_600_000_000L);

    private Amounts() {}

    /** {@code 12091998.980 J (3.359 kWh)} from millijoules. */
    static String energy(String millijoules) {
        BigDecimal joules = new BigDecimal(millijoules).movePointLeft(3);
        BigDecimal kwh = new BigDecimal(millijoules).divide(MILLIJOULES_PER_KWH, 3, RoundingMode.HALF_UP);
        return joules.toPlainString() + " J (" + kwh.toPlainString() + " kWh)";
    }

    /** {@code 93.36 %} from a share; "unknown" for null. */
    static String percent(BigDecimal share) {
        return share == null
                ? "unknown"
                : share.movePointRight(2).setScale(2, RoundingMode.HALF_UP).toPlainString() + " %";
    }
}
