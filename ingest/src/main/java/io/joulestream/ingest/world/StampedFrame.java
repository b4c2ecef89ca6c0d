package io.joulestream.ingest.world;

import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.Packing;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A frame that is encoded once and stamped for each span of time: its first instant, its number and what its counters show
 * first.
 *
 * <p>These few numbers are written in place. A varint may be longer than it need be, so each has ten bytes, into which any
 * number fits. A counter's later readings are packed as differences and stay as they are, so from one frame to the next each
 * counter advances by the same energy. Immutable; any thread.
 */
final class StampedFrame {
    private static final int VARINT_BYTES = 10;
    /** Stands in the template for what is to be written; encoded in ten bytes, and found by them. */
    private static final long PLACEHOLDER = Long.MIN_VALUE + 0x0123_4567_89ABL;

    private final String key;
    private final byte[] template;
    private final int timeAt;
    private final int numberAt;
    private final int[] counterAt;

    /**
     * @param like with all that stays; its time and number are of no account
     * @param counters which entity's which series begins with what is to be written
     */
    StampedFrame(String key, TelemetryFrame like, List<int[]> counters) {
        this.key = key;
        TelemetryFrame.Builder frame = like.toBuilder().setT0Ms(PLACEHOLDER).setFrameSeq(zigzag(PLACEHOLDER + 1));
        int next = 2;
        for (int[] place : counters) {
            Entity.Builder entity = frame.getEntitiesBuilder(place[0]);
            Series.Builder series = entity.getSeriesBuilder(place[1]);
            if (series.getPacking() != Packing.DELTA1 && series.getVCount() != 1) {
                throw new IllegalArgumentException("a stamped counter is packed as differences, was "
                        + series.getPacking() + " of " + series.getVCount());
            }
            series.setV(0, PLACEHOLDER + next++);
        }
        this.template = FrameCodec.encode(frame.build());
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < next; i++) {
            found.add(offsetOf(PLACEHOLDER + i));
        }
        this.timeAt = found.get(0);
        this.numberAt = found.get(1);
        this.counterAt = found.stream().skip(2).mapToInt(Integer::intValue).toArray();
    }

    String key() {
        return key;
    }

    int counters() {
        return counterAt.length;
    }

    /** The frame as it is sent. */
    byte[] stamp(long t0Millis, long number, long[] firstReadings) {
        byte[] frame = template.clone();
        write(frame, timeAt, zigzag(t0Millis));
        write(frame, numberAt, number);
        for (int i = 0; i < counterAt.length; i++) {
            write(frame, counterAt[i], zigzag(firstReadings[i]));
        }
        return frame;
    }

    private int offsetOf(long placeholder) {
        byte[] pattern = new byte[VARINT_BYTES];
        write(pattern, 0, zigzag(placeholder));
        int found = -1;
        for (int at = 0; at + VARINT_BYTES <= template.length; at++) {
            if (Arrays.equals(template, at, at + VARINT_BYTES, pattern, 0, VARINT_BYTES)) {
                if (found >= 0) {
                    throw new IllegalStateException("the frame of " + key + " has a placeholder twice");
                }
                found = at;
            }
        }
        if (found < 0) {
            throw new IllegalStateException("the frame of " + key + " lost a placeholder");
        }
        return found;
    }

    private static long zigzag(long value) {
        return value << 1 ^ value >> 63;
    }

    private static void write(byte[] to, int at, long varint) {
        long rest = varint;
        for (int i = 0; i < VARINT_BYTES - 1; i++) {
            to[at + i] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        to[at + VARINT_BYTES - 1] = (byte) rest;
    }
}
