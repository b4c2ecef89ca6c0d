package io.joulestream.core.ledger;

import java.time.Instant;

/**
 * One channel of one entity in one minute.
 *
 * @param entity path under the site, as in the inventory
 * @param metric number in the metric registry
 * @param minute start of the minute, UTC
 * @param powerMaxMilliwatts greatest reading (gauge) or mean power between readings (counter); meaningless when samples is 0
 * @param powerMinMilliwatts least of the same
 * @param rampMaxMilliwattsPerSecond steepest change between neighbouring readings, its absolute value
 * @param coveredMillis time between usable readings no further apart than the max gap, 0..60,000
 * @param accountedMillis time to which any bucket gives an energy, 0..60,000; never less than covered
 * @param samples usable readings inside the minute
 * @param flags bits of {@link LedgerFlag}
 */
public record ChannelMinute(
        String tenant,
        String site,
        String entity,
        int metric,
        Instant minute,
        EnergyBuckets energy,
        long powerMaxMilliwatts,
        long powerMinMilliwatts,
        long rampMaxMilliwattsPerSecond,
        int coveredMillis,
        int accountedMillis,
        int samples,
        int flags,
        int generation,
        long revision)
        implements Revised {}
