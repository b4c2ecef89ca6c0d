package io.joulestream.core.energy;

/** A half-open stretch of time, UTC epoch milliseconds. */
record Span(long fromMillis, long toMillis) {
    boolean overlaps(long otherFrom, long otherTo) {
        return fromMillis < otherTo && otherFrom < toMillis;
    }

    /** The smallest span that holds both; either may be null. */
    static Span union(Span left, Span right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        return new Span(Math.min(left.fromMillis, right.fromMillis), Math.max(left.toMillis, right.toMillis));
    }
}
