package io.joulestream.core.ledger;

import java.time.Instant;

/**
 * One run at one site in one step: a minute, or a step of the site's ledger.
 *
 * @param energy IT energy of the nodes reserved for the run, CHECK meters excluded
 * @param coveredMillis sum over the run's meters of covered milliseconds inside the allocation
 * @param accountedMillis the same of accounted milliseconds
 * @param tokens tokens processed, cut into steps by the same floors as energy
 */
public record RunStep(
        String tenant,
        String site,
        String run,
        Instant start,
        int lengthSeconds,
        EnergyBuckets energy,
        long coveredMillis,
        long accountedMillis,
        long tokens,
        int flags,
        int generation,
        long revision)
        implements Revised {}
