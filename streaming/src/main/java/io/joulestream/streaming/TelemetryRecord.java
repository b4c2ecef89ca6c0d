package io.joulestream.streaming;

/**
 * One record of a telemetry topic, not yet looked at.
 *
 * @param key as sent; empty when the record has none
 * @param appendedMillis the broker's append time
 * @param clockMillis by how much the sender's clock is ahead, as the sender measured it against the broker or gateway;
 *     {@link #CLOCK_UNKNOWN} when it did not say
 */
public record TelemetryRecord(
        String topic, int partition, long offset, long appendedMillis, String key, byte[] value, long clockMillis) {
    public static final long CLOCK_UNKNOWN = Long.MIN_VALUE;

    /** A record whose sender says nothing of its clock. */
    public TelemetryRecord(String topic, int partition, long offset, long appendedMillis, String key, byte[] value) {
        this(topic, partition, offset, appendedMillis, key, value, CLOCK_UNKNOWN);
    }

    /** Whose state the record meets: the owner's on this topic, for offsets of two topics do not compare. */
    String stateKey() {
        return topic + "|" + key;
    }
}
