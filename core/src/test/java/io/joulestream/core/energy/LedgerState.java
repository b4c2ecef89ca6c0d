package io.joulestream.core.energy;

import java.util.Set;
import java.util.TreeMap;

/** An owner's state as a backend keeps it between two checkpoints: one value, and a map that is written key by key. */
final class LedgerState implements OwnerHours {
    private final TreeMap<Long, byte[]> hours = new TreeMap<>();
    private byte[] hot;

    LedgerState copy() {
        LedgerState copy = new LedgerState();
        copy.hot = hot;
        copy.hours.putAll(hours);
        return copy;
    }

    OwnerLedger open(OwnerRules rules) {
        return hot == null ? new OwnerLedger(this) : OwnerLedgerCodec.decode(hot, rules, this);
    }

    void store(OwnerLedger ledger) {
        ledger.writeOlder();
        hot = OwnerLedgerCodec.encode(ledger);
    }

    int hotBytes() {
        return hot.length;
    }

    int hourBytes() {
        return hours.values().stream().mapToInt(bytes -> bytes.length).sum();
    }

    @Override
    public byte[] get(long key) {
        return hours.get(key);
    }

    @Override
    public void put(long key, byte[] bytes) {
        hours.put(key, bytes);
    }

    @Override
    public void remove(long key) {
        hours.remove(key);
    }

    @Override
    public Set<Long> keys() {
        return Set.copyOf(hours.keySet());
    }
}
