package io.joulestream.core.ledger;

import java.time.Instant;

/**
 * One part of a site's balance in one step of its ledger.
 *
 * @param part text of an {@link io.joulestream.core.inventory.EnergyPart}
 * @param start start of the step, UTC
 * @param lengthSeconds 900, 1,800 or 3,600
 * @param coveredWattMillis sum over the part's entities of covered milliseconds times nameplate watts
 * @param accountedWattMillis the same of accounted milliseconds
 */
public record SitePart(
        String tenant,
        String site,
        String part,
        Instant start,
        int lengthSeconds,
        EnergyBuckets energy,
        long coveredWattMillis,
        long accountedWattMillis,
        int generation,
        long revision)
        implements Revised {}
