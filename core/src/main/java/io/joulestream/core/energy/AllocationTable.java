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
 * frame can ever come between them, so the table grows with the changes of run and not with the frames. The answer does
 * not depend on the order of the assertions as long as one sender's do not overlap; where they contradict each other,
 * joining may decide for the one that came first.
 *
 * <p>Not thread-safe.
 */
final class AllocationTable {
    /** Where an assertion begins. Of two runs that claim one instant the greater name holds, whichever came first. */
    record Start(long sinceMillis, String run) implements Comparable<Start> {
        @Override
        public int compareTo(Start other) {
            int bySince = Long.compare(sinceMillis, other.sinceMillis);
            return bySince != 0 ? bySince : run.compareTo(other.run);
        }
    }

    /**
     * How far an assertion goes.
     *
     * @param origin sender of the frames that made it
     * @param firstSequence number of the frame that its start is from
     * @param lastSequence number of the frame that its end is from
     */
    record Extent(long untilMillis, long origin, long firstSequence, long lastSequence) {
        private boolean isFollowedBy(Extent next) {
            return origin == next.origin && lastSequence + 1 == next.firstSequence;
        }

        /** This end with an earlier start; numbers of another sender say nothing about what comes between. */
        private Extent startedBy(Extent earlier) {
            long first = earlier.origin == origin ? earlier.firstSequence : firstSequence;
            return new Extent(untilMillis, origin, first, lastSequence);
        }
    }

    private final NavigableMap<Start, Extent> assertions = new TreeMap<>();
    private final long maxGapMillis;

    AllocationTable(long maxGapMillis) {
        this.maxGapMillis = maxGapMillis;
    }

    NavigableMap<Start, Extent> assertions() {
        return assertions;
    }

    AllocationTable copy() {
        AllocationTable copy = new AllocationTable(maxGapMillis);
        copy.assertions.putAll(assertions);
        return copy;
    }

    /**
     * Takes an assertion in.
     *
     * @return the time in which the answer may have changed, or null when it has not
     */
    Span put(Start start, Extent told) {
        Extent held = assertions.get(start);
        if (held != null && held.untilMillis() >= told.untilMillis()) {
            return null;
        }
        long changedFrom = held == null ? endOfReachBefore(start.sinceMillis()) : held.untilMillis();
        assertions.put(start, held == null ? told : told.startedBy(held));
        Span changed = new Span(changedFrom, firstStartFrom(told.untilMillis()));
        joinNeighbours(start);
        return changed;
    }

    /** Whether taking an assertion in needs, or may change, what lies before an instant. */
    boolean reachesBefore(long millis, Start start, long untilMillis) {
        Extent held = assertions.get(start);
        if (held != null) {
            return held.untilMillis() < untilMillis && held.untilMillis() < millis;
        }
        Map.Entry<Start, Extent> reach = reachingFurthest(assertions.headMap(start, false));
        boolean extended = reach != null
                && reach.getValue().untilMillis() < millis
                && start.sinceMillis() - reach.getValue().untilMillis() <= maxGapMillis;
        return start.sinceMillis() < millis || extended;
    }

    /** Takes out the assertions that say nothing of the time from an instant on. */
    NavigableMap<Start, Extent> putAway(long beforeMillis) {
        NavigableMap<Start, Extent> older = new TreeMap<>();
        Map.Entry<Start, Extent> furthest = reachingFurthest(assertions);
        for (Map.Entry<Start, Extent> assertion : assertions.entrySet()) {
            if (endsBefore(assertion.getValue(), beforeMillis)
                    && !assertion.getKey().equals(furthest.getKey())) {
                older.put(assertion.getKey(), assertion.getValue());
            }
        }
        older.keySet().forEach(assertions::remove);
        return older;
    }

    /** Whether an assertion says nothing of the time from an instant on, not even by extension. */
    boolean endsBefore(Extent extent, long millis) {
        return extent.untilMillis() + maxGapMillis < millis;
    }

    /** Where the assertions that start before an instant end, if they may extend to it; else the instant. */
    private long endOfReachBefore(long sinceMillis) {
        Map.Entry<Start, Extent> reach = reachingFurthest(assertions.headMap(new Start(sinceMillis, ""), false));
        return reach == null || sinceMillis - reach.getValue().untilMillis() > maxGapMillis
                ? sinceMillis
                : Math.min(sinceMillis, reach.getValue().untilMillis());
    }

    /** To where an assertion that ends at an instant may extend: the next start, or no further. */
    private long firstStartFrom(long untilMillis) {
        Start next = assertions.ceilingKey(new Start(untilMillis, ""));
        return next == null ? untilMillis : next.sinceMillis();
    }

    private void joinNeighbours(Start start) {
        Start before = assertions.lowerKey(start);
        Start first = before != null && join(before, start) ? before : start;
        Start next = assertions.higherKey(first);
        if (next != null) {
            join(first, next);
        }
    }

    /** Makes one of two neighbours in the table, when no frame can come between them and neither hides a third. */
    private boolean join(Start start, Start next) {
        Extent first = assertions.get(start);
        Extent second = assertions.get(next);
        boolean joins = start.run().equals(next.run())
                && first.isFollowedBy(second)
                && next.sinceMillis() - first.untilMillis() <= maxGapMillis
                && second.untilMillis() >= first.untilMillis()
                && reachingFurthest(assertions.headMap(start, true)).getKey().equals(start);
        if (joins) {
            assertions.remove(next);
            assertions.put(start, second.startedBy(first));
        }
        return joins;
    }

    /** The assertion that ends last; of several the latest start. Null when there is none. */
    private static Map.Entry<Start, Extent> reachingFurthest(NavigableMap<Start, Extent> some) {
        Map.Entry<Start, Extent> furthest = null;
        for (Map.Entry<Start, Extent> assertion : some.entrySet()) {
            if (furthest == null
                    || assertion.getValue().untilMillis() >= furthest.getValue().untilMillis()) {
                furthest = assertion;
            }
        }
        return furthest;
    }

    /** Those that start at or before an instant. */
    private NavigableMap<Start, Extent> startedBy(long millis) {
        return assertions.headMap(new Start(millis + 1, ""), false);
    }

    /** The allocations that make up {@code [from, to)}, in order, without holes. */
    List<Allocation> over(long fromMillis, long toMillis) {
        if (assertions.isEmpty()) {
            return List.of(new Allocation(fromMillis, toMillis, "", true));
        }
        Map.Entry<Start, Extent> latest = assertions.lowerEntry(new Start(toMillis, ""));
        if (latest != null
                && latest.getKey().sinceMillis() <= fromMillis
                && latest.getValue().untilMillis() >= toMillis) {
            return List.of(new Allocation(fromMillis, toMillis, latest.getKey().run(), true));
        }
        TreeSet<Long> edges = new TreeSet<>();
        edges.add(fromMillis);
        for (Map.Entry<Start, Extent> assertion : startedBy(toMillis - 1).entrySet()) {
            for (long edge : new long[] {
                assertion.getKey().sinceMillis(), assertion.getValue().untilMillis()
            }) {
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

    /** Of the allocations over a span those that somebody asserted. */
    List<Allocation> knownOver(Span span) {
        return assertions.isEmpty()
                ? List.of()
                : over(span.fromMillis(), span.toMillis()).stream()
                        .filter(Allocation::known)
                        .toList();
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
        NavigableMap<Start, Extent> started = startedBy(start);
        for (Map.Entry<Start, Extent> candidate : started.descendingMap().entrySet()) {
            if (candidate.getValue().untilMillis() > start) {
                return new Allocation(start, end, candidate.getKey().run(), true);
            }
        }
        Map.Entry<Start, Extent> previous = reachingFurthest(started);
        Start next = assertions.ceilingKey(new Start(start + 1, ""));
        if (previous != null
                && next != null
                && next.sinceMillis() - previous.getValue().untilMillis() <= maxGapMillis) {
            return new Allocation(start, end, previous.getKey().run(), true);
        }
        return new Allocation(start, end, "", false);
    }
}
