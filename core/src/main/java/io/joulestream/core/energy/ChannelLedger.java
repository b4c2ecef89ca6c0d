package io.joulestream.core.energy;

import io.joulestream.core.ledger.LedgerFlag;
import io.joulestream.core.ledger.RejectCode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;

/**
 * The energy of one channel, from readings in any order, in bounded memory.
 *
 * <p>Kept: an ordered list of readings and, after each, whether the link to the next is open or folded. A link is folded
 * when nothing may come between any more: its readings are older than the raw tail and no <em>hole</em> lies between
 * them. Of every stretch between two holes the first two and last two readings stay, because the pairs beside a hole
 * decide what a counter's restart is worth. A folded link keeps what its two edge minutes need; the minutes between them
 * are complete and already published.
 *
 * <p>A late reading in an open link splits it: exact, in any order. Inside a folded link it is refused. Since a link is
 * never folded across a frame that is still missing from its sender's sequence, whole frames of one session may come in
 * any order and nothing is refused.
 *
 * <p>Not thread-safe.
 */
final class ChannelLedger {
    /** More open holes than this and the oldest is closed, flagged. */
    static final int MAX_HOLES = 1_024;

    /** Tells whether every frame between two readings of one sender has come. */
    interface Continuity {
        boolean isUnbroken(Reading from, Reading to);
    }

    /** Takes what is settled of whole minutes: no reading of theirs is kept. */
    interface SettledMinutes {
        void add(long minute, String run, Amount amount);
    }

    /** What happened to a reading that was offered. */
    enum Outcome {
        INSERTED,
        REPEATED,
        REPLACED,
        SUPERSEDED,
        LATE_REDUNDANT,
        CORRECTION_LATE,
        TOO_OLD;

        /** The code of its dead letter, or null where none is due. */
        RejectCode rejectCode() {
            return switch (this) {
                case INSERTED, REPEATED -> null;
                case REPLACED, SUPERSEDED -> RejectCode.DUP_CONFLICT;
                case LATE_REDUNDANT -> RejectCode.LATE_REDUNDANT;
                case CORRECTION_LATE -> RejectCode.CORRECTION_LATE;
                case TOO_OLD -> RejectCode.TOO_OLD;
            };
        }
    }

    private final List<Reading> readings = new ArrayList<>();
    /** By index: the folded link after that reading, or null where the link is open. */
    private final List<FoldedLink> foldedAfter = new ArrayList<>();

    /** Instants of the refused counter readings whose dead letter has been asked for. */
    private final Set<Long> toldRefusals = new HashSet<>();

    /** How many holes lie before the readings at hand, and the newest reading before them. */
    int olderHoles;

    long newestOlderMillis = Long.MIN_VALUE;

    private Segments segments;

    int size() {
        return readings.size();
    }

    List<Reading> readings() {
        return readings;
    }

    FoldedLink foldedAfter(int index) {
        return foldedAfter.get(index);
    }

    /** All that is at hand. */
    List<KeptReading> kept() {
        List<KeptReading> kept = new ArrayList<>(readings.size());
        for (int i = 0; i < readings.size(); i++) {
            Reading reading = readings.get(i);
            kept.add(new KeptReading(reading, foldedAfter.get(i), toldRefusals.contains(reading.atMillis())));
        }
        return kept;
    }

    /** A counter reading that is no base, and the base it does not follow from. */
    record Refusal(Reading reading, Reading base) {
        RejectCode code() {
            boolean fell = reading.registerMicrojoules().compareTo(base.registerMicrojoules()) < 0;
            return fell ? RejectCode.COUNTER_REGRESSION : RejectCode.RATE_IMPLAUSIBLE;
        }
    }

    /** The refused readings that have left the raw tail, each told once. A late neighbour may still confirm one. */
    List<Refusal> refusalsBefore(long tailStartMillis, LongFunction<ChannelRule> ruleAt) {
        List<Refusal> refusals = new ArrayList<>();
        BitSet refused = segments(ruleAt).refused();
        for (int i = refused.nextSetBit(0); i >= 0; i = refused.nextSetBit(i + 1)) {
            Reading reading = readings.get(i);
            if (reading.atMillis() < tailStartMillis && toldRefusals.add(reading.atMillis())) {
                refusals.add(new Refusal(reading, readings.get(refused.previousClearBit(i))));
            }
        }
        return refusals;
    }

    /** What {@link #offer} would do, without doing it. */
    Outcome judge(Reading reading) {
        int at = find(reading.atMillis());
        if (at < 0) {
            int before = -at - 2;
            FoldedLink around = before >= 0 ? foldedAfter.get(before) : null;
            if (around == null) {
                return Outcome.INSERTED;
            }
            if (around.expired()) {
                return Outcome.TOO_OLD;
            }
            return reading.correction() ? Outcome.CORRECTION_LATE : Outcome.LATE_REDUNDANT;
        }
        Reading held = readings.get(at);
        if (held.hasValueOf(reading)) {
            return Outcome.REPEATED;
        }
        if (!reading.supersedes(held)) {
            return Outcome.SUPERSEDED;
        }
        boolean frozen = foldedAfter.get(at) != null || (at > 0 && foldedAfter.get(at - 1) != null);
        return frozen ? Outcome.CORRECTION_LATE : Outcome.REPLACED;
    }

    /** Takes a reading in where it may still be taken. */
    Outcome offer(Reading reading) {
        Outcome outcome = judge(reading);
        int at = find(reading.atMillis());
        switch (outcome) {
            case INSERTED -> {
                readings.add(-at - 1, reading);
                foldedAfter.add(-at - 1, null);
                segments = null;
            }
            case REPLACED -> {
                readings.set(at, reading.marked(LedgerFlag.CONFLICT.mask()));
                segments = null;
            }
            case REPEATED -> {
                if (reading.supersedes(readings.get(at))) {
                    // the same value with a better claim: what comes later must beat this one
                    readings.set(at, reading.marked(readings.get(at).flags()));
                }
            }
            case SUPERSEDED -> readings.set(at, readings.get(at).marked(LedgerFlag.CONFLICT.mask()));
            default -> {
                // nothing of it is kept
            }
        }
        return outcome;
    }

    /** The value held at an instant, for the dead letter of a replaced one; null where none is held. */
    Reading heldAt(long millis) {
        int at = find(millis);
        return at < 0 ? null : readings.get(at);
    }

    private int find(long millis) {
        int low = 0;
        int high = readings.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long at = readings.get(middle).atMillis();
            if (at == millis) {
                return middle;
            }
            if (at < millis) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    /** The segments of the open links, as the readings now stand. */
    Segments segments(LongFunction<ChannelRule> ruleAt) {
        if (segments == null) {
            segments = Segments.between(readings, foldedAfter, ruleAt);
        }
        return segments;
    }

    /** The row of one minute, as the readings and allocations now stand; its minute is not complete before. */
    MinutePart minute(long minute, LongFunction<ChannelRule> ruleAt, AllocationTable allocations) {
        MinutePart row = new MinutePart();
        boolean counter = isCounter(ruleAt);
        long start = Minutes.startMillis(minute);
        long end = start + Minutes.MILLIS;
        for (FoldedLink link : foldedAfter) {
            if (link != null && link.edges().containsKey(minute)) {
                row.merge(link.edges().get(minute));
            }
        }
        Segments now = segments(ruleAt);
        List<Segment> all = now.segments();
        for (int i = now.firstEndingAfter(start); i < all.size() && all.get(i).fromMillis() < end; i++) {
            addSegment(row, all.get(i), minute, allocations, counter);
        }
        for (int i = insertionPoint(start);
                i < readings.size() && readings.get(i).atMillis() < end;
                i++) {
            addReading(row, readings.get(i), counter);
        }
        return row;
    }

    private int insertionPoint(long millis) {
        int at = find(millis);
        return at < 0 ? -at - 1 : at;
    }

    private boolean isCounter(LongFunction<ChannelRule> ruleAt) {
        return !readings.isEmpty() && ruleAt.apply(readings.get(0).atMillis()).isCounter();
    }

    private static void addSegment(
            MinutePart row, Segment segment, long minute, AllocationTable allocations, boolean counter) {
        Span stretch = segment.inMinute(minute);
        for (Allocation allocation : allocations.over(stretch.fromMillis(), stretch.toMillis())) {
            row.add(allocation.run(), segment.between(allocation.fromMillis(), allocation.toMillis()));
            if (!allocation.known()) {
                row.flags |= LedgerFlag.ALLOC_UNKNOWN.mask();
            }
        }
        if (allocations.isContested(stretch.fromMillis(), stretch.toMillis())) {
            row.flags |= LedgerFlag.ALLOCATION_CONFLICT.mask();
        }
        row.flags |= segment.flags();
        if (segment.kind() != Segment.Kind.MEASURED) {
            return;
        }
        if (counter) {
            row.see(segment.curve().meanMilliwatts());
        } else if (Minutes.lastBefore(segment.toMillis()) == minute && segment.curve() instanceof PowerSegment line) {
            long change = Math.abs(line.toMilliwatts() - line.fromMilliwatts());
            row.seeRamp(ExactMath.multiplyDivideFloor(change, 1_000, line.millis()));
        }
    }

    private static void addReading(MinutePart row, Reading reading, boolean counter) {
        row.samples++;
        row.flags |= reading.flags();
        if (!counter) {
            row.see(reading.value());
        }
    }

    /** Moves energy that one minute of a folded link has from run to run. */
    interface FoldedMove {
        /**
         * @param stretch what the link has of the minute
         * @param edge what the link keeps of the minute, by run; null where the minute lies wholly inside it
         * @return what it is to keep instead; null to leave it
         */
        NavigableMap<String, Amount> move(long minute, Span stretch, NavigableMap<String, Amount> edge);
    }

    /** Moves energies whose readings are folded, where links overlap a span, minute by minute. */
    void moveFolded(Span span, FoldedMove move) {
        for (int i = 0; i < foldedAfter.size(); i++) {
            if (foldedAfter.get(i) == null) {
                continue;
            }
            Span link = new Span(readings.get(i).atMillis(), readings.get(i + 1).atMillis());
            if (link.overlaps(span.fromMillis(), span.toMillis())) {
                foldedAfter.set(i, moved(foldedAfter.get(i), link, span, move));
            }
        }
    }

    private static FoldedLink moved(FoldedLink folded, Span link, Span span, FoldedMove move) {
        NavigableMap<Long, MinutePart> edges = new TreeMap<>(folded.edges());
        long last = Minutes.lastBefore(Math.min(span.toMillis(), link.toMillis()));
        for (long minute = Minutes.of(Math.max(span.fromMillis(), link.fromMillis())); minute <= last; minute++) {
            MinutePart edge = edges.get(minute);
            NavigableMap<String, Amount> instead =
                    move.move(minute, link.inMinute(minute), edge == null ? null : edge.byRun);
            if (edge != null && instead != null) {
                edges.put(minute, edge.with(instead));
            }
        }
        return new FoldedLink(edges, folded.first(), folded.last(), folded.expired());
    }

    /**
     * Forgets the readings that nothing can need any more. Energies stay as they are.
     *
     * @param takenBack whether the older readings are at hand; then they are to be put away again
     * @param settled takes what lies in the minutes of which no reading stays; null where nobody asks for it
     * @return how many of the oldest readings may be put away
     */
    int fold(
            long tailStartMillis,
            LongFunction<ChannelRule> ruleAt,
            AllocationTable allocations,
            Continuity continuity,
            boolean takenBack,
            SettledMinutes settled) {
        Segments now = segments(ruleAt);
        List<Integer> holes = holes(now, ruleAt, continuity);
        while (olderHoles + holes.size() > MAX_HOLES) {
            int oldest = holes.remove(0);
            readings.set(oldest, readings.get(oldest).marked(LedgerFlag.HOLE_CLOSED.mask()));
        }
        NavigableMap<Long, Integer> holesUpTo = new TreeMap<>(); // by the instant of the reading after a stretch's end
        BitSet dropped = new BitSet();
        int first = 0;
        for (int last : endsOfStretches(holes)) {
            for (int i = first + 2; i <= last - 2 && readings.get(i + 1).atMillis() < tailStartMillis; i++) {
                dropped.set(i);
            }
            first = last + 1;
            if (first < readings.size()) {
                boolean hole = foldedAfter.get(last) == null;
                int before = holesUpTo.isEmpty() ? 0 : holesUpTo.lastEntry().getValue();
                holesUpTo.put(readings.get(first).atMillis(), before + (hole ? 1 : 0));
            }
        }
        if (!dropped.isEmpty()) {
            drop(dropped, now, allocations, isCounter(ruleAt), false, settled);
        }
        NavigableMap<Long, Integer> beforeTheTail = holesUpTo.headMap(tailStartMillis, true);
        int count = older(beforeTheTail, tailStartMillis, ruleAt);
        return count == 0 && takenBack ? older(beforeTheTail, Long.MAX_VALUE, ruleAt) : count;
    }

    /** A stretch ends at a hole, and where hours begin that were dropped for their age, so that the two stay apart. */
    private List<Integer> endsOfStretches(List<Integer> holes) {
        List<Integer> ends = new ArrayList<>(holes);
        for (int i = 0; i < foldedAfter.size(); i++) {
            if (foldedAfter.get(i) != null && foldedAfter.get(i).expired()) {
                ends.add(i);
            }
        }
        ends.add(readings.size() - 1);
        ends.sort(null);
        return ends;
    }

    /** Whether the oldest hole is to be closed, and is not at hand. */
    boolean hasTooManyHoles(LongFunction<ChannelRule> ruleAt, Continuity continuity) {
        return olderHoles > 0
                && olderHoles + readings.size() > MAX_HOLES
                && olderHoles + holes(segments(ruleAt), ruleAt, continuity).size() > MAX_HOLES;
    }

    /**
     * How many readings may be put away: those before the last stretch that begins with two readings that later ones cannot
     * change, and that shares no minute with what may still change.
     *
     * @param holesUpTo by the instant at which a stretch begins, how many holes lie before it
     * @param restUpToMillis a later rest would be right too, but let frames of the raw tail take all back
     */
    private int older(NavigableMap<Long, Integer> holesUpTo, long restUpToMillis, LongFunction<ChannelRule> ruleAt) {
        Segments now = segments(ruleAt);
        for (Map.Entry<Long, Integer> stretch : holesUpTo.descendingMap().entrySet()) {
            int start = find(stretch.getKey());
            boolean stands = !now.refused().get(start)
                    && !now.refused().get(start + 1)
                    && !now.resets().get(start + 1);
            long rest = stands ? restFrom(start) : Long.MAX_VALUE;
            if (rest != Long.MAX_VALUE
                    && rest <= restUpToMillis
                    && Minutes.of(rest) > Minutes.lastBefore(stretch.getKey())) {
                olderHoles += stretch.getValue();
                return start;
            }
        }
        return 0;
    }

    /** All of a channel that has fallen silent. */
    int olderOfSilent(LongFunction<ChannelRule> ruleAt, Continuity continuity) {
        olderHoles += holes(segments(ruleAt), ruleAt, continuity).size();
        return readings.size();
    }

    /** The second reading after the last folded link from a reading on; what comes later changes nothing before it. */
    private long restFrom(int start) {
        int rest = afterLastFolded(start) + 1;
        return rest < readings.size() ? readings.get(rest).atMillis() : Long.MAX_VALUE;
    }

    private int afterLastFolded(int start) {
        int after = start;
        for (int i = start; i < foldedAfter.size(); i++) {
            after = foldedAfter.get(i) == null ? after : i + 1;
        }
        return after;
    }

    /** No reading after this instant needs what was put away. */
    long restMillis() {
        return readings.isEmpty() ? Long.MAX_VALUE : restFrom(0);
    }

    /** From the start of this minute on rows may be made anew, and need to know who held the entity. */
    long allocationsFromMillis() {
        return readings.isEmpty()
                ? Long.MAX_VALUE
                : Minutes.startMillis(
                        Minutes.of(readings.get(afterLastFolded(0)).atMillis()));
    }

    /** A change of run from here on moves nothing that was put away, and touches no row that needs it. */
    long movesFromMillis() {
        long rest = restMillis();
        return rest == Long.MAX_VALUE ? allocationsFromMillis() : Minutes.startMillis(Minutes.of(rest));
    }

    /** Where what is not dropped for its age begins. */
    long floorMillis() {
        int floor = 0;
        for (int i = 0; i < foldedAfter.size(); i++) {
            floor = foldedAfter.get(i) != null && foldedAfter.get(i).expired() ? i + 1 : floor;
        }
        return readings.isEmpty() ? Long.MAX_VALUE : readings.get(floor).atMillis();
    }

    long newestMillis() {
        return readings.isEmpty()
                ? newestOlderMillis
                : readings.get(readings.size() - 1).atMillis();
    }

    /** Takes the oldest readings out. */
    List<KeptReading> putAway(int count) {
        if (count == 0) {
            return List.of();
        }
        List<KeptReading> older = List.copyOf(kept().subList(0, count));
        for (KeptReading kept : older) {
            toldRefusals.remove(kept.reading().atMillis());
            newestOlderMillis = kept.reading().atMillis();
        }
        readings.subList(0, count).clear();
        foldedAfter.subList(0, count).clear();
        segments = null;
        return older;
    }

    /** Takes back readings that were put away. */
    void takeBack(List<KeptReading> older) {
        for (int i = 0; i < older.size(); i++) {
            KeptReading kept = older.get(i);
            readings.add(i, kept.reading());
            foldedAfter.add(i, kept.after());
            if (kept.refusalTold()) {
                toldRefusals.add(kept.reading().atMillis());
            }
        }
        olderHoles = 0;
        newestOlderMillis = Long.MIN_VALUE;
        segments = null;
    }

    /**
     * Drops the readings of hours that have passed their age, as if all holes among them were closed. The first two bases
     * stay, so that what lies between them and the present stays known as taken; and where a younger hole begins, the two
     * bases that its energy hangs on.
     *
     * @param count how many of the oldest readings were put away
     */
    void expire(int count, LongPredicate isExpired, LongFunction<ChannelRule> ruleAt, AllocationTable allocations) {
        Segments now = segments(ruleAt);
        BitSet dropped = new BitSet();
        for (int first = 0; first < count; first++) {
            int end = first;
            while (end < count && isExpired.test(readings.get(end).atMillis())) {
                end++;
            }
            if (end > first) {
                int kept = end - 1;
                int accepted = now.refused().get(kept) ? 0 : 1;
                boolean hole = kept + 1 < readings.size() && foldedAfter.get(kept) == null;
                while (hole && accepted < 2 && kept > first) {
                    kept--;
                    accepted += now.refused().get(kept) ? 0 : 1;
                }
                int start = first;
                for (int taken = 0; start < kept && taken < 2; start++) {
                    taken += now.refused().get(start) ? 0 : 1;
                }
                dropped.set(start, kept);
                first = end;
            }
        }
        if (!dropped.isEmpty()) {
            drop(dropped, now, allocations, isCounter(ruleAt), true, null);
        }
    }

    /** Indices of the readings after which a hole begins. A refused counter reading stands between two. */
    private List<Integer> holes(Segments now, LongFunction<ChannelRule> ruleAt, Continuity continuity) {
        List<Integer> holes = new ArrayList<>();
        for (int i = 0; i + 1 < readings.size(); i++) {
            Reading from = readings.get(i);
            Reading to = readings.get(i + 1);
            boolean open = foldedAfter.get(i) == null;
            boolean closedByForce = LedgerFlag.HOLE_CLOSED.in(from.flags());
            if (open
                    && !closedByForce
                    && (to.atMillis() - from.atMillis()
                                    > ruleAt.apply(to.atMillis()).holeAfterMillis()
                            || now.refused().get(i)
                            || now.refused().get(i + 1)
                            || now.resets().get(i + 1)
                            || !continuity.isUnbroken(from, to))) {
                holes.add(i);
            }
        }
        return holes;
    }

    private void drop(
            BitSet dropped,
            Segments now,
            AllocationTable allocations,
            boolean counter,
            boolean expired,
            SettledMinutes settled) {
        List<Reading> keptReadings = new ArrayList<>();
        List<FoldedLink> keptLinks = new ArrayList<>();
        Segments kept = new Segments(new ArrayList<>(), new BitSet(), new BitSet());
        for (int i = 0; i < readings.size(); i++) {
            kept.refused().set(keptReadings.size(), now.refused().get(i));
            kept.resets().set(keptReadings.size(), now.resets().get(i));
            keptReadings.add(readings.get(i));
            if (dropped.get(i + 1)) {
                int end = dropped.nextClearBit(i + 1);
                keptLinks.add(folded(i, end, now, allocations, counter, expired, settled));
                i = end - 1;
                continue;
            }
            keptLinks.add(foldedAfter.get(i));
            Segment open = now.startingAt(readings.get(i).atMillis());
            if (open != null) {
                kept.segments().add(open);
            }
        }
        readings.clear();
        readings.addAll(keptReadings);
        foldedAfter.clear();
        foldedAfter.addAll(keptLinks);
        segments = kept;
    }

    /** One link that takes the place of all between two readings. */
    private FoldedLink folded(
            int first,
            int last,
            Segments now,
            AllocationTable allocations,
            boolean counter,
            boolean expired,
            SettledMinutes settled) {
        Span link = new Span(readings.get(first).atMillis(), readings.get(last).atMillis());
        NavigableMap<Long, MinutePart> edges = new TreeMap<>();
        for (int i = first; i < last; i++) {
            Reading reading = readings.get(i);
            foldInto(edges, link, i, now.startingAt(reading.atMillis()), allocations, counter, settled);
            MinutePart part = i == first ? null : edgePart(edges, link, Minutes.of(reading.atMillis()));
            if (part != null) {
                addReading(part, reading, counter);
            }
        }
        FoldedLink before = foldedAfter.get(first);
        FoldedLink after = foldedAfter.get(last - 1);
        return new FoldedLink(
                edges,
                before == null ? MeasuredPair.of(now.startingAt(link.fromMillis())) : before.first(),
                after == null ? MeasuredPair.of(endingAt(link.toMillis(), now, last)) : after.last(),
                expired || foldedAfter.subList(first, last).stream().anyMatch(some -> some != null && some.expired()));
    }

    /** The segment that ends at a reading; it may begin before the reading's neighbour, when that one was refused. */
    private Segment endingAt(long millis, Segments now, int index) {
        for (int i = index - 1; i >= 0 && foldedAfter.get(i) == null; i--) {
            Segment segment = now.startingAt(readings.get(i).atMillis());
            if (segment != null) {
                return segment.toMillis() == millis ? segment : null;
            }
        }
        return null;
    }

    private void foldInto(
            NavigableMap<Long, MinutePart> edges,
            Span link,
            int index,
            Segment segment,
            AllocationTable allocations,
            boolean counter,
            SettledMinutes settled) {
        if (foldedAfter.get(index) != null) {
            for (Map.Entry<Long, MinutePart> edge :
                    foldedAfter.get(index).edges().entrySet()) {
                MinutePart part = edgePart(edges, link, edge.getKey());
                if (part != null) {
                    part.merge(edge.getValue());
                } else if (settled != null) {
                    edge.getValue().byRun.forEach((run, amount) -> settled.add(edge.getKey(), run, amount));
                }
            }
            return;
        }
        if (segment == null) {
            return; // a hole closed by force, too long to be interpolated
        }
        long lastMinute = Minutes.lastBefore(segment.toMillis());
        for (long minute = Minutes.of(segment.fromMillis()); minute <= lastMinute; minute++) {
            MinutePart part = edgePart(edges, link, minute);
            if (part != null) {
                addSegment(part, segment, minute, allocations, counter);
            } else if (settled != null) {
                settle(segment, minute, allocations, settled);
            }
        }
    }

    private static void settle(Segment segment, long minute, AllocationTable allocations, SettledMinutes settled) {
        Span stretch = segment.inMinute(minute);
        for (Allocation piece : allocations.over(stretch.fromMillis(), stretch.toMillis())) {
            settled.add(minute, piece.run(), segment.between(piece.fromMillis(), piece.toMillis()));
        }
    }

    /** The part for a minute that the link shares with its neighbours; null for one that lies wholly inside. */
    private static MinutePart edgePart(NavigableMap<Long, MinutePart> edges, Span link, long minute) {
        boolean edge = minute == Minutes.of(link.fromMillis()) || minute == Minutes.of(link.toMillis());
        return edge ? edges.computeIfAbsent(minute, m -> new MinutePart()) : null;
    }
}
