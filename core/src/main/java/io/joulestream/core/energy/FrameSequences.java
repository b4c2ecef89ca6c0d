package io.joulestream.core.energy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Which frames of an owner have come, per origin (producer and session), for the last {@value #MAX_ORIGINS} origins.
 * Of an origin that is new, what lies below its first frame is missing; of one that was forgotten, it is unknown.
 *
 * <p>Of an origin the highest number and the ranges still missing below it are kept, at most
 * {@value #MAX_MISSING_RANGES}; when there are more, the oldest is given up: its frames, should they come, are judged by
 * their readings alone.
 *
 * <p>Not thread-safe.
 */
final class FrameSequences implements ChannelLedger.Continuity {
    static final int MAX_ORIGINS = 4;
    static final int MAX_MISSING_RANGES = 1_024;

    /** How a frame's number relates to those that came before. */
    enum Arrival {
        NEW,
        REPEATED,
        /** So old that nobody remembers. */
        UNKNOWN
    }

    /** The frames of one origin. {@code missing} maps the first number of a missing range to its last. */
    static final class Origin {
        long highest;
        long givenUpTo;
        final NavigableMap<Long, Long> missing = new TreeMap<>();

        /** Of the missing ranges that were put away: the greatest number, how many, and how many frames. */
        long olderTo;

        int olderRanges;
        long olderFrames;

        private Arrival arrive(long sequence) {
            if (sequence > highest) {
                if (sequence > highest + 1) {
                    missing.put(highest + 1, sequence - 1);
                    if (missing.size() > MAX_MISSING_RANGES) {
                        givenUpTo = missing.pollFirstEntry().getValue();
                    }
                }
                highest = sequence;
                return Arrival.NEW;
            }
            Map.Entry<Long, Long> range = missing.floorEntry(sequence);
            if (range == null || range.getValue() < sequence) {
                return sequence <= givenUpTo ? Arrival.UNKNOWN : Arrival.REPEATED;
            }
            missing.remove(range.getKey());
            if (range.getKey() < sequence) {
                missing.put(range.getKey(), sequence - 1);
            }
            if (range.getValue() > sequence) {
                missing.put(sequence + 1, range.getValue());
            }
            return Arrival.NEW;
        }

        private boolean isComplete(long first, long last) {
            Map.Entry<Long, Long> range = missing.floorEntry(last);
            return first > last || range == null || range.getValue() < first;
        }
    }

    /** Least recently used first. */
    private final LinkedHashMap<Long, Origin> origins = new LinkedHashMap<>(8, 0.75f, true);

    Map<Long, Origin> origins() {
        return origins;
    }

    Arrival arrive(long originId, long sequence) {
        Arrival arrival = origins.computeIfAbsent(originId, id -> new Origin()).arrive(sequence);
        if (origins.size() > MAX_ORIGINS) {
            origins.remove(origins.keySet().iterator().next());
        }
        return arrival;
    }

    boolean knows(long originId) {
        return origins.containsKey(originId);
    }

    /**
     * Takes up an origin again that was forgotten, with a frame that is about to arrive. What it sent meanwhile is not
     * missing but unknown: everything below is judged by its readings, should it come.
     *
     * @param greatestAtHand the greatest number of the origin among the readings at hand
     */
    void resume(long originId, long sequence, long greatestAtHand) {
        Origin origin = new Origin();
        origin.highest = Math.max(greatestAtHand, sequence - 1);
        origin.givenUpTo = Math.max(greatestAtHand, sequence) - 1;
        origins.put(originId, origin);
    }

    /** Whether a frame cannot be judged without the missing ranges that were put away. */
    boolean needsOlder(long originId, long sequence) {
        Origin origin = peek(originId);
        return origin != null
                && origin.olderRanges > 0
                && (sequence <= origin.olderTo
                        || sequence > origin.highest + 1
                                && origin.missing.size() + origin.olderRanges >= MAX_MISSING_RANGES);
    }

    boolean isAnyMissing() {
        return origins.values().stream().anyMatch(origin -> !origin.missing.isEmpty());
    }

    /**
     * Takes out the missing ranges that lie before all readings at hand.
     *
     * @param first of each origin, the lowest number among the readings at hand
     */
    void putAway(Map<Long, Long> first, MissingRange away) {
        origins.forEach((id, origin) -> {
            long end = first.getOrDefault(id, Long.MAX_VALUE);
            while (!origin.missing.isEmpty() && origin.missing.firstEntry().getValue() < end) {
                Map.Entry<Long, Long> range = origin.missing.pollFirstEntry();
                origin.olderTo = Math.max(origin.olderTo, range.getValue());
                origin.olderRanges++;
                origin.olderFrames += range.getValue() - range.getKey() + 1;
                away.accept(id, range.getKey(), range.getValue());
            }
        });
    }

    /** A range of numbers of an origin whose frames have not come. */
    interface MissingRange {
        void accept(long origin, long first, long last);
    }

    /** What was put away is at hand again, by {@link #takeBack} or {@link #giveUp}. */
    void forgetOlder() {
        for (Origin origin : origins.values()) {
            origin.olderTo = 0;
            origin.olderRanges = 0;
            origin.olderFrames = 0;
        }
    }

    void takeBack(long originId, long first, long last) {
        Origin origin = peek(originId);
        if (origin != null) {
            origin.missing.put(first, last);
        }
    }

    /** Frames up to a number are no longer expected. */
    void giveUp(long originId, long last) {
        Origin origin = peek(originId);
        if (origin != null) {
            origin.givenUpTo = Math.max(origin.givenUpTo, last);
        }
    }

    @Override
    public boolean isUnbroken(Reading from, Reading to) {
        if (from.origin() != to.origin()) {
            return true;
        }
        Origin origin = peek(from.origin());
        long low = Math.min(from.sequence(), to.sequence());
        long high = Math.max(from.sequence(), to.sequence());
        return origin == null || origin.isComplete(low + 1, high - 1);
    }

    /** Looks an origin up without counting it as used. */
    private Origin peek(long originId) {
        for (Map.Entry<Long, Origin> origin : origins.entrySet()) {
            if (origin.getKey() == originId) {
                return origin.getValue();
            }
        }
        return null;
    }

    /** How many frames are known to be missing. */
    long framesMissing() {
        List<Long> missing = new ArrayList<>();
        for (Origin origin : origins.values()) {
            origin.missing.forEach((first, last) -> missing.add(last - first + 1));
            missing.add(origin.olderFrames);
        }
        return missing.stream().mapToLong(Long::longValue).sum();
    }
}
