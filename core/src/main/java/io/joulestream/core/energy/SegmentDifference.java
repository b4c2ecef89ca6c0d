package io.joulestream.core.energy;

import java.util.List;
import java.util.function.Consumer;

/** Walks two ordered lists of segments side by side: what is gone, what has come, what stayed. */
record SegmentDifference(List<Segment> before, List<Segment> after) {
    void forEach(Consumer<Segment> gone, Consumer<Segment> come, Consumer<Segment> stayed) {
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            long from = i < before.size() ? before.get(i).fromMillis() : Long.MAX_VALUE;
            long to = j < after.size() ? after.get(j).fromMillis() : Long.MAX_VALUE;
            if (from < to) {
                gone.accept(before.get(i++));
            } else if (from > to) {
                come.accept(after.get(j++));
            } else if (before.get(i).equals(after.get(j))) {
                stayed.accept(after.get(j));
                i++;
                j++;
            } else {
                gone.accept(before.get(i++));
                come.accept(after.get(j++));
            }
        }
    }
}
