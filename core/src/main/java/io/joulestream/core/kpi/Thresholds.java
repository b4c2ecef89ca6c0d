package io.joulestream.core.kpi;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * From where on a figure counts as known well enough. Shares are 0..1.
 *
 * @param liveCoverage least coverage of windows under one day
 * @param dayCoverage least coverage of a day and longer
 * @param monthCoverage least coverage of a month and longer
 * @param measuredShare from what covered share, weighted by nameplate, a role's step is measured
 * @param leastItLoad least IT energy, as a share of the installed IT power times the window
 * @param leastResolutions least IT energy, in resolutions of its registers
 */
public record Thresholds(
        BigDecimal liveCoverage,
        BigDecimal dayCoverage,
        BigDecimal monthCoverage,
        BigDecimal measuredShare,
        BigDecimal leastItLoad,
        int leastResolutions) {
    /** Live 50 %, day 90 %, month 95 %; a step is measured from 99 %; IT from 1 % of the installed power and 20 resolutions. */
    public static final Thresholds DEFAULT = new Thresholds(
            new BigDecimal("0.5"),
            new BigDecimal("0.9"),
            new BigDecimal("0.95"),
            new BigDecimal("0.99"),
            new BigDecimal("0.01"),
            20);

    /** From which share of the facility's energy on a residual is told, where the site does not say otherwise. */
    public static final BigDecimal RESIDUAL_SHARE = new BigDecimal("0.03");

    static final BigDecimal FLAGGED_ESTIMATED_SHARE = new BigDecimal("0.05");
    static final BigDecimal BLOCKING_ESTIMATED_SHARE = new BigDecimal("0.20");

    /** A day in which the clocks go forward. */
    private static final Duration SHORTEST_DAY = Duration.ofHours(23);
    /** February in a zone whose clocks go forward in it. */
    private static final Duration SHORTEST_MONTH = Duration.ofHours(28 * 24 - 1);

    public Thresholds {
        requireNonNull(liveCoverage, "liveCoverage");
        requireNonNull(dayCoverage, "dayCoverage");
        requireNonNull(monthCoverage, "monthCoverage");
        requireNonNull(measuredShare, "measuredShare");
        requireNonNull(leastItLoad, "leastItLoad");
    }

    /** The least coverage of a window of this length. */
    public BigDecimal coverageOf(Duration window) {
        if (window.compareTo(SHORTEST_MONTH) >= 0) {
            return monthCoverage;
        }
        return window.compareTo(SHORTEST_DAY) >= 0 ? dayCoverage : liveCoverage;
    }
}
