package io.joulestream.core.kpi;

import java.math.BigDecimal;

/** How a figure's value came to be known. */
public enum Quality {
    /** All of it from readings. */
    MEASURED,
    /** Part of it estimated. */
    MIXED,
    /** All of it estimated. */
    ESTIMATED,
    /** There is no value. */
    MISSING;

    /** The quality of a value of which this share is estimated. */
    public static Quality ofEstimatedShare(BigDecimal estimatedShare) {
        if (estimatedShare.signum() == 0) {
            return MEASURED;
        }
        return estimatedShare.compareTo(BigDecimal.ONE) >= 0 ? ESTIMATED : MIXED;
    }
}
