package io.joulestream.core.account;

import io.joulestream.core.account.MeterReport.FeedDifference;
import io.joulestream.core.account.MeterReport.QuantityDifference;
import io.joulestream.core.ledger.DemandInterval;
import io.joulestream.core.ledger.QuantityStep;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The sums of one meter in one UTC hour by quarters, in which all ledger steps and all local hours begin: the grid import of
 * a feed, and the volumes of a meter of water or fuel.
 *
 * <p>Not thread-safe.
 */
public final class MeterHourBook {
    /** By the first minute of the quarter. */
    final NavigableMap<Long, Sum> feed = new TreeMap<>();

    final NavigableMap<VolumeQuarter, VolumeSum> volumes = new TreeMap<>();
    private final Set<Long> unpublishedFeed = new TreeSet<>();
    private final Set<VolumeQuarter> unpublishedVolumes = new TreeSet<>();

    /** @param start first minute of the quarter, or of the ledger step */
    record VolumeQuarter(int metric, String kind, boolean check, long start) implements Comparable<VolumeQuarter> {
        @Override
        public int compareTo(VolumeQuarter other) {
            int order = Integer.compare(metric, other.metric);
            order = order != 0 ? order : kind.compareTo(other.kind);
            order = order != 0 ? order : Boolean.compare(check, other.check);
            return order != 0 ? order : Long.compare(start, other.start);
        }

        VolumeQuarter at(long otherStart) {
            return new VolumeQuarter(metric, kind, check, otherStart);
        }
    }

    /** The rows of a book that changed. */
    public record Rows(List<DemandInterval> demand, List<QuantityStep> quantities) {}

    /** The UTC hour, since the epoch, that a minute belongs to. */
    public static long hourOf(long minute) {
        return Steps.hourOf(minute);
    }

    public void add(FeedDifference difference) {
        long quarter = Steps.stepStart(difference.minute(), DemandInterval.LENGTH_SECONDS);
        Sum more = new Sum(
                difference.energy(), difference.coveredMillis(), difference.accountedMillis(), 0, difference.changes());
        feed.merge(quarter, more, Sum::plus);
        unpublishedFeed.add(quarter);
    }

    public void add(QuantityDifference difference) {
        VolumeQuarter quarter = new VolumeQuarter(
                difference.metric(),
                difference.kind(),
                difference.check(),
                Steps.stepStart(difference.minute(), DemandInterval.LENGTH_SECONDS));
        VolumeSum more = new VolumeSum(
                difference.volume(), difference.coveredMillis(), difference.accountedMillis(), difference.changes());
        volumes.merge(quarter, more, VolumeSum::plus);
        unpublishedVolumes.add(quarter);
    }

    /** The quarters of the feed and the ledger steps of volumes that changed since the last call. */
    public Rows publish(String tenant, String site, String entity, int generation, int ledgerStepSeconds) {
        List<DemandInterval> demand = new ArrayList<>();
        for (long quarter : unpublishedFeed) {
            demand.add(demand(tenant, site, entity, false, quarter, feed.get(quarter), 0, generation));
        }
        Set<VolumeQuarter> steps = new TreeSet<>();
        for (VolumeQuarter quarter : unpublishedVolumes) {
            steps.add(quarter.at(Steps.stepStart(quarter.start(), ledgerStepSeconds)));
        }
        List<QuantityStep> quantities = new ArrayList<>();
        for (VolumeQuarter step : steps) {
            VolumeSum sum = volumes.subMap(step, step.at(step.start() + ledgerStepSeconds / 60)).values().stream()
                    .reduce(VolumeSum.ZERO, VolumeSum::plus);
            quantities.add(new QuantityStep(
                    tenant,
                    site,
                    entity,
                    step.metric(),
                    step.kind(),
                    step.check(),
                    Instant.ofEpochSecond(step.start() * 60),
                    ledgerStepSeconds,
                    sum.volume(),
                    sum.coveredMillis(),
                    sum.accountedMillis(),
                    sum.flags(),
                    generation,
                    sum.changes()));
        }
        unpublishedFeed.clear();
        unpublishedVolumes.clear();
        return new Rows(demand, quantities);
    }

    static DemandInterval demand(
            String tenant,
            String site,
            String subject,
            boolean ofRun,
            long minute,
            Sum sum,
            int moreFlags,
            int generation) {
        return new DemandInterval(
                tenant,
                site,
                subject,
                ofRun,
                Instant.ofEpochSecond(minute * 60),
                DemandInterval.LENGTH_SECONDS,
                sum.energy(),
                sum.covered(),
                sum.accounted(),
                sum.flags() | moreFlags,
                generation,
                sum.changes());
    }
}
