package io.joulestream.core.ledger;

import java.time.Instant;

/**
 * One role of one site in one step: a minute, or a step of the site's ledger ("hour", 15 or 30 minutes where the zone's
 * offsets ask for it).
 *
 * @param role name of a {@code Role}; CHECK meters never get here
 * @param start start of the step, UTC
 * @param lengthSeconds 60, 900, 1,800 or 3,600
 * @param coveredWattMillis sum over the role's entities of covered milliseconds times nameplate watts
 * @param accountedWattMillis the same of accounted milliseconds
 */
public record SiteStep(
        String tenant,
        String site,
        String role,
        Instant start,
        int lengthSeconds,
        EnergyBuckets energy,
        long coveredWattMillis,
        long accountedWattMillis,
        int flags,
        int generation,
        long revision)
        implements Revised {}
