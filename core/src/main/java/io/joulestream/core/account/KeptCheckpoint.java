package io.joulestream.core.account;

import io.joulestream.core.account.RunReport.CheckpointReport;

/**
 * The report of a kept checkpoint that holds.
 *
 * @param changes how many reports of it have come, whether they held or not: the row's revision
 */
public record KeptCheckpoint(CheckpointReport report, long changes) {
    /** With another report of the same checkpoint. */
    public KeptCheckpoint with(CheckpointReport other) {
        return new KeptCheckpoint(other.supersedes(report) ? other : report, changes + 1);
    }
}
