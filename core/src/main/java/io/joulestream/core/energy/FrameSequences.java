package io.joulestream.core.energy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Which frames of an owner have come, per origin (producer and session), for the last {@value #MAX_ORIGINS} origins.
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
        }
        return missing.stream().mapToLong(Long::longValue).sum();
    }
}
