package io.joulestream.api;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;

/**
 * A step of a site's ledger in which its meters were read and do not agree: {@code RECONCILE_GAP}.
 *
 * @param start of the step
 * @param share residual over facility, negative when the meters below the supply's read more
 * @param allowedShare that it is beyond, up or down
 */
public record ReconcileGap(String site, Instant start, Instant end, BigDecimal share, BigDecimal allowedShare) {
    private static final int DECIMALS = 2;

    /** For people, in one line. */
    public String text() {
        return "RECONCILE_GAP: at site " + site + ", from " + start + " to " + end + ", " + percent(share)
                + " % of the energy that entered lies in no line of the balance; more than " + percent(allowedShare)
                + " % is told";
    }

    private static String percent(BigDecimal share) {
        return FigureBody.plain(share.movePointRight(2).setScale(DECIMALS, RoundingMode.HALF_UP))
                .toPlainString();
    }
}
