package io.joulestream.core.account;

import io.joulestream.core.account.SiteReport.RoleDifference;
import io.joulestream.core.ledger.SiteStep;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The sums of one site in one UTC hour: per role and minute, and from them per ledger step.
 *
 * <p>Not thread-safe.
 */
public final class SiteHourBook {
    final NavigableMap<RoleMinute, Sum> sums = new TreeMap<>();
    /** Rows that changed since they were last given out; not part of the book's bytes. */
    private final Set<RoleMinute> unpublished = new TreeSet<>();

    record RoleMinute(String role, long minute) implements Comparable<RoleMinute> {
        @Override
        public int compareTo(RoleMinute other) {
            int byRole = role.compareTo(other.role);
            return byRole != 0 ? byRole : Long.compare(minute, other.minute);
        }
    }

    /** The UTC hour, since the epoch, that a difference belongs to. */
    public static long hourOf(RoleDifference difference) {
        return Steps.hourOf(difference.minute());
    }

    public void add(RoleDifference difference) {
        RoleMinute key = new RoleMinute(difference.role(), difference.minute());
        Sum more = new Sum(
                difference.energy(),
                difference.coveredWattMillis(),
                difference.accountedWattMillis(),
                0,
                difference.changes());
        sums.merge(key, more, Sum::plus);
        unpublished.add(key);
    }

    /** The minutes and ledger steps that changed since the last call. */
    public List<SiteStep> publish(String tenant, String site, int generation, int ledgerStepSeconds) {
        List<SiteStep> rows = new ArrayList<>();
        Set<RoleMinute> steps = new TreeSet<>();
        for (RoleMinute key : unpublished) {
            rows.add(row(tenant, site, key, 60, sums.get(key), generation));
            steps.add(new RoleMinute(key.role(), Steps.stepStart(key.minute(), ledgerStepSeconds)));
        }
        for (RoleMinute step : steps) {
            Sum sum = Sum.ZERO;
            RoleMinute end = new RoleMinute(step.role(), step.minute() + ledgerStepSeconds / 60);
            for (Map.Entry<RoleMinute, Sum> minute : sums.subMap(step, end).entrySet()) {
                sum = sum.plus(minute.getValue());
            }
            rows.add(row(tenant, site, step, ledgerStepSeconds, sum, generation));
        }
        unpublished.clear();
        return rows;
    }

    private static SiteStep row(
            String tenant, String site, RoleMinute key, int lengthSeconds, Sum sum, int generation) {
        return new SiteStep(
                tenant,
                site,
                key.role(),
                Instant.ofEpochSecond(key.minute() * 60),
                lengthSeconds,
                sum.energy(),
                sum.covered(),
                sum.accounted(),
                sum.flags(),
                generation,
                sum.changes());
    }
}
