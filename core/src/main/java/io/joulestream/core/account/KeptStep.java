package io.joulestream.core.account;

import io.joulestream.core.account.RunReport.StepReport;

/**
 * The report of a training step that holds.
 *
 * @param changes how many reports of it have come, whether they held or not: the row's revision
 */
public record KeptStep(StepReport report, long changes) {
    /** With another report of the same step. */
    public KeptStep with(StepReport other) {
        return new KeptStep(other.supersedes(report) ? other : report, changes + 1);
    }
}
