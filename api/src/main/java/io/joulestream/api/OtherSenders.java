package io.joulestream.api;

import java.time.Duration;

/** Whether somebody else than a sender was here lately. For one thread at a time. */
final class OtherSenders {
    /** A page that listens asks again every half of it. */
    static final Duration LATELY = Duration.ofMinutes(1);

    private String last = "";
    private long lastAt;
    /** When one that is not the last came last. */
    private long otherAt;

    /** @param nanos a time to which those given later refer */
    OtherSenders(long nanos) {
        this.lastAt = nanos - LATELY.toNanos();
        this.otherAt = lastAt;
    }

    void came(String sender, long nanos) {
        if (!sender.equals(last)) {
            otherAt = lastAt;
            last = sender;
        }
        lastAt = nanos;
    }

    /** Whether others than this one were. */
    boolean than(String sender, long nanos) {
        long at = sender.equals(last) ? otherAt : lastAt;
        return nanos - at < LATELY.toNanos();
    }
}
