package io.joulestream.storage;

import java.util.List;

/**
 * One run as a whole, and what each of its meters saw.
 *
 * @param meters in order of site, entity and metric
 */
public record MeteredRun(RunTotals run, List<RunMeterTotals> meters) {
    public MeteredRun {
        meters = List.copyOf(meters);
    }
}
