package io.joulestream.core.energy;

/**
 * Who held an entity in {@code [from, to)}.
 *
 * @param run empty when nobody did, or nobody said
 * @param known false when no assertion covers the time
 */
record Allocation(long fromMillis, long toMillis, String run, boolean known) {}
