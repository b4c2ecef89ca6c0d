package io.joulestream.core.ledger;

import java.time.Instant;

/**
 * Water or fuel through one meter in one step of the site's ledger.
 *
 * @param metric number in the metric registry
 * @param kind name of a {@code WaterKind}, {@link #FUEL}, or {@link #OTHER_WATER} for water that does not enter the site
 * @param check true when another meter already counts this volume, so that it belongs to no sum
 * @param start start of the step, UTC
 * @param lengthSeconds 900, 1,800 or 3,600
 * @param coveredMillis 0..length
 * @param accountedMillis time to which any bucket gives a volume, 0..length
 * @param flags bits of {@link LedgerFlag}
 */
public record QuantityStep(
        String tenant,
        String site,
        String entity,
        int metric,
        String kind,
        boolean check,
        Instant start,
        int lengthSeconds,
        VolumeBuckets volume,
        long coveredMillis,
        long accountedMillis,
        int flags,
        int generation,
        long revision)
        implements Revised {
    public static final String FUEL = "FUEL";
    public static final String OTHER_WATER = "OTHER_WATER";
}
