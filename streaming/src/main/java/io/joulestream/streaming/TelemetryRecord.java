package io.joulestream.streaming;

/**
 * One record of a telemetry topic, not yet looked at.
 *
 * @param key as sent; empty when the record has none, null when it has no value either
 * @param appendedMillis when a broker first stored it, on whichever topic: the frame's "now"
 * @param clockMillis by how much the sender's clock is ahead, as the sender measured it against the broker or gateway;
 *     {@link #CLOCK_UNKNOWN} when it did not say
 * @param storedMillis when the broker stored it on this topic; later than {@code appendedMillis} for a copy
 * @param accounted a copy which the generation before has accounted for, or will: what it tells of the time before
 *     the floor is that one's
 */
public record TelemetryRecord(
        String topic,
        int partition,
        long offset,
        long appendedMillis,
        String key,
        byte[] value,
        long clockMillis,
        long storedMillis,
        boolean accounted) {
    public static final long CLOCK_UNKNOWN = Long.MIN_VALUE;

    /** A record whose sender says nothing of its clock. */
    public TelemetryRecord(String topic, int partition, long offset, long appendedMillis, String key, byte[] value) {
        this(topic, partition, offset, appendedMillis, key, value, CLOCK_UNKNOWN);
    }

    /** One that is no copy. */
    public TelemetryRecord(
            String topic, int partition, long offset, long appendedMillis, String key, byte[] value, long clockMillis) {
        this(topic, partition, offset, appendedMillis, key, value, clockMillis, appendedMillis, false);
    }

    /** A record without a value, which says only how far a partition was read. */
    static TelemetryRecord empty(String topic, int partition, long offset) {
        return new TelemetryRecord(topic, partition, offset, 0, null, new byte[0]);
    }

    boolean isEmpty() {
        return key == null;
    }

    /** Whose state the record meets: the owner's on this topic, for offsets of two topics do not compare. */
    String stateKey() {
        return topic + "|" + key;
    }
}
