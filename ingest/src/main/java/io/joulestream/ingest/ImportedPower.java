package io.joulestream.ingest;

import io.joulestream.wire.v1.TelemetryFrame;
import java.time.Duration;
import java.util.List;

/**
 * One owner's share of an import.
 *
 * @param readings what the file said, for the facts an importer prints
 * @param samplePeriod what the inventory should say of this channel
 * @param coversRun whether the readings reach over the whole run; false without a run
 * @param producerId the frames' producer: the same file for the same channel and run has the same one
 * @param frames in the order of their frame_seq
 */
public record ImportedPower(
        PowerChannel channel,
        PowerReadings readings,
        Duration samplePeriod,
        boolean coversRun,
        String producerId,
        List<TelemetryFrame> frames) {
    public ImportedPower {
        frames = List.copyOf(frames);
    }

    /** The device whose power it is. */
    public String owner() {
        return channel.key().owner();
    }
}
