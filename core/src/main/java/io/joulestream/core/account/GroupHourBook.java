package io.joulestream.core.account;

import io.joulestream.core.account.GroupMinute.Share;
import io.joulestream.core.account.GroupReport.AmountDifference;
import io.joulestream.core.account.GroupReport.HeldDifference;
import io.joulestream.core.account.GroupReport.Touched;
import io.joulestream.core.account.RunReport.MeterDifference;
import io.joulestream.core.energy.Amount;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.LedgerFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What is known of one power group in one UTC hour, and what its runs' shares have changed by since they were last given
 * out.
 *
 * <p>A share's revision is how often the group's minute was touched in all, for every run that was ever told of in it: it
 * follows from the telemetry alone, however the reports were batched. Not thread-safe.
 */
public final class GroupHourBook {
    final NavigableMap<Long, GroupMinute> minutes = new TreeMap<>();
    /** By minute that was touched since: what is published of it. Not part of the book's bytes. */
    private final NavigableMap<Long, Published> published = new TreeMap<>();

    private final long hour;

    private record Published(Map<String, Share> shares, long changes) {
        static Published of(GroupMinute minute) {
            return minute == null || !minute.isMetered()
                    ? new Published(Map.of(), 0)
                    : new Published(minute.shares(), minute.changes);
        }

        long changesOf(String run) {
            return shares.containsKey(run) ? changes : 0;
        }
    }

    /** What nobody holds of the group has changed by this in one minute. */
    public record Unallocated(long minute, EnergyBuckets energy, long changes) {}

    /**
     * What has changed.
     *
     * @param runs by run, to be added to its account
     */
    public record Differences(Map<String, List<MeterDifference>> runs, List<Unallocated> unallocated) {}

    /** @param hour UTC hours since the epoch */
    public GroupHourBook(long hour) {
        this.hour = hour;
    }

    /** Adds what of a report belongs to this hour. */
    public void add(GroupReport report) {
        long first = hour * Steps.MINUTES_PER_HOUR;
        long end = first + Steps.MINUTES_PER_HOUR;
        for (Touched touched : report.touched()) {
            for (long at = Math.max(first, touched.fromMinute()); at < Math.min(end, touched.toMinute()); at++) {
                GroupMinute minute = minute(at);
                minute.changes = Math.addExact(minute.changes, touched.changes());
                minute.shape = touched.shape();
                minute.late |= touched.late();
            }
        }
        for (AmountDifference amount : report.amounts()) {
            if (amount.minute() >= first && amount.minute() < end) {
                minute(amount.minute())
                        .add(
                                amount.gpu(),
                                amount.run(),
                                new Amount(amount.energy(), amount.coveredMillis(), amount.accountedMillis()));
            }
        }
        for (HeldDifference held : report.held()) {
            hold(held, Math.max(held.fromMillis(), first * 60_000), Math.min(held.toMillis(), end * 60_000));
        }
    }

    private void hold(HeldDifference held, long fromMillis, long toMillis) {
        long from = fromMillis;
        while (from < toMillis) {
            long minute = Math.floorDiv(from, 60_000L);
            long start = minute * 60_000;
            long to = Math.min(toMillis, start + 60_000);
            minute(minute).hold(held.gpu(), held.run(), (int) (from - start), (int) (to - start), held.devices());
            from = to;
        }
    }

    private GroupMinute minute(long at) {
        GroupMinute minute = minutes.get(at);
        published.computeIfAbsent(at, key -> Published.of(minutes.get(key)));
        if (minute == null) {
            minute = new GroupMinute();
            minutes.put(at, minute);
        }
        return minute;
    }

    /** What has changed since the last call. */
    public Differences publish(String meter) {
        Map<String, List<MeterDifference>> runs = new TreeMap<>();
        List<Unallocated> unallocated = new ArrayList<>();
        published.forEach((at, before) -> {
            GroupMinute minute = minutes.get(at);
            if (!minute.isMetered()) {
                return;
            }
            minute.shares().forEach((run, share) -> {
                Share old = before.shares().getOrDefault(run, Share.NONE);
                Amount more = share.amount().minus(old.amount());
                long changes = minute.changes - before.changesOf(run);
                if (run.isEmpty()) {
                    unallocated.add(new Unallocated(at, more.energy(), changes));
                } else {
                    runs.computeIfAbsent(run, name -> new ArrayList<>())
                            .add(new MeterDifference(
                                    meter,
                                    minute.shape.metric(),
                                    false,
                                    at,
                                    more.energy(),
                                    more.coveredMillis(),
                                    more.accountedMillis(),
                                    changes,
                                    (share.byTime() ? 1 : 0) - (old.byTime() ? 1 : 0),
                                    minute.late ? LedgerFlag.ALLOC_LATE.mask() : 0));
                }
            });
        });
        published.clear();
        return new Differences(runs, unallocated);
    }
}
