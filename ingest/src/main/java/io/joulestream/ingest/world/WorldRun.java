package io.joulestream.ingest.world;

import java.time.Instant;

/** One training run. */
public record WorldRun(String id, String precision, Instant start, Instant end) {}
