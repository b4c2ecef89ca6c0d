package io.joulestream.ingest;

import java.util.List;
import java.util.function.ToLongFunction;

/** Looks into readings that are in the order of their times. Stateless; any thread. */
public final class ByTime {
    private ByTime() {}

    /** The index of the first at or after an instant; the size of the list where there is none. */
    public static <T> int indexOf(List<T> readings, ToLongFunction<T> time, long atMs) {
        int low = 0;
        int high = readings.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (time.applyAsLong(readings.get(middle)) < atMs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
