package io.joulestream.core.ledger;

import java.time.Instant;

/**
 * What one attempt of a run did from one instant to another, as its log tells. Identity: (tenant, run, site, attempt, to). Of
 * two rows with one identity the greatest (correction, session, sequence, phase, from) wins, whatever came first.
 *
 * @param from start of the interval
 * @param to end of the interval, exclusive
 */
public record RunPhase(
        String tenant,
        String site,
        String run,
        int attempt,
        JobPhase phase,
        Instant from,
        Instant to,
        int generation,
        long revision)
        implements Revised {}
