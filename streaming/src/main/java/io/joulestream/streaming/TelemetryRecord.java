package io.joulestream.streaming;

/**
 * One record of a telemetry topic, not yet looked at.
 *
 * @param key as sent; empty when the record has none
 * @param appendedMillis the broker's append time
 */
public record TelemetryRecord(String topic, int partition, long offset, long appendedMillis, String key, byte[] value) {
    /** Whose state the record meets: the owner's on this topic, for offsets of two topics do not compare. */
    String stateKey() {
        return topic + "|" + key;
    }
}
