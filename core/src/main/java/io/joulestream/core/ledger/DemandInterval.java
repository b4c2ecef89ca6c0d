package io.joulestream.core.ledger;

import java.time.Instant;

/**
 * Energy of one quarter of a UTC hour: grid import of one feed, or one run at one site. The mean power that a demand charge
 * asks for is the energy divided by the length; it is computed when read.
 *
 * @param subject the feed's entity, or the run
 * @param ofRun true for a run, false for a feed
 * @param start on a quarter of the UTC hour, which is one of every local hour too
 * @param lengthSeconds {@link #LENGTH_SECONDS}
 * @param coveredMillis of a feed 0..900,000; of a run the sum over its meters
 * @param accountedMillis the same of accounted milliseconds
 * @param flags bits of {@link LedgerFlag}
 */
public record DemandInterval(
        String tenant,
        String site,
        String subject,
        boolean ofRun,
        Instant start,
        int lengthSeconds,
        EnergyBuckets energy,
        long coveredMillis,
        long accountedMillis,
        int flags,
        int generation,
        long revision)
        implements Revised {
    public static final int LENGTH_SECONDS = 900;
}
