package io.joulestream.core.account;

import io.joulestream.core.account.RunReport.PhaseReport;

/**
 * The report of a phase that holds.
 *
 * @param changes how many reports of it have come, whether they held or not: the row's revision
 */
public record KeptPhase(PhaseReport report, long changes) {
    /** With another report of the same phase. */
    public KeptPhase with(PhaseReport other) {
        return new KeptPhase(other.supersedes(report) ? other : report, changes + 1);
    }
}
