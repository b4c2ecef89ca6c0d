package io.joulestream.core.account;

import io.joulestream.core.account.RunReport.PhaseReport;

/**
 * The report of a phase that holds.
 *
 * @param changes how many reports have held so far: the row's revision
 */
public record KeptPhase(PhaseReport report, long changes) {}
