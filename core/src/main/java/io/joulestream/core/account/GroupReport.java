package io.joulestream.core.account;

import io.joulestream.core.ledger.EnergyBuckets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What one owner's frames since its last report say of one power group that has a meter.
 *
 * @param group id of the meter at its head
 * @param ledgerStepSeconds length of the site's ledger step: 900, 1,800 or 3,600
 */
public record GroupReport(
        String tenant,
        String site,
        String group,
        int generation,
        int ledgerStepSeconds,
        List<AmountDifference> amounts,
        List<HeldDifference> held,
        List<Touched> touched) {
    private static final long HOUR_MILLIS = 3_600_000;

    public GroupReport {
        amounts = List.copyOf(amounts);
        held = List.copyOf(held);
        touched = List.copyOf(touched);
    }

    /** What of it belongs to each UTC hour since the epoch, so that an hour's book need not search in all. */
    public NavigableMap<Long, GroupReport> byHour() {
        NavigableMap<Long, Hour> hours = new TreeMap<>();
        for (Touched minutes : touched) {
            long last = Steps.hourOf(minutes.toMinute() - 1);
            for (long hour = Steps.hourOf(minutes.fromMinute()); hour <= last; hour++) {
                in(hours, hour).touched.add(minutes.within(hour));
            }
        }
        for (AmountDifference amount : amounts) {
            in(hours, Steps.hourOf(amount.minute())).amounts.add(amount);
        }
        for (HeldDifference some : held) {
            long last = Math.floorDiv(some.toMillis() - 1, HOUR_MILLIS);
            for (long hour = Math.floorDiv(some.fromMillis(), HOUR_MILLIS); hour <= last; hour++) {
                in(hours, hour).held.add(some.within(hour));
            }
        }
        NavigableMap<Long, GroupReport> parts = new TreeMap<>();
        hours.forEach((hour, part) -> parts.put(
                hour,
                new GroupReport(
                        tenant, site, group, generation, ledgerStepSeconds, part.amounts, part.held, part.touched)));
        return parts;
    }

    private static Hour in(NavigableMap<Long, Hour> hours, long hour) {
        return hours.computeIfAbsent(hour, at -> new Hour());
    }

    private static final class Hour {
        final List<AmountDifference> amounts = new ArrayList<>();
        final List<HeldDifference> held = new ArrayList<>();
        final List<Touched> touched = new ArrayList<>();
    }

    /**
     * To be added to what the group's meter, or all its GPUs together, saw in one minute.
     *
     * @param gpu false for the meter
     * @param minute minutes since the epoch, UTC
     * @param run that the device's own allocation gives it to; empty for none
     */
    public record AmountDifference(
            boolean gpu, long minute, String run, EnergyBuckets energy, long coveredMillis, long accountedMillis) {}

    /**
     * So many of the group's GPUs, or of its nodes, more are held by a run in {@code [from, to)}.
     *
     * @param gpu false for nodes
     * @param run empty for devices that are said to be held by none
     * @param devices negative to take back; 0 for a run that was told of in the meantime and is no longer
     */
    public record HeldDifference(boolean gpu, String run, long fromMillis, long toMillis, int devices) {
        private HeldDifference within(long hour) {
            long from = Math.max(fromMillis, hour * HOUR_MILLIS);
            return new HeldDifference(gpu, run, from, Math.min(toMillis, (hour + 1) * HOUR_MILLIS), devices);
        }
    }

    /**
     * How often the owner's frames touched the group in each of some minutes, and what the group is then.
     *
     * @param fromMinute first of the minutes
     * @param toMinute the minute after the last
     * @param changes frames, per minute
     * @param late whether one of them told who held a member after energies of the time were settled
     */
    public record Touched(long fromMinute, long toMinute, long changes, GroupShape shape, boolean late) {
        public Touched(long fromMinute, long toMinute, long changes, GroupShape shape) {
            this(fromMinute, toMinute, changes, shape, false);
        }

        private Touched within(long hour) {
            long from = Math.max(fromMinute, hour * Steps.MINUTES_PER_HOUR);
            return new Touched(from, Math.min(toMinute, (hour + 1) * Steps.MINUTES_PER_HOUR), changes, shape, late);
        }
    }
}
