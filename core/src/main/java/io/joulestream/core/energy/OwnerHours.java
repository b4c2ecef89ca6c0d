package io.joulestream.core.energy;

import java.util.Set;

/** Where an owner's ledger keeps what it seldom needs: bytes by a number, such as a state backend's map. */
public interface OwnerHours {
    /** Null where nothing is kept. */
    byte[] get(long key);

    void put(long key, byte[] bytes);

    void remove(long key);

    Set<Long> keys();
}
