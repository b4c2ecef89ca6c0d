package io.joulestream.core.kpi;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * Published energies: whole millijoules, rounded half-up (away from zero at a tie) once per published total from the
 * ledger's exact microjoules. 1 kWh is 3.6e9 mJ.
 */
public final class MilliJoules {
    private static final BigDecimal PER_KWH = BigDecimal.valueOf(3_600_000_000L);

    private MilliJoules() {}

    /** Microjoules, exact, rounded to whole millijoules. */
    public static BigInteger ofMicrojoules(BigInteger microjoules) {
        return ofMicrojoules(new BigDecimal(microjoules));
    }

    /** The same of a product that is no whole number of microjoules. */
    static BigInteger ofMicrojoules(BigDecimal microjoules) {
        return microjoules.movePointLeft(3).setScale(0, RoundingMode.HALF_UP).toBigIntegerExact();
    }

    /** The decimal string under which an exact energy is published; null for null. */
    public static String text(BigInteger millijoules) {
        return millijoules == null ? null : millijoules.toString();
    }

    /** Kilowatt-hours, to 34 digits. */
    public static BigDecimal toKwh(BigInteger millijoules) {
        return new BigDecimal(millijoules).divide(PER_KWH, Numbers.CONTEXT);
    }
}
