package io.joulestream.core.ledger;

import java.time.Instant;

/**
 * What one training step (or logging interval) of one attempt processed. Identity: (tenant, run, site, attempt, step). Of two
 * rows with one identity the greatest (correction, session, sequence, values) wins, whatever came first.
 *
 * @param step the log's step number, or its cumulative sample count where it has none
 * @param afterStep the step count before the interval; {@link #NOT_TOLD} where the log does not say
 * @param from start of the interval, exclusive of what the previous step covered
 * @param to end of the interval
 * @param tokens tokens pushed through forward and backward, padding included
 * @param effectiveTokens the same without padding; {@link #NOT_TOLD} where the log does not say
 * @param samples sequences processed
 * @param reportedMicrojoules what the log claims to have used, never summed with what meters read; {@link #NOT_TOLD} where
 *     it claims nothing
 */
public record TrainingStep(
        String tenant,
        String site,
        String run,
        int attempt,
        long step,
        long afterStep,
        Instant from,
        Instant to,
        long tokens,
        long effectiveTokens,
        long samples,
        long reportedMicrojoules,
        int generation,
        long revision)
        implements Revised {
    /** Stands for an amount that the log does not tell. */
    public static final long NOT_TOLD = -1;
}
