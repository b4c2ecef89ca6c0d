package io.joulestream.ingest.world;

import java.time.Instant;

/**
 * One kind of thing that was done to a feed, and what must come of it.
 *
 * @param count how often
 * @param deadLetter code of the dead letters it must leave, one per count; empty for none
 */
public record FaultEntry(
        String kind,
        String site,
        String owner,
        Instant from,
        Instant to,
        long count,
        String deadLetter,
        String effect) {}
