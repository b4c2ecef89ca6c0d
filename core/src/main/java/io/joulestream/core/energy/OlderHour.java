package io.joulestream.core.energy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What an owner's ledger has put away of one UTC hour: the readings of older stretches, the frames still missing among
 * them, and who held the owner's entities then. Mutable; not thread-safe.
 */
final class OlderHour {
    final NavigableMap<ChannelId, List<KeptReading>> readings = new TreeMap<>();
    /** By origin: the first number of a missing range to its last. */
    final NavigableMap<Long, NavigableMap<Long, Long>> missing = new TreeMap<>();

    final NavigableMap<String, NavigableMap<AllocationTable.Start, AllocationTable.Extent>> assertions =
            new TreeMap<>();

    /** Append time of the last frame that changed it. */
    long touchedMillis;

    void add(ChannelId channel, KeptReading reading) {
        readings.computeIfAbsent(channel, id -> new ArrayList<>()).add(reading);
    }

    void addMissing(long origin, long first, long last) {
        missing.computeIfAbsent(origin, id -> new TreeMap<>()).put(first, last);
    }

    void add(String entity, Map.Entry<AllocationTable.Start, AllocationTable.Extent> assertion) {
        assertions.computeIfAbsent(entity, id -> new TreeMap<>()).put(assertion.getKey(), assertion.getValue());
    }

    boolean isEmpty() {
        return readings.isEmpty() && missing.isEmpty() && assertions.isEmpty();
    }

    boolean holdsSameAs(OlderHour other) {
        return readings.equals(other.readings) && missing.equals(other.missing) && assertions.equals(other.assertions);
    }
}
