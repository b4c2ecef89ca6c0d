package io.joulestream.core.energy;

import java.util.Set;
import java.util.TreeMap;

/** An owner's older hours where nothing has to survive: in tests and benchmarks. Not thread-safe. */
public final class HoursInMemory implements OwnerHours {
    private final TreeMap<Long, byte[]> bytes = new TreeMap<>();

    @Override
    public byte[] get(long key) {
        return bytes.get(key);
    }

    @Override
    public void put(long key, byte[] some) {
        bytes.put(key, some);
    }

    @Override
    public void remove(long key) {
        bytes.remove(key);
    }

    @Override
    public Set<Long> keys() {
        return Set.copyOf(bytes.keySet());
    }
}
