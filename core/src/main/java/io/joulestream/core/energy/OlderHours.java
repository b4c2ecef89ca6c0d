package io.joulestream.core.energy;

import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** An owner's {@link OlderHour}s: read from their store when touched, written back when told. Not thread-safe. */
final class OlderHours {
    private final OwnerHours store;
    private final NavigableMap<Long, OlderHour> open = new TreeMap<>();
    private final Set<Long> changed = new TreeSet<>();

    OlderHours(OwnerHours store) {
        this.store = store;
    }

    /** The hours of which something is kept. */
    Set<Long> kept() {
        Set<Long> kept = new TreeSet<>(store.keys());
        kept.removeIf(SettledHours::isOfSettled);
        open.forEach((hour, older) -> {
            if (older.isEmpty()) {
                kept.remove(hour);
            } else {
                kept.add(hour);
            }
        });
        return kept;
    }

    OlderHour get(long hour) {
        return open.computeIfAbsent(hour, h -> {
            byte[] bytes = store.get(h);
            return bytes == null ? new OlderHour() : OwnerLedgerCodec.decodeHour(bytes);
        });
    }

    /** Adds what was put away. */
    void add(NavigableMap<Long, OlderHour> more, long appendedMillis) {
        more.forEach((hour, older) -> {
            OlderHour kept = get(hour);
            older.readings.forEach((channel, readings) -> readings.forEach(reading -> kept.add(channel, reading)));
            older.missing.forEach(
                    (origin, ranges) -> ranges.forEach((first, last) -> kept.addMissing(origin, first, last)));
            older.assertions.forEach(
                    (entity, assertions) -> assertions.entrySet().forEach(assertion -> kept.add(entity, assertion)));
            kept.touchedMillis = Math.max(kept.touchedMillis, appendedMillis);
            changed.add(hour);
        });
    }

    /**
     * Puts all that is kept in place of what was.
     *
     * @param untouched hours whose change does not make them younger
     */
    void replace(NavigableMap<Long, OlderHour> all, long appendedMillis, Set<Long> untouched) {
        Set<Long> hours = new TreeSet<>(kept());
        hours.addAll(all.keySet());
        for (long hour : hours) {
            OlderHour then = get(hour);
            OlderHour now = all.getOrDefault(hour, new OlderHour());
            if (!now.holdsSameAs(then)) {
                now.touchedMillis =
                        untouched.contains(hour) ? then.touchedMillis : Math.max(then.touchedMillis, appendedMillis);
                open.put(hour, now);
                changed.add(hour);
            }
        }
    }

    void write() {
        for (long hour : changed) {
            OlderHour older = open.get(hour);
            if (older.isEmpty()) {
                store.remove(hour);
            } else {
                store.put(hour, OwnerLedgerCodec.encode(older));
            }
        }
        changed.clear();
    }
}
