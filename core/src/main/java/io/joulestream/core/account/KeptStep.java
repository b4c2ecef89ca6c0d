package io.joulestream.core.account;

import io.joulestream.core.account.RunReport.StepReport;

/**
 * The report of a training step that holds.
 *
 * @param changes how many reports have held so far: the row's revision
 */
public record KeptStep(StepReport report, long changes) {}
