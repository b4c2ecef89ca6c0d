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
 * max gap; else nobody knows. Assertions of one run from neighbouring frames of one sender are kept as one: no other
 * frame can ever come between them, so the answer stays the same, and the table grows with the changes of run and not
 * with the frames.
 *
 * <p>Not thread-safe.
 */
final class AllocationTable {
    /**
     * An assertion, by its start in the table.
     *
     * @param origin sender of the frames that made it
     * @param firstSequence number of the frame that its start is from
     * @param lastSequence number of the frame that its end is from
     */
    record Assertion(long untilMillis, String run, long origin, long firstSequence, long lastSequence) {
        private boolean isFollowedBy(Assertion next) {
            return run.equals(next.run) && origin == next.origin && lastSequence + 1 == next.firstSequence;
        }

        /** The same start, told again: the later end holds. */
        private Assertion or(Assertion other) {
            return other.untilMillis > untilMillis ? other.startedBy(this) : this;
        }

        private Assertion startedBy(Assertion earlier) {
            return new Assertion(untilMillis, run, origin, earlier.firstSequence, lastSequence);
        }
    }

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
    Span put(long sinceMillis, Assertion told) {
        Assertion held = bySince.get(sinceMillis);
        if (held != null && held.run().compareTo(told.run()) > 0) {
            return null; // two runs claim one instant: the greater name holds, whichever came first
        }
        boolean again = held != null && held.run().equals(told.run());
        Assertion now = again ? held.or(told) : told;
        if (now.equals(held)) {
            return null;
        }
        long changedFrom = again ? held.untilMillis() : endOfReachBefore(sinceMillis);
        long changedTo = held == null ? now.untilMillis() : Math.max(held.untilMillis(), now.untilMillis());
        bySince.put(sinceMillis, now);
        Long next = bySince.higherKey(sinceMillis);
        Span changed = new Span(changedFrom, next == null ? changedTo : Math.max(changedTo, next));
        joinNeighbours(sinceMillis);
        return changed;
    }

    /** Where the assertions that start before an instant end, if that is before it; else the instant. */
    private long endOfReachBefore(long sinceMillis) {
        Map.Entry<Long, Assertion> reach = reachingFurthest(sinceMillis);
        return reach == null
                ? sinceMillis
                : Math.min(sinceMillis, reach.getValue().untilMillis());
    }

    private void joinNeighbours(long sinceMillis) {
        Map.Entry<Long, Assertion> before = bySince.lowerEntry(sinceMillis);
        boolean joined = before != null && join(before.getKey(), sinceMillis);
        long since = joined ? before.getKey() : sinceMillis;
        Long next = bySince.higherKey(since);
        if (next != null) {
            join(since, next);
        }
    }

    /** Makes one of two neighbours in the table, when no frame can come between them and neither hides a third. */
    private boolean join(long since, long next) {
        Assertion first = bySince.get(since);
        Assertion second = bySince.get(next);
        boolean close = next - first.untilMillis() <= maxGapMillis
                && second.untilMillis() >= first.untilMillis()
                && reachingFurthest(since).getKey() == since;
        if (!close || !first.isFollowedBy(second)) {
            return false;
        }
        bySince.remove(next);
        bySince.put(since, second.startedBy(first));
        return true;
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
        if (bySince.isEmpty()) {
            return List.of(new Allocation(fromMillis, toMillis, "", true));
        }
        Map.Entry<Long, Assertion> latest = bySince.lowerEntry(toMillis);
        if (latest != null && latest.getKey() <= fromMillis && latest.getValue().untilMillis() >= toMillis) {
            return List.of(new Allocation(fromMillis, toMillis, latest.getValue().run(), true));
        }
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
