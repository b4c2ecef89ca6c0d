package io.joulestream.streaming;

import io.joulestream.wire.Topics;

/**
 * One record of a telemetry topic, not yet looked at.
 *
 * @param key as sent; empty when the record has none
 * @param appendedMillis the broker's append time
 */
public record TelemetryRecord(String topic, int partition, long offset, long appendedMillis, String key, byte[] value) {
    /** Whose state the record meets: the owner's, in the generation of its topic. */
    String stateKey() {
        return Topics.generationOf(topic) + "|" + key;
    }
}
