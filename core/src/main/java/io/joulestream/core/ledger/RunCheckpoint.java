package io.joulestream.core.ledger;

import java.time.Instant;

/**
 * That a step of one attempt of a run is in a kept checkpoint. Identity: (tenant, run, site, attempt, step). Of two rows with
 * one identity a correction wins, and of two of its kind the earlier instant, whatever came first.
 *
 * @param step the last step in the checkpoint; for an attempt that began from one, also that step; 0 for none
 * @param at since when it is known to be the last step that is kept
 */
public record RunCheckpoint(
        String tenant, String site, String run, int attempt, long step, Instant at, int generation, long revision)
        implements Revised {}
