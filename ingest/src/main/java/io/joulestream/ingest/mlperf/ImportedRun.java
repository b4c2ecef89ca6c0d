package io.joulestream.ingest.mlperf;

import io.joulestream.wire.FrameKey;
import io.joulestream.wire.v1.TelemetryFrame;
import java.util.List;

/**
 * The run's own share of an import: its samples and tokens.
 *
 * @param key the owner is {@code job/<run>}
 * @param runId as it stands in the frames
 * @param frames in the order of their frame_seq
 */
public record ImportedRun(FrameKey key, String runId, ResultLog log, String producerId, List<TelemetryFrame> frames) {
    public ImportedRun {
        frames = List.copyOf(frames);
    }
}
