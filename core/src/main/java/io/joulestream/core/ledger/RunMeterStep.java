package io.joulestream.core.ledger;

import java.time.Instant;

/**
 * What one meter saw of one run in one step of the site's ledger, cut exactly at the run's allocation: the inputs behind
 * a run's energy, CHECK meters included and marked.
 *
 * @param check true when the meter repeats another meter's load and is never summed
 */
public record RunMeterStep(
        String tenant,
        String site,
        String run,
        String entity,
        int metric,
        boolean check,
        Instant start,
        int lengthSeconds,
        EnergyBuckets energy,
        long coveredMillis,
        long accountedMillis,
        int generation,
        long revision)
        implements Revised {}
