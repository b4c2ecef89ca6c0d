package io.joulestream.core.energy;

/** A half-open stretch of time, UTC epoch milliseconds. */
record Span(long fromMillis, long toMillis) {
    boolean overlaps(long otherFrom, long otherTo) {
        return fromMillis < otherTo && otherFrom < toMillis;
    }

    /** Its part in a minute that it overlaps. */
    Span inMinute(long minute) {
        return new Span(
                Math.max(fromMillis, Minutes.startMillis(minute)), Math.min(toMillis, Minutes.startMillis(minute + 1)));
    }

    /** The smallest span that holds both; either may be null. */
    static Span union(Span left, Span right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        return new Span(Math.min(left.fromMillis, right.fromMillis), Math.max(left.toMillis, right.toMillis));
    }
}
