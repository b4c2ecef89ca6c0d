package io.joulestream.core.ledger;

import java.time.Instant;

/**
 * What one training step (or logging interval) of one attempt processed. Identity: (tenant, run, site, attempt, step). Of two
 * rows with one identity the greatest (correction, session, sequence, tokens) wins, whatever came first.
 *
 * @param step the log's step number, or its cumulative sample count where it has none
 * @param from start of the interval, exclusive of what the previous step covered
 * @param to end of the interval
 * @param tokens tokens pushed through forward and backward, padding included
 * @param samples sequences processed
 */
public record TrainingStep(
        String tenant,
        String site,
        String run,
        int attempt,
        long step,
        Instant from,
        Instant to,
        long tokens,
        long samples,
        int generation,
        long revision)
        implements Revised {}
