package io.joulestream.core.account;

import io.joulestream.core.account.RunReport.MeterDifference;
import io.joulestream.core.ledger.DemandInterval;
import io.joulestream.core.ledger.LedgerFlag;
import io.joulestream.core.ledger.RunMeterStep;
import io.joulestream.core.ledger.RunStep;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The sums of one run at one site in one UTC hour: per minute, per ledger step, and per meter and ledger step.
 *
 * <p>Not thread-safe.
 */
public final class RunHourBook {
    final NavigableMap<Long, Sum> minutes = new TreeMap<>();
    final NavigableMap<MeterStep, Sum> meters = new TreeMap<>();
    /** By minute, where there is something to mark. */
    final NavigableMap<Long, Marks> marks = new TreeMap<>();

    private final Set<Long> unpublishedMinutes = new TreeSet<>();
    private final Set<MeterStep> unpublishedMeters = new TreeSet<>();

    record MeterStep(String entity, int metric, boolean check, long start) implements Comparable<MeterStep> {
        @Override
        public int compareTo(MeterStep other) {
            int order = entity.compareTo(other.entity);
            order = order != 0 ? order : Integer.compare(metric, other.metric);
            order = order != 0 ? order : Boolean.compare(check, other.check);
            return order != 0 ? order : Long.compare(start, other.start);
        }
    }

    /**
     * How a minute's energy came to be the run's.
     *
     * @param sharedByTime how many power groups' energy was shared whole by time
     * @param sticking flags that stay with the minute, whatever comes later
     */
    record Marks(int sharedByTime, int sticking) {
        static final Marks NONE = new Marks(0, 0);

        Marks plus(Marks other) {
            return new Marks(sharedByTime + other.sharedByTime, sticking | other.sticking);
        }

        int flags() {
            return sticking | (sharedByTime != 0 ? LedgerFlag.SHARED_BY_TIME.mask() : 0);
        }
    }

    /** The rows of a book that changed. */
    public record Rows(List<RunStep> steps, List<RunMeterStep> meters, List<DemandInterval> demand) {}

    /** The UTC hour, since the epoch, that a minute belongs to. */
    public static long hourOf(long minute) {
        return Steps.hourOf(minute);
    }

    public void add(MeterDifference difference, int ledgerStepSeconds) {
        Sum more = new Sum(
                difference.energy(), difference.coveredMillis(), difference.accountedMillis(), 0, difference.changes());
        if (!difference.check() && difference.changes() > 0) {
            minutes.merge(difference.minute(), more, Sum::plus);
            unpublishedMinutes.add(difference.minute());
            mark(difference.minute(), new Marks(difference.sharedByTime(), difference.flags()));
        }
        MeterStep meter = new MeterStep(
                difference.entity(),
                difference.metric(),
                difference.check(),
                Steps.stepStart(difference.minute(), ledgerStepSeconds));
        meters.merge(meter, more, Sum::plus);
        unpublishedMeters.add(meter);
    }

    private void mark(long minute, Marks more) {
        Marks sum = marks.getOrDefault(minute, Marks.NONE).plus(more);
        if (sum.equals(Marks.NONE)) {
            marks.remove(minute);
        } else {
            marks.put(minute, sum);
        }
    }

    /** Adds tokens (negative to take them back) to one minute. */
    public void addTokens(long minute, long tokens) {
        minutes.merge(minute, new Sum(Sum.ZERO.energy(), 0, 0, tokens, 1), Sum::plus);
        unpublishedMinutes.add(minute);
    }

    /** The minutes, ledger steps and meters that changed since the last call. */
    public Rows publish(String tenant, String site, String run, int generation, int ledgerStepSeconds) {
        List<RunStep> steps = new ArrayList<>();
        Set<Long> starts = new TreeSet<>();
        for (long minute : unpublishedMinutes) {
            steps.add(row(tenant, site, run, minute, 60, minutes.get(minute), flags(minute, minute + 1), generation));
            starts.add(Steps.stepStart(minute, ledgerStepSeconds));
        }
        for (long start : starts) {
            Sum sum = minutes.subMap(start, start + ledgerStepSeconds / 60).values().stream()
                    .reduce(Sum.ZERO, Sum::plus);
            int flags = flags(start, start + ledgerStepSeconds / 60);
            steps.add(row(tenant, site, run, start, ledgerStepSeconds, sum, flags, generation));
        }
        List<RunMeterStep> meterRows = new ArrayList<>();
        for (MeterStep meter : unpublishedMeters) {
            Sum sum = meters.get(meter);
            meterRows.add(new RunMeterStep(
                    tenant,
                    site,
                    run,
                    meter.entity(),
                    meter.metric(),
                    meter.check(),
                    Instant.ofEpochSecond(meter.start() * 60),
                    ledgerStepSeconds,
                    sum.energy(),
                    sum.covered(),
                    sum.accounted(),
                    generation,
                    sum.changes()));
        }
        List<DemandInterval> demand = demand(tenant, site, run, generation);
        unpublishedMinutes.clear();
        unpublishedMeters.clear();
        return new Rows(steps, meterRows, demand);
    }

    private List<DemandInterval> demand(String tenant, String site, String run, int generation) {
        Set<Long> quarters = new TreeSet<>();
        for (long minute : unpublishedMinutes) {
            quarters.add(Steps.stepStart(minute, DemandInterval.LENGTH_SECONDS));
        }
        List<DemandInterval> rows = new ArrayList<>();
        for (long quarter : quarters) {
            Sum sum = minutes.subMap(quarter, quarter + DemandInterval.LENGTH_SECONDS / 60).values().stream()
                    .reduce(Sum.ZERO, Sum::plus);
            int flags = flags(quarter, quarter + DemandInterval.LENGTH_SECONDS / 60);
            rows.add(MeterHourBook.demand(tenant, site, run, true, quarter, sum, flags, generation));
        }
        return rows;
    }

    private int flags(long fromMinute, long toMinute) {
        return marks.subMap(fromMinute, toMinute).values().stream()
                .reduce(Marks.NONE, Marks::plus)
                .flags();
    }

    private static RunStep row(
            String tenant,
            String site,
            String run,
            long minute,
            int lengthSeconds,
            Sum sum,
            int flags,
            int generation) {
        return new RunStep(
                tenant,
                site,
                run,
                Instant.ofEpochSecond(minute * 60),
                lengthSeconds,
                sum.energy(),
                sum.covered(),
                sum.accounted(),
                sum.tokens(),
                sum.flags() | flags,
                generation,
                sum.changes());
    }
}
