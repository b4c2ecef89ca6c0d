package io.joulestream.ingest;

import java.time.Instant;

/**
 * When a training run held the machines that an import reads about.
 *
 * @param stop after {@code start}; the first instant that is not the run's
 */
public record RunWindow(String runId, Instant start, Instant stop) {
    public RunWindow {
        if (!start.isBefore(stop)) {
            throw new IllegalArgumentException(
                    "run " + runId + " must start before it stops, was " + start + " to " + stop);
        }
    }
}
