package io.joulestream.wire;

import com.google.protobuf.CodedOutputStream;
import io.joulestream.wire.v1.Packing;
import io.joulestream.wire.v1.Series;
import java.util.Optional;

/**
 * The values of a series, packed and unpacked.
 *
 * <p>RAW sends values, DELTA1 the first value and then differences, DELTA2 the first value, the first difference and then
 * differences of differences, CONST one value for all slots. Arithmetic is exact: a packing whose sums leave the range of
 * a long is refused when the frame is decoded and never chosen when it is made. Stateless; any thread.
 */
public final class SeriesValues {
    private SeriesValues() {}

    /**
     * One value per slot, in units of 10^exp10; at a MISSING slot the value means nothing.
     *
     * @throws IllegalArgumentException if the series did not come from {@link FrameCodec#decode} and breaks its rules
     */
    public static long[] unpack(Series series, int slots) {
        violation(series, slots).ifPresent(what -> {
            throw new IllegalArgumentException(what);
        });
        long[] values = new long[slots];
        long value = 0;
        long difference = 0;
        for (int i = 0; i < slots; i++) {
            switch (series.getPacking()) {
                case CONST -> value = series.getV(0);
                case DELTA1 -> value += series.getV(i);
                case DELTA2 -> {
                    // the first value is no difference, so differences start with the second
                    difference = i < 2 ? series.getV(i) : difference + series.getV(i);
                    value += difference;
                }
                default -> value = series.getV(i);
            }
            values[i] = value;
        }
        return values;
    }

    /**
     * Sets packing and v to the smallest encoding of {@code values}; of equals the simplest.
     *
     * @throws IllegalArgumentException if there are none
     */
    public static void pack(long[] values, Series.Builder series) {
        if (values.length == 0) {
            throw new IllegalArgumentException("a series has at least one value");
        }
        long[] packed = values;
        Packing packing = Packing.RAW;
        long size = sizeOf(values);
        if (values.length > 1 && isConstant(values)) {
            packed = new long[] {values[0]};
            packing = Packing.CONST;
        } else {
            Optional<long[]> first = differences(values, 1);
            Optional<long[]> second = first.flatMap(d -> differences(d, 2));
            if (first.isPresent() && sizeOf(first.get()) < size) {
                packed = first.get();
                packing = Packing.DELTA1;
                size = sizeOf(packed);
            }
            if (second.isPresent() && sizeOf(second.get()) < size) {
                packed = second.get();
                packing = Packing.DELTA2;
            }
        }
        series.setPacking(packing).clearV();
        for (long v : packed) {
            series.addV(v);
        }
    }

    /** What is wrong with the series' values; its packing is known. */
    static Optional<String> violation(Series series, int slots) {
        int expected = series.getPacking() == Packing.CONST ? 1 : slots;
        if (series.getVCount() != expected) {
            return Optional.of(series.getVCount() + " values, " + expected + " expected");
        }
        try {
            long value = 0;
            long difference = 0;
            for (int i = 0; i < expected; i++) {
                switch (series.getPacking()) {
                    case DELTA1 -> value = Math.addExact(value, series.getV(i));
                    case DELTA2 -> {
                        difference = i < 2 ? series.getV(i) : Math.addExact(difference, series.getV(i));
                        value = Math.addExact(value, difference);
                    }
                    default -> {}
                }
            }
        } catch (ArithmeticException e) {
            return Optional.of("packed values leave the range of 64 bits");
        }
        return Optional.empty();
    }

    private static boolean isConstant(long[] values) {
        for (long value : values) {
            if (value != values[0]) {
                return false;
            }
        }
        return true;
    }

    /** Keeps the values before {@code from} and takes differences from there on; empty where one overflows. */
    private static Optional<long[]> differences(long[] values, int from) {
        long[] result = values.clone();
        for (int i = values.length - 1; i >= from; i--) {
            long difference = values[i] - values[i - 1];
            if (((values[i] ^ values[i - 1]) & (values[i] ^ difference)) < 0) {
                return Optional.empty();
            }
            result[i] = difference;
        }
        return Optional.of(result);
    }

    private static long sizeOf(long[] values) {
        long size = 0;
        for (long value : values) {
            size += CodedOutputStream.computeSInt64SizeNoTag(value);
        }
        return size;
    }
}
