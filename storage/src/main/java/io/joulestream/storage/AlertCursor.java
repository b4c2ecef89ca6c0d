package io.joulestream.storage;

import java.time.Instant;
import java.util.UUID;

/** A place in the list of a tenant's alerts, newest first. */
public record AlertCursor(Instant openedAt, UUID alert) {}
