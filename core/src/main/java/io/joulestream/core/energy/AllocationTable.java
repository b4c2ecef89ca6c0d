package io.joulestream.core.energy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which run held one entity when, from assertions that may come in any order.
 *
 * <p>Each frame asserts its run over {@code [since, until)}. At an instant the assertion with the latest {@code since}
 * among those that cover it holds. After its end an assertion extends to the next one's start when that is within the
 * max gap; else nobody knows. Assertions of one run that meet within the max gap are kept as one, so the table grows with
 * the changes of run, not with the frames.
 *
 * <p>Not thread-safe.
 */
final class AllocationTable {
    /** An assertion, by its start in the table. */
    record Assertion(long untilMillis, String run) {}

    private final NavigableMap<Long, Assertion> bySince = new TreeMap<>();
    private final long maxGapMillis;

    AllocationTable(long maxGapMillis) {
        this.maxGapMillis = maxGapMillis;
    }

    NavigableMap<Long, Assertion> assertions() {
        return bySince;
    }

    AllocationTable copy() {
        AllocationTable copy = new AllocationTable(maxGapMillis);
        copy.bySince.putAll(bySince);
        return copy;
    }

    /**
     * Takes an assertion in.
     *
     * @return the time in which the answer may have changed, or null when it has not
     */
    Span put(long sinceMillis, long untilMillis, String run) {
        Map.Entry<Long, Assertion> before = bySince.floorEntry(sinceMillis);
        if (before != null && meets(before, sinceMillis, run)) {
            long heldUntil = before.getValue().untilMillis();
            return untilMillis <= heldUntil ? null : hold(before.getKey(), untilMillis, run, heldUntil);
        }
        Assertion sameStart = bySince.get(sinceMillis);
        if (sameStart != null && sameStart.run().compareTo(run) > 0) {
            return null; // two runs claim one instant: the greater name holds, whichever came first
        }
        Map.Entry<Long, Assertion> reach = reachingFurthest(sinceMillis);
        long from = reach == null
                ? sinceMillis
                : Math.min(sinceMillis, reach.getValue().untilMillis());
        return hold(sinceMillis, untilMillis, run, from);
    }

    private Span hold(long since, long until, String run, long changedFrom) {
        bySince.put(since, new Assertion(until, run));
        long changedTo = endOfInfluence(since);
        Map.Entry<Long, Assertion> own = bySince.floorEntry(since);
        Map.Entry<Long, Assertion> next = bySince.higherEntry(since);
        while (next != null && meets(own, next.getKey(), next.getValue().run())) {
            bySince.remove(next.getKey());
            long joined = Math.max(own.getValue().untilMillis(), next.getValue().untilMillis());
            bySince.put(since, new Assertion(joined, run));
            changedTo = Math.max(changedTo, endOfInfluence(since));
            own = bySince.floorEntry(since);
            next = bySince.higherEntry(since);
        }
        return new Span(changedFrom, changedTo);
    }

    /** Whether an assertion of {@code run} from {@code since} continues {@code held}, so that the two are one. */
    private boolean meets(Map.Entry<Long, Assertion> held, long since, String run) {
        return held.getValue().run().equals(run)
                && since - held.getValue().untilMillis() <= maxGapMillis
                && reachingFurthest(held.getKey()).getKey().equals(held.getKey());
    }

    private long endOfInfluence(long since) {
        Long next = bySince.higherKey(since);
        long until = bySince.get(since).untilMillis();
        return next == null ? until : Math.max(until, next);
    }

    /** Of the assertions that start at or before an instant, the one that ends last. */
    private Map.Entry<Long, Assertion> reachingFurthest(long instant) {
        Map.Entry<Long, Assertion> furthest = null;
        for (Map.Entry<Long, Assertion> assertion :
                bySince.headMap(instant, true).entrySet()) {
            if (furthest == null
                    || assertion.getValue().untilMillis() >= furthest.getValue().untilMillis()) {
                furthest = assertion;
            }
        }
        return furthest;
    }

    /** The allocations that make up {@code [from, to)}, in order, without holes. */
    List<Allocation> over(long fromMillis, long toMillis) {
        TreeSet<Long> edges = new TreeSet<>();
        edges.add(fromMillis);
        for (Map.Entry<Long, Assertion> assertion :
                bySince.headMap(toMillis, false).entrySet()) {
            for (long edge :
                    new long[] {assertion.getKey(), assertion.getValue().untilMillis()}) {
                if (edge > fromMillis && edge < toMillis) {
                    edges.add(edge);
                }
            }
        }
        List<Allocation> allocations = new ArrayList<>();
        for (Long start : edges) {
            Long end = edges.higher(start);
            append(allocations, at(start, end == null ? toMillis : end));
        }
        return allocations;
    }

    private static void append(List<Allocation> allocations, Allocation piece) {
        int last = allocations.size() - 1;
        Allocation before = last < 0 ? null : allocations.get(last);
        if (before != null && before.run().equals(piece.run()) && before.known() == piece.known()) {
            allocations.set(last, new Allocation(before.fromMillis(), piece.toMillis(), piece.run(), piece.known()));
        } else {
            allocations.add(piece);
        }
    }

    private Allocation at(long start, long end) {
        for (Map.Entry<Long, Assertion> candidate :
                bySince.headMap(start, true).descendingMap().entrySet()) {
            if (candidate.getValue().untilMillis() > start) {
                return new Allocation(start, end, candidate.getValue().run(), true);
            }
        }
        Map.Entry<Long, Assertion> previous = reachingFurthest(start);
        Long next = bySince.higherKey(start);
        if (previous != null && next != null && next - previous.getValue().untilMillis() <= maxGapMillis) {
            return new Allocation(start, end, previous.getValue().run(), true);
        }
        return new Allocation(start, end, "", bySince.isEmpty());
    }
}
