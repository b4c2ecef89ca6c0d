package io.joulestream.core.inventory;

/** By what the energy of shared network or storage gear is split among runs. */
public enum AllocationKey {
    NODE_HOURS,
    BYTES
}
