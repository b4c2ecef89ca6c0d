package io.joulestream.ingest;

import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameKey;
import io.joulestream.wire.v1.SiteKind;
import io.joulestream.wire.v1.SourceKind;
import io.joulestream.wire.v1.TelemetryFrame;

/**
 * What all frames that an importer makes of one owner begin with.
 *
 * @param sessionMs epoch milliseconds of the first reading, or of the run's start
 */
public record FrameHead(FrameKey key, SourceKind source, String producerId, long sessionMs) {
    /** @param sequence from 1 */
    public TelemetryFrame.Builder frame(int sequence) {
        return TelemetryFrame.newBuilder()
                .setSchemaVersion(FrameCodec.SCHEMA_VERSION)
                .setTenantId(key.tenant())
                .setSiteId(key.site())
                .setSiteKind(SiteKind.EDGE)
                .setOwnerId(key.owner())
                .setSource(source)
                .setProducerId(producerId)
                .setSessionId(sessionMs)
                .setFrameSeq(sequence)
                .setHistory(true);
    }
}
