package io.joulestream.storage;

/**
 * What one channel of an entity saw over some time.
 *
 * @param metric number in the metric registry
 */
public record EntityEnergy(String entity, int metric, EnergyTotal energy, long coveredMillis) {}
