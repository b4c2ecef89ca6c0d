package io.joulestream.storage;

import java.time.Instant;

/** A place in the list of a tenant's runs, newest first. */
public record RunCursor(Instant startedAt, String run) {}
