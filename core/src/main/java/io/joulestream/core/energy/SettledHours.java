package io.joulestream.core.energy;

import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The minute sums of an owner's channels after their readings are gone, by UTC hour, for as long as a change of who held an
 * entity may still come: read from their store when touched, written back when told. They share the store of the
 * {@link OlderHours} under numbers below zero, where no hour of telemetry lies. Not thread-safe.
 */
final class SettledHours {
    private static final long MINUTES_PER_HOUR = 60;

    private final OwnerHours store;
    private final NavigableMap<Long, SettledHour> open = new TreeMap<>();
    private final Set<Long> changed = new TreeSet<>();

    SettledHours(OwnerHours store) {
        this.store = store;
    }

    void add(ChannelId channel, long minute, String run, Amount amount) {
        hourOf(minute).add(channel, minute, run, amount);
        changed.add(Math.floorDiv(minute, MINUTES_PER_HOUR));
    }

    /** By run, to be changed only through {@link #replace}; null where nothing is known. */
    NavigableMap<String, Amount> minute(ChannelId channel, long minute) {
        return hourOf(minute).minute(channel, minute);
    }

    void replace(ChannelId channel, long minute, NavigableMap<String, Amount> byRun) {
        hourOf(minute).amounts.get(channel).put(minute, byRun);
        changed.add(Math.floorDiv(minute, MINUTES_PER_HOUR));
    }

    private SettledHour hourOf(long minute) {
        return open.computeIfAbsent(Math.floorDiv(minute, MINUTES_PER_HOUR), hour -> {
            byte[] bytes = store.get(key(hour));
            return bytes == null ? new SettledHour() : SettledHourCodec.decode(bytes);
        });
    }

    /** Forgets the hours before one. */
    void dropBefore(long firstHour) {
        open.headMap(firstHour).clear();
        changed.removeIf(hour -> hour < firstHour);
        for (long key : store.keys()) {
            if (isOfSettled(key) && key > key(firstHour)) {
                store.remove(key);
            }
        }
    }

    private static long key(long hour) {
        return -1 - hour;
    }

    /** Whether a number in the store is that of a settled hour; the least ones are of frames that miss before any reading. */
    static boolean isOfSettled(long key) {
        return key < 0 && key >= Integer.MIN_VALUE;
    }

    void write() {
        for (long hour : changed) {
            store.put(key(hour), SettledHourCodec.encode(open.get(hour)));
        }
        changed.clear();
    }
}
