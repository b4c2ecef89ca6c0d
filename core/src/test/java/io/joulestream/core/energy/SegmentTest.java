package io.joulestream.core.energy;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.energy.Segment.Kind;
import io.joulestream.core.ledger.EnergyBuckets;
import org.junit.jupiter.api.Test;

class SegmentTest {
    @Test
    void onlyMeasuredTimeIsCoveredAndEachKindFillsItsOwnBucket() {
        assertThat(piece(Kind.MEASURED)).isEqualTo(new Amount(new EnergyBuckets(300, 0, 0), 3, 3));
        assertThat(piece(Kind.BRIDGED)).isEqualTo(new Amount(new EnergyBuckets(0, 300, 0), 0, 3));
        assertThat(piece(Kind.INTERPOLATED)).isEqualTo(new Amount(new EnergyBuckets(0, 0, 300), 0, 3));
        assertThat(piece(Kind.ACROSS_RESET)).isEqualTo(new Amount(new EnergyBuckets(0, 0, 300), 0, 3));
    }

    @Test
    void spansAreHalfOpen() {
        Span span = new Span(10, 20);

        assertThat(span.overlaps(19, 25)).isTrue();
        assertThat(span.overlaps(0, 11)).isTrue();
        assertThat(span.overlaps(20, 25)).isFalse();
        assertThat(span.overlaps(0, 10)).isFalse();
    }

    @Test
    void theUnionOfSpansHoldsBoth() {
        assertThat(Span.union(new Span(10, 20), new Span(15, 30))).isEqualTo(new Span(10, 30));
        assertThat(Span.union(null, new Span(1, 2))).isEqualTo(new Span(1, 2));
        assertThat(Span.union(new Span(1, 2), null)).isEqualTo(new Span(1, 2));
        assertThat(Span.union(null, null)).isNull();
    }

    /** Three milliseconds of a segment at 100 mW. */
    private static Amount piece(Kind kind) {
        return new Segment(1_000, 1_010, kind, new CounterSegment(1_000, 10)).between(1_004, 1_007);
    }
}
