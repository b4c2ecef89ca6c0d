package io.joulestream.ingest.world;

import java.time.Instant;

/**
 * How densely the sensors report.
 *
 * @param fineFrom until then a reading per minute, after it one per second
 * @param gpusFrom from when on GPUs, gauges and thermometers report
 * @param incidents whether the history has a counter reset and a gap
 */
public record FeedPlan(Instant fineFrom, Instant gpusFrom, boolean incidents) {
    /** The last two hours by the second, GPUs for 48 hours, a counter reset and a gap. */
    public static FeedPlan demo(World world) {
        throw new UnsupportedOperationException();
    }

    /** Everything by the minute from the start, nothing wrong. */
    public static FeedPlan exact(World world) {
        throw new UnsupportedOperationException();
    }
}
