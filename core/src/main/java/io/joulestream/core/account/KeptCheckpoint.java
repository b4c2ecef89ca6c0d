package io.joulestream.core.account;

import io.joulestream.core.account.RunReport.CheckpointReport;

/**
 * The report of a kept checkpoint that holds.
 *
 * @param changes how many reports have held so far: the row's revision
 */
public record KeptCheckpoint(CheckpointReport report, long changes) {}
