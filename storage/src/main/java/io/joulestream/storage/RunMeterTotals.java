package io.joulestream.storage;

/**
 * What one meter saw of a run, over all its stored hours.
 *
 * @param metric number in the metric registry
 * @param check true when the meter repeats another meter's load and is never summed
 */
public record RunMeterTotals(
        String site,
        String entity,
        int metric,
        boolean check,
        EnergyTotal energy,
        long coveredMillis,
        long accountedMillis) {}
