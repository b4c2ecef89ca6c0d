package io.joulestream.streaming;

import io.joulestream.core.ledger.RejectCode;
import io.joulestream.wire.v1.TelemetryFrame;
import java.time.Duration;
import java.util.Optional;

/**
 * What a frame's send time, its append time and the sender's own measurement say of the sender's clock. A frame cannot be
 * appended before it was sent, so that a clock is ahead is certain; that it is behind may as well be delay, unless the
 * sender's measurement confirms it.
 */
final class SenderClock {
    private static final long REFUSED_BEYOND_MILLIS = Duration.ofSeconds(300).toMillis();
    private static final long MARKED_BEYOND_MILLIS = Duration.ofSeconds(2).toMillis();

    private final TelemetryRecord record;
    private final TelemetryFrame frame;

    SenderClock(TelemetryRecord record, TelemetryFrame frame) {
        this.record = record;
        this.frame = frame;
    }

    Optional<Refusal> refusal() {
        if (frame.getSentMs() == 0 || frame.getHistory()) {
            return Optional.empty();
        }
        long age = record.appendedMillis() - frame.getSentMs();
        if (age < -REFUSED_BEYOND_MILLIS) {
            return Optional.of(new Refusal(RejectCode.CLOCK_SKEW, "sent " + -age + " ms after the broker received it"));
        }
        if (age > REFUSED_BEYOND_MILLIS && hasMeasured() && -record.clockMillis() > REFUSED_BEYOND_MILLIS) {
            return Optional.of(new Refusal(
                    RejectCode.CLOCK_SKEW,
                    "sent " + age + " ms before the broker received it by a clock that is " + -record.clockMillis()
                            + " ms behind, as its sender measured"));
        }
        return Optional.empty();
    }

    /** Whether readings are to be marked for their time. */
    boolean isSuspect() {
        if (hasMeasured()
                && (record.clockMillis() > MARKED_BEYOND_MILLIS || record.clockMillis() < -MARKED_BEYOND_MILLIS)) {
            return true;
        }
        if (frame.getSentMs() == 0 || frame.getHistory()) {
            return false;
        }
        long age = record.appendedMillis() - frame.getSentMs();
        return age < -MARKED_BEYOND_MILLIS || age > REFUSED_BEYOND_MILLIS;
    }

    private boolean hasMeasured() {
        return record.clockMillis() != TelemetryRecord.CLOCK_UNKNOWN;
    }
}
