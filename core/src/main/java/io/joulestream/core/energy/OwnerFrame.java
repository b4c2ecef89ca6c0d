package io.joulestream.core.energy;

import java.util.List;

/**
 * What one frame says of one owner, in the ledger's own units.
 *
 * @param origin hash of (producer, session)
 * @param sequence 1, 2, 3, ... inside origin and owner
 * @param readings usable readings only, in any order
 * @param assertions which run held which entity
 */
public record OwnerFrame(long origin, long sequence, List<ChannelReading> readings, List<Assertion> assertions) {
    public OwnerFrame {
        readings = List.copyOf(readings);
        assertions = List.copyOf(assertions);
    }

    /**
     * A reading with the channel it belongs to.
     *
     * @param slot place in the frame, for a dead letter
     */
    public record ChannelReading(ChannelId channel, int slot, Reading reading) {}

    /** {@code run} (empty: none) held {@code entity} in {@code [since, until)}. */
    public record Assertion(String entity, long sinceMillis, long untilMillis, String run) {}
}
