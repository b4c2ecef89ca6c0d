package io.joulestream.core.energy;

import java.math.BigInteger;

/** By how much a counter advanced between two neighbours no further apart than the max gap. */
record MeasuredPair(BigInteger microjoules, long millis) {
    /** That of a segment; null when it is not a measured one of a counter. */
    static MeasuredPair of(Segment segment) {
        if (segment == null || segment.kind() != Segment.Kind.MEASURED) {
            return null;
        }
        if (segment.curve() instanceof CounterSegment counted) {
            return new MeasuredPair(BigInteger.valueOf(counted.microjoules()), counted.millis());
        }
        return segment.curve() instanceof LargeCounterSegment counted
                ? new MeasuredPair(counted.microjoules(), counted.millis())
                : null;
    }
}
