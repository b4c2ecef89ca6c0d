package io.joulestream.wire;

import io.joulestream.wire.v1.TelemetryFrame;
import java.util.Optional;

/** The instants of a frame's slots, in UTC epoch milliseconds. Stateless; any thread. */
public final class SlotTimes {
    private static final long MAX_DELTA_MS = 0xFFFF_FFFFL;

    private SlotTimes() {}

    /**
     * One strictly greater than the one before.
     *
     * @throws IllegalArgumentException if the frame did not come from {@link FrameCodec#decode} and breaks its rules
     */
    public static long[] of(TelemetryFrame frame) {
        int slots = frame.getSlots();
        if (slots < 1 || slots > FrameCodec.MAX_SLOTS) {
            throw new IllegalArgumentException("slots must be 1.." + FrameCodec.MAX_SLOTS + ", was " + slots);
        }
        violation(frame).ifPresent(what -> {
            throw new IllegalArgumentException(what);
        });
        long[] times = new long[slots];
        long step = Integer.toUnsignedLong(frame.getStepMs());
        times[0] = frame.getT0Ms();
        for (int i = 1; i < slots; i++) {
            times[i] = times[i - 1] + (step > 0 ? step : Integer.toUnsignedLong(frame.getTDeltaMs(i)));
        }
        return times;
    }

    /**
     * Sets t0_ms, slots and either step_ms, where the times are evenly spaced, or t_delta_ms.
     *
     * @param times UTC epoch milliseconds, strictly increasing, 1 to {@value FrameCodec#MAX_SLOTS} of them, neighbours
     *     less than 2^32 ms (49 days) apart
     * @throws IllegalArgumentException if they are not so
     */
    public static void set(TelemetryFrame.Builder frame, long[] times) {
        if (times.length < 1 || times.length > FrameCodec.MAX_SLOTS) {
            throw new IllegalArgumentException("slots must be 1.." + FrameCodec.MAX_SLOTS + ", was " + times.length);
        }
        boolean even = times.length > 1;
        for (int i = 1; i < times.length; i++) {
            if (times[i] <= times[i - 1] || !deltaFits(times[i - 1], times[i])) {
                throw new IllegalArgumentException("slot " + i + " at " + times[i] + " must come after " + times[i - 1]
                        + ", by less than 2^32 ms");
            }
            even &= times[i] - times[i - 1] == times[1] - times[0];
        }
        frame.setT0Ms(times[0]).setSlots(times.length).clearTDeltaMs().clearStepMs();
        if (even) {
            frame.setStepMs((int) (times[1] - times[0]));
            return;
        }
        frame.addTDeltaMs(0);
        for (int i = 1; i < times.length; i++) {
            frame.addTDeltaMs((int) (times[i] - times[i - 1]));
        }
    }

    private static boolean deltaFits(long earlier, long later) {
        long delta = later - earlier;
        return delta > 0 && delta <= MAX_DELTA_MS;
    }

    /** What is wrong with the frame's times; slots is 1..3600. A single slot needs neither step nor delta. */
    static Optional<String> violation(TelemetryFrame frame) {
        int slots = frame.getSlots();
        long step = Integer.toUnsignedLong(frame.getStepMs());
        int deltas = frame.getTDeltaMsCount();
        if (step > 0 && deltas > 0) {
            return Optional.of("step_ms and t_delta_ms are both set");
        }
        if (step == 0 && deltas != slots && !(slots == 1 && deltas == 0)) {
            return Optional.of(deltas + " t_delta_ms for " + slots + " slots");
        }
        if (deltas > 0 && frame.getTDeltaMs(0) != 0) {
            return Optional.of("the first t_delta_ms must be 0, was " + Integer.toUnsignedString(frame.getTDeltaMs(0)));
        }
        long time = frame.getT0Ms();
        for (int i = 1; i < slots; i++) {
            long delta = step > 0 ? step : Integer.toUnsignedLong(frame.getTDeltaMs(i));
            if (delta == 0) {
                return Optional.of("slot " + i + " is not later than the one before");
            }
            long next = time + delta;
            if (next < time) {
                return Optional.of("slot " + i + " is beyond the range of time");
            }
            time = next;
        }
        return Optional.empty();
    }
}
