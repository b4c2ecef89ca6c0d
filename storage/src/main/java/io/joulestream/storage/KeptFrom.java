package io.joulestream.storage;

import java.time.Instant;
import java.util.Optional;

/**
 * From when on minutes are kept: earlier ones may have been removed. Hours are kept for ever.
 *
 * @param channelMinutes empty where none was ever removed
 * @param siteMinutes empty where none was ever removed; those of runs are kept as long
 */
public record KeptFrom(Optional<Instant> channelMinutes, Optional<Instant> siteMinutes) {
    /** Where none was ever removed. */
    public static final KeptFrom ALL = new KeptFrom(Optional.empty(), Optional.empty());
}
