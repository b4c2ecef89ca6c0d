package io.joulestream.core.account;

import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.VolumeBuckets;
import java.util.List;

/**
 * What one owner's frames since its last report changed in the rows of one meter that has rows of its own: a feed of the
 * grid, or a meter of water or fuel.
 *
 * @param ledgerStepSeconds length of the site's ledger step: 900, 1,800 or 3,600
 */
public record MeterReport(
        String tenant,
        String site,
        String entity,
        int generation,
        int ledgerStepSeconds,
        List<FeedDifference> feed,
        List<QuantityDifference> quantities) {
    public MeterReport {
        feed = List.copyOf(feed);
        quantities = List.copyOf(quantities);
    }

    /**
     * To be added to a feed's quarter of an hour.
     *
     * @param minute of the difference, since the epoch, UTC
     * @param changes how many frames changed the minute
     */
    public record FeedDifference(
            long minute, EnergyBuckets energy, long coveredMillis, long accountedMillis, long changes) {}

    /**
     * To be added to the volume of one kind.
     *
     * @param metric number in the metric registry
     * @param kind as in {@link io.joulestream.core.ledger.QuantityStep}
     * @param check whether another meter already counts it
     * @param minute of the difference, since the epoch, UTC
     * @param changes how many frames changed the minute
     */
    public record QuantityDifference(
            int metric,
            String kind,
            boolean check,
            long minute,
            VolumeBuckets volume,
            long coveredMillis,
            long accountedMillis,
            long changes) {}
}
