package io.joulestream.app;

import java.util.Map;

/**
 * What the ledger job counts, since its newest start where nothing else is said.
 *
 * @param restarts how often it was started again, since it was submitted
 * @param sinks by name: {@code channel_minutes}, {@code site_steps} ...
 */
record JobCounts(long restarts, Map<String, Sink> sinks) {
    /**
     * One of the job's ways into the database.
     *
     * @param rows that were handed to it
     * @param rowsStored of these, what changed a row; the others were stored before
     * @param batches flushes that stored rows
     */
    record Sink(long rows, long rowsStored, long batches) {}

    JobCounts {
        sinks = Map.copyOf(sinks);
    }
}
