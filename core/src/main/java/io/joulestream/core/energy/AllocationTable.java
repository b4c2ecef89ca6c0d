package io.joulestream.core.energy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which run held one entity when, from assertions that may come in any order.
 *
 * <p>Each frame asserts its run over {@code [since, until)}. What one sender asserts of one run in frame after frame is
 * one <em>claim</em>, from the first frame's start to the last one's end: of two frames with neighbouring numbers the
 * later starts and ends no earlier, and starts within the max gap after the earlier one's end. Whether two frames belong
 * together follows from the two alone, so the claims do not depend on the order in which frames come, and the table grows
 * with the changes of run and the lost frames, not with the frames. A frame of one slot asserts its run at an instant: that
 * covers nothing by itself, and extends like any other.
 *
 * <p>At an instant the claim with the latest {@code since} among those that cover it holds; of several that start together
 * that of the greatest name. After its end a claim extends to the next one's start when that is within the max gap; else
 * nobody knows. Time that claims of different runs cover is <em>contested</em>.
 *
 * <p>Not thread-safe.
 */
final class AllocationTable {
    /**
     * Where a claim begins. Of two runs that claim one instant since the same start the greater name holds.
     *
     * @param origin sender of its frames
     * @param firstSequence number of the first of them
     */
    record Start(long sinceMillis, String run, long origin, long firstSequence) implements Comparable<Start> {
        private static final Comparator<Start> ORDER = Comparator.comparingLong(Start::sinceMillis)
                .thenComparing(Start::run)
                .thenComparingLong(Start::origin)
                .thenComparingLong(Start::firstSequence);

        /** No claim that starts at or after an instant comes before this. */
        private static Start earliestAt(long millis) {
            return new Start(millis, "", Long.MIN_VALUE, Long.MIN_VALUE);
        }

        @Override
        public int compareTo(Start other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * How far a claim goes.
     *
     * @param lastSequence number of its last frame
     * @param lastSinceMillis since when that frame asserts the run
     * @param firstUntilMillis until when its first frame asserts it
     */
    record Extent(long untilMillis, long lastSequence, long lastSinceMillis, long firstUntilMillis) {
        /** What one frame says. */
        static Extent ofFrame(Start start, long untilMillis) {
            return new Extent(untilMillis, start.firstSequence(), start.sinceMillis(), untilMillis);
        }

        private Extent followedBy(Extent next) {
            return new Extent(next.untilMillis, next.lastSequence, next.lastSinceMillis, firstUntilMillis);
        }
    }

    private static final long NOT_CLAIMED = Long.MIN_VALUE;

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
     * Takes in what one frame asserts.
     *
     * @return the time in which the answer, or whether it is contested, may have changed; null when there is none
     */
    Span put(Start start, long untilMillis) {
        if (isKnown(start, untilMillis)) {
            return null;
        }
        Extent told = Extent.ofFrame(start, untilMillis);
        Map.Entry<Start, Extent> before = claimBefore(start, told);
        Map.Entry<Start, Extent> after = claimAfter(start, told);
        Start first = before == null ? start : before.getKey();
        long changedFrom = changedFrom(before, start);
        if (after == null) {
            enter(first, before, told);
            return span(changedFrom, firstStartAfter(start, untilMillis));
        }
        Span ofNext = new Span(
                after.getKey().sinceMillis(),
                firstStartAfter(after.getKey(), after.getValue().untilMillis()));
        List<Allocation> then = over(ofNext.fromMillis(), ofNext.toMillis());
        assertions.remove(after.getKey());
        enter(first, before, told.followedBy(after.getValue()));
        boolean nextChanged = !over(ofNext.fromMillis(), ofNext.toMillis()).equals(then);
        return nextChanged
                ? span(Math.min(changedFrom, ofNext.fromMillis()), ofNext.toMillis())
                : span(changedFrom, ofNext.fromMillis());
    }

    private static Span span(long fromMillis, long toMillis) {
        return fromMillis < toMillis ? new Span(fromMillis, toMillis) : null;
    }

    private void enter(Start first, Map.Entry<Start, Extent> before, Extent rest) {
        assertions.put(first, before == null ? rest : before.getValue().followedBy(rest));
    }

    /** Whether a claim is held of which this is a part: the frame came before, or a part of it. */
    private boolean isKnown(Start start, long untilMillis) {
        return assertions.entrySet().stream()
                .anyMatch(claim -> isOfSameSender(claim.getKey(), start)
                        && claim.getKey().firstSequence() <= start.firstSequence()
                        && start.firstSequence() <= claim.getValue().lastSequence()
                        && claim.getKey().sinceMillis() <= start.sinceMillis()
                        && untilMillis <= claim.getValue().untilMillis());
    }

    private static boolean isOfSameSender(Start claim, Start other) {
        return claim.origin() == other.origin() && claim.run().equals(other.run());
    }

    /** The claim that a frame carries on; null when there is none at hand. */
    private Map.Entry<Start, Extent> claimBefore(Start start, Extent told) {
        for (Map.Entry<Start, Extent> claim : assertions.entrySet()) {
            if (isFollowed(claim.getKey(), claim.getValue(), start, told)) {
                return Map.entry(claim.getKey(), claim.getValue()); // the map's own changes with it
            }
        }
        return null;
    }

    /** The claim that carries a frame on; null when there is none at hand. */
    private Map.Entry<Start, Extent> claimAfter(Start start, Extent told) {
        for (Map.Entry<Start, Extent> claim : assertions.entrySet()) {
            if (isFollowed(start, told, claim.getKey(), claim.getValue())) {
                return Map.entry(claim.getKey(), claim.getValue()); // the map's own changes with it
            }
        }
        return null;
    }

    /** Judged from the last frame of the one and the first of the other alone. */
    private boolean isFollowed(Start start, Extent extent, Start next, Extent nextExtent) {
        return isOfSameSender(start, next)
                && extent.lastSequence() + 1 == next.firstSequence()
                && extent.lastSinceMillis() <= next.sinceMillis()
                && extent.untilMillis() <= nextExtent.firstUntilMillis()
                && next.sinceMillis() - extent.untilMillis() <= maxGapMillis;
    }

    /** From where on a frame that carries a claim on (null: none) may change the answer. */
    private long changedFrom(Map.Entry<Start, Extent> carriedOn, Start start) {
        Start first = carriedOn == null ? start : carriedOn.getKey();
        long claimed = claimedSince(first.sinceMillis(), first.run());
        return claimed == NOT_CLAIMED ? endOfReachBefore(start.sinceMillis()) : claimed;
    }

    /** Up to where claims of a run that start at an instant reach. */
    private long claimedSince(long sinceMillis, String run) {
        long until = NOT_CLAIMED;
        Start lowest = new Start(sinceMillis, run, Long.MIN_VALUE, Long.MIN_VALUE);
        Start highest = new Start(sinceMillis, run, Long.MAX_VALUE, Long.MAX_VALUE);
        for (Extent extent : assertions.subMap(lowest, true, highest, true).values()) {
            until = Math.max(until, extent.untilMillis());
        }
        return until;
    }

    /** Whether any claim of a run starts at an instant. */
    boolean isClaimedSince(long sinceMillis, String run) {
        return claimedSince(sinceMillis, run) != NOT_CLAIMED;
    }

    /** Whether taking an assertion in needs, or may change, what lies before an instant. */
    boolean reachesBefore(long millis, Start start, long untilMillis) {
        if (isKnown(start, untilMillis)) {
            return false;
        }
        Extent told = Extent.ofFrame(start, untilMillis);
        Map.Entry<Start, Extent> before = claimBefore(start, told);
        Map.Entry<Start, Extent> after = claimAfter(start, told);
        Start first = before == null ? start : before.getKey();
        if (after != null
                && after.getKey().sinceMillis() < millis
                && first.sinceMillis() < after.getKey().sinceMillis()) {
            return true;
        }
        long claimed = claimedSince(first.sinceMillis(), first.run());
        if (claimed != NOT_CLAIMED) {
            return claimed < untilMillis && claimed < millis;
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
        Map.Entry<Start, Extent> reach = reachingFurthest(assertions.headMap(Start.earliestAt(sinceMillis), false));
        return reach == null || sinceMillis - reach.getValue().untilMillis() > maxGapMillis
                ? sinceMillis
                : Math.min(sinceMillis, reach.getValue().untilMillis());
    }

    /** Until when any claim goes; the least there is when there is none at hand. */
    long heardUntilMillis() {
        Map.Entry<Start, Extent> furthest = reachingFurthest(assertions);
        return furthest == null ? NOT_CLAIMED : furthest.getValue().untilMillis();
    }

    /** To where an assertion that ends at an instant may extend: the next start, or no further. */
    private long firstStartAfter(Start start, long untilMillis) {
        long from = Math.max(untilMillis, start.sinceMillis() + 1); // one instant's own start is not the next
        Start next = assertions.ceilingKey(Start.earliestAt(from));
        return next == null ? untilMillis : next.sinceMillis();
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
        return assertions.headMap(Start.earliestAt(millis + 1), false);
    }

    /** The allocations that make up {@code [from, to)}, in order, without holes. */
    List<Allocation> over(long fromMillis, long toMillis) {
        if (assertions.isEmpty()) {
            return List.of(new Allocation(fromMillis, toMillis, "", true));
        }
        Map.Entry<Start, Extent> latest = assertions.lowerEntry(Start.earliestAt(toMillis));
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

    /** Whether claims of different runs cover one instant of {@code [from, to)}. */
    boolean isContested(long fromMillis, long toMillis) {
        if (assertions.size() < 2) {
            return false;
        }
        String furthestRun = null;
        long furthest = Long.MIN_VALUE;
        long furthestOfOthers = Long.MIN_VALUE;
        for (Map.Entry<Start, Extent> claim : startedBy(toMillis - 1).entrySet()) {
            String run = claim.getKey().run();
            long until = claim.getValue().untilMillis();
            long others = run.equals(furthestRun) ? furthestOfOthers : furthest;
            if (Math.min(others, until) > Math.max(fromMillis, claim.getKey().sinceMillis())) {
                return true;
            }
            if (until > furthest) {
                furthestOfOthers = others;
                furthestRun = run;
                furthest = until;
            } else if (!run.equals(furthestRun)) {
                furthestOfOthers = Math.max(furthestOfOthers, until);
            }
        }
        return false;
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
        Start next = assertions.ceilingKey(Start.earliestAt(start + 1));
        if (previous != null
                && next != null
                && next.sinceMillis() - previous.getValue().untilMillis() <= maxGapMillis) {
            return new Allocation(start, end, previous.getKey().run(), true);
        }
        return new Allocation(start, end, "", false);
    }
}
