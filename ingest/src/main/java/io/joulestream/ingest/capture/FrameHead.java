package io.joulestream.ingest.capture;

import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameKey;
import io.joulestream.wire.v1.SiteKind;
import io.joulestream.wire.v1.SourceKind;
import io.joulestream.wire.v1.TelemetryFrame;

/** What all frames of one owner begin with. */
record FrameHead(FrameKey key, SourceKind source, String producerId, long sessionMs) {
    /** @param sequence from 1 */
    TelemetryFrame.Builder frame(int sequence) {
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
