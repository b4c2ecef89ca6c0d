package io.joulestream.ingest.world;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;

/**
 * How densely the sensors report. All readings lie on whole seconds, those before {@code fineFrom} on whole minutes.
 *
 * @param fineFrom until then a reading per minute, after it one per second; a whole hour
 * @param gpusFrom from when on GPUs, gauges and thermometers report, not only counters of nodes and meters; a whole hour
 * @param incidents whether the history has a counter reset and a gap
 */
public record FeedPlan(Instant fineFrom, Instant gpusFrom, boolean incidents) {
    private static final Duration FINE = Duration.ofHours(2);
    private static final Duration GPUS = Duration.ofHours(26);

    public FeedPlan {
        requireNonNull(fineFrom, "fineFrom");
        requireNonNull(gpusFrom, "gpusFrom");
        if (fineFrom.getEpochSecond() % 3_600 != 0 || gpusFrom.getEpochSecond() % 3_600 != 0) {
            throw new IllegalArgumentException("both lie on whole hours, were " + fineFrom + " and " + gpusFrom);
        }
    }

    /** The last two hours of the history by the second, GPUs for its last 26 hours, a counter reset and a gap. */
    public static FeedPlan demo(World world) {
        return new FeedPlan(
                latest(world.start(), world.end().minus(FINE)),
                latest(world.start(), world.end().minus(GPUS)),
                true);
    }

    /** All of the history by the minute, GPUs included, nothing wrong. */
    public static FeedPlan exact(World world) {
        return new FeedPlan(world.end(), world.start(), false);
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
