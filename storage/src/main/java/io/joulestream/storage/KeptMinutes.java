package io.joulestream.storage;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What one round of looking after minutes did.
 *
 * @param channelMinutesFrom minutes of channels from here on are kept; earlier ones may be gone
 * @param minutesFrom the same of sites and runs
 * @param rowsRemoved by ranges of the key
 * @param chunksRemoved whole
 * @param chunkLength of new chunks, where this round changed it
 * @param chunksCompressed put into the columnstore
 */
public record KeptMinutes(
        Instant channelMinutesFrom,
        Instant minutesFrom,
        long rowsRemoved,
        int chunksRemoved,
        Optional<Duration> chunkLength,
        int chunksCompressed) {}
