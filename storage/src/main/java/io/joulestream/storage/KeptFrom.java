package io.joulestream.storage;

import java.time.Instant;
import java.util.Optional;

/**
 * From when on minutes are kept: earlier ones may have been removed. Hours are kept for ever.
 *
 * @param channelMinutes empty before anybody looked for old ones
 * @param siteMinutes empty before anybody looked for old ones; those of runs are kept as long
 */
public record KeptFrom(Optional<Instant> channelMinutes, Optional<Instant> siteMinutes) {
    /** Where nobody looked for old ones yet. */
    public static final KeptFrom ALL = new KeptFrom(Optional.empty(), Optional.empty());
}
