package io.joulestream.ingest;

import io.joulestream.wire.FrameKey;
import io.joulestream.wire.v1.EntityKind;
import io.joulestream.wire.v1.SourceKind;

/**
 * Where the readings of a file belong.
 *
 * @param key whose readings they are; the owner is also the entity
 * @param metric number of a power gauge in the metric registry
 * @param sourceName what the file calls a reading
 */
public record PowerChannel(FrameKey key, EntityKind kind, int metric, SourceKind source, String sourceName) {
    public static final int NODE_POWER = 20;
    public static final int METER_POWER = 30;
}
