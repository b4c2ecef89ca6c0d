package io.joulestream.streaming;

import io.joulestream.core.state.StateInput;
import io.joulestream.core.state.StateOutput;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What an owner has sent that no inventory knows yet, oldest first. It is bounded in number, in bytes and in time, by
 * append time; whoever puts something in takes out what is beyond the bounds. For one thread.
 */
final class Parking {
    static final int MAX_FRAMES = 64;
    static final int MAX_BYTES = 4 * 1024 * 1024;
    static final Duration LONGEST = Duration.ofHours(24);

    private static final int VERSION = 2;
    private static final int WITHOUT_NEWEST_OFFSET = 1;
    private static final int PART = 1;
    private static final int COPY = 2;
    private static final int ACCOUNTED = 4;

    /** @param part whether the rest of the frame has entered */
    record Parked(TelemetryRecord record, boolean part) {}

    private final Deque<Parked> parked = new ArrayDeque<>();
    private long bytes;
    private long newestOffset = -1;

    /** The greatest offset of the partition by which something of the owner has entered, or was tried; -1 for none. */
    long newestOffset() {
        return newestOffset;
    }

    void triedAt(long offset) {
        newestOffset = Math.max(newestOffset, offset);
    }

    /** The oldest; null when there is none. */
    Parked peek() {
        return parked.peekFirst();
    }

    void add(Parked frame) {
        parked.addLast(frame);
        bytes += frame.record().value().length;
        triedAt(frame.record().offset());
    }

    boolean isEmpty() {
        return parked.isEmpty();
    }

    /** Takes out the oldest when there are too many, or when it has waited too long; null otherwise. */
    Parked pollBeyondBounds(long nowMillis) {
        boolean beyond = parked.size() > MAX_FRAMES
                || bytes > MAX_BYTES
                || !parked.isEmpty() && isTooOld(parked.getFirst().record().appendedMillis(), nowMillis);
        return beyond ? poll() : null;
    }

    static boolean isTooOld(long appendedMillis, long nowMillis) {
        return appendedMillis < nowMillis - LONGEST.toMillis();
    }

    /** Takes out the oldest; null when there is none. */
    Parked poll() {
        Parked oldest = parked.pollFirst();
        bytes -= oldest == null ? 0 : oldest.record().value().length;
        return oldest;
    }

    /** Null when there is nothing to keep. */
    byte[] encode() {
        if (parked.isEmpty()) {
            return null;
        }
        StateOutput out = new StateOutput(VERSION);
        out.writeNumber(newestOffset);
        out.writeNumber(parked.size());
        for (Parked frame : parked) {
            TelemetryRecord record = frame.record();
            out.writeText(record.topic());
            out.writeNumber(record.partition());
            out.writeNumber(record.offset());
            out.writeNumber(record.appendedMillis());
            out.writeText(record.key());
            out.writeNumber(record.clockMillis());
            boolean copy = record.storedMillis() != record.appendedMillis();
            out.writeBits((frame.part() ? PART : 0) | (copy ? COPY : 0) | (record.accounted() ? ACCOUNTED : 0));
            if (copy) {
                out.writeNumber(record.storedMillis());
            }
            out.writeBytes(record.value());
        }
        return out.toBytes();
    }

    /**
     * Of version 1, the newest offset is that of what waits.
     *
     * @param bytes null for none
     */
    static Parking decode(byte[] bytes) {
        Parking parking = new Parking();
        if (bytes == null) {
            return parking;
        }
        StateInput in = new StateInput(bytes, "parked frames", WITHOUT_NEWEST_OFFSET, VERSION);
        if (in.version() > WITHOUT_NEWEST_OFFSET) {
            parking.newestOffset = in.readNumber();
        }
        for (long left = in.readNumber(); left > 0; left--) {
            String topic = in.readText();
            int partition = in.readInt();
            long offset = in.readNumber();
            long appended = in.readNumber();
            String key = in.readText();
            long clock = in.readNumber();
            int bits = in.readBits();
            long stored = (bits & COPY) == 0 ? appended : in.readNumber();
            TelemetryRecord record = new TelemetryRecord(
                    topic, partition, offset, appended, key, in.readBytes(), clock, stored, (bits & ACCOUNTED) != 0);
            parking.add(new Parked(record, (bits & PART) != 0));
        }
        return parking;
    }
}
