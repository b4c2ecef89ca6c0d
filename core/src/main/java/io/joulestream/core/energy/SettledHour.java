package io.joulestream.core.energy;

import java.util.NavigableMap;
import java.util.TreeMap;

/** What the readings that are no longer kept brought to each minute of one UTC hour, by run. Mutable; not thread-safe. */
final class SettledHour {
    /** By channel, minute since the epoch and run; the empty run is nobody. */
    final NavigableMap<ChannelId, NavigableMap<Long, NavigableMap<String, Amount>>> amounts = new TreeMap<>();

    void add(ChannelId channel, long minute, String run, Amount amount) {
        amounts.computeIfAbsent(channel, id -> new TreeMap<>())
                .computeIfAbsent(minute, at -> new TreeMap<>())
                .merge(run, amount, Amount::plus);
    }

    /** Null where nothing is known. */
    NavigableMap<String, Amount> minute(ChannelId channel, long minute) {
        NavigableMap<Long, NavigableMap<String, Amount>> ofChannel = amounts.get(channel);
        return ofChannel == null ? null : ofChannel.get(minute);
    }
}
