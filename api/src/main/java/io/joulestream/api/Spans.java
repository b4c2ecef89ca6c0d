package io.joulestream.api;

import java.time.Instant;
import java.time.ZoneId;
import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/** Consecutive steps, oldest first. Each is made when it is asked for, so that those of a long range are never held. */
final class Spans extends AbstractList<TimeSpan> implements RandomAccess {
    private final Instant start;
    private final Step step;
    private final ZoneId zone;
    private final int count;

    private Spans(Instant start, Step step, ZoneId zone, int count) {
        this.start = start;
        this.step = step;
        this.zone = zone;
        this.count = count;
    }

    /** The fewest that cover a range; the last may end after it. */
    static Spans covering(TimeSpan range, Step step, ZoneId zone) {
        long count = range.length().dividedBy(step.atMost());
        while (step.after(range.start(), count, zone).isBefore(range.end())) {
            count++;
        }
        return new Spans(range.start(), step, zone, Math.toIntExact(count));
    }

    @Override
    public TimeSpan get(int index) {
        Objects.checkIndex(index, count);
        return new TimeSpan(step.after(start, index, zone), step.after(start, index + 1L, zone));
    }

    @Override
    public int size() {
        return count;
    }
}
