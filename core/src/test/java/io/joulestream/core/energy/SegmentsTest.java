package io.joulestream.core.energy;

import static io.joulestream.core.energy.Channels.MINUTE;
import static io.joulestream.core.energy.Channels.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.energy.Segment.Kind;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SegmentsTest {
    private static final long KILOWATT = 1_000_000;

    /** Kind, start, end and microjoules of a segment. */
    private record Piece(Kind kind, long from, long to, long microjoules) {}

    @Test
    void aGaugeIsATrapezoidPerPair() {
        Segments segments = between(Channels.gauge(SECOND), new long[][] {{0, 100}, {1_000, 300}, {2_000, 300}});

        assertThat(pieces(segments))
                .containsExactly(
                        new Piece(Kind.MEASURED, 0, 1_000, 200_000), new Piece(Kind.MEASURED, 1_000, 2_000, 300_000));
    }

    @Test
    void averagedPowerIsARectangleOfTheLaterValue() {
        Segments segments = between(Channels.averaged(SECOND), new long[][] {{0, 100}, {1_000, 300}, {2_000, 50}});

        assertThat(pieces(segments))
                .containsExactly(
                        new Piece(Kind.MEASURED, 0, 1_000, 300_000), new Piece(Kind.MEASURED, 1_000, 2_000, 50_000));
        assertThat(segments.segments().get(0).curve().microjoulesBetween(0, 500))
                .isEqualTo(150_000);
    }

    @Test
    void aGapOfAveragedPowerIsInterpolatedBetweenItsEnds() {
        Segments segments = between(Channels.averaged(SECOND), new long[][] {{0, 100}, {10_000, 300}});

        assertThat(pieces(segments)).containsExactly(new Piece(Kind.INTERPOLATED, 0, 10_000, 2_000_000));
    }

    @Test
    void aPairAtTheMaxGapIsMeasuredAndOneBeyondIsInterpolated() {
        Segments segments = between(Channels.gauge(SECOND), new long[][] {{0, 100}, {3_000, 100}, {6_001, 100}});

        assertThat(segments.segments()).extracting(Segment::kind).containsExactly(Kind.MEASURED, Kind.INTERPOLATED);
    }

    @Test
    void aGaugesGapOfAQuarterHourIsInterpolatedAndALongerOneIsNoEnergy() {
        long quarter = 15 * MINUTE;

        Segments segments =
                between(Channels.gauge(SECOND), new long[][] {{0, 100}, {quarter, 100}, {2 * quarter + 1, 100}});

        assertThat(pieces(segments)).containsExactly(new Piece(Kind.INTERPOLATED, 0, quarter, 90_000_000));
    }

    @Test
    void oneReadingIsNoEnergy() {
        assertThat(between(Channels.gauge(SECOND), new long[][] {{0, 100}}).segments())
                .isEmpty();
        assertThat(between(Channels.counter(SECOND, KILOWATT), new long[][] {{0, 100}})
                        .segments())
                .isEmpty();
    }

    @Test
    void aCounterIsMeasuredUpToTheMaxGapAndBridgedBeyond() {
        Segments segments = between(Channels.counter(MINUTE, KILOWATT), new long[][] {
            {0, 100}, {3 * MINUTE, 150}, {6 * MINUTE + 1, 250}
        });

        assertThat(pieces(segments))
                .containsExactly(
                        new Piece(Kind.MEASURED, 0, 3 * MINUTE, 50_000),
                        new Piece(Kind.BRIDGED, 3 * MINUTE, 6 * MINUTE + 1, 100_000));
    }

    @Test
    void aCounterThatStandsStillHasMeasuredNothing() {
        Segments segments = between(Channels.counter(MINUTE, KILOWATT), new long[][] {{0, 100}, {MINUTE, 100}});

        assertThat(pieces(segments)).containsExactly(new Piece(Kind.MEASURED, 0, MINUTE, 0));
    }

    @Test
    void aCounterMayAdvanceByTheNameplateAndATwentiethAndNoMore() {
        long most = 63_000_000; // 1.05 kW over one minute, in millijoules

        assertThat(pieces(between(Channels.counter(MINUTE, KILOWATT), new long[][] {{0, 0}, {MINUTE, most}})))
                .hasSize(1);
        assertThat(pieces(between(Channels.counter(MINUTE, KILOWATT), new long[][] {{0, 0}, {MINUTE, most + 1}})))
                .isEmpty();
    }

    @Test
    void aLevelMayRiseAndFallAndEachChangeIsMeasuredUpToTheMaxGapAndBridgedBeyond() {
        Segments segments =
                between(level(), new long[][] {{0, 500}, {MINUTE, 800}, {4 * MINUTE, 200}, {7 * MINUTE + 1, 250}});

        assertThat(pieces(segments))
                .containsExactly(
                        new Piece(Kind.MEASURED, 0, MINUTE, 300_000),
                        new Piece(Kind.MEASURED, MINUTE, 4 * MINUTE, -600_000),
                        new Piece(Kind.BRIDGED, 4 * MINUTE, 7 * MINUTE + 1, 50_000));
        assertThat(segments.refused().isEmpty()).isTrue();
        assertThat(segments.resets().isEmpty()).isTrue();
    }

    @Test
    void oneReadingOfALevelIsNoChange() {
        assertThat(between(level(), new long[][] {{0, 500}}).segments()).isEmpty();
    }

    @Test
    void noSegmentOfALevelOrAGaugeCrossesAFoldedLink() {
        List<Reading> readings = readings(new long[][] {{0, 100}, {MINUTE, 200}, {2 * MINUTE, 300}});

        assertThat(pieces(Segments.between(readings, folded(0), Channels.always(level()))))
                .containsExactly(new Piece(Kind.MEASURED, MINUTE, 2 * MINUTE, 100_000));
        assertThat(pieces(Segments.between(readings, folded(0), Channels.always(Channels.gauge(MINUTE)))))
                .containsExactly(new Piece(Kind.MEASURED, MINUTE, 2 * MINUTE, 15_000_000));
    }

    private static ChannelRule level() {
        return new ChannelRule(
                ChannelRule.Kind.LEVEL, 90_000, 3 * MINUTE, 15 * MINUTE, KILOWATT, 0, 0, BigInteger.ZERO);
    }

    @Test
    void theSegmentThatStartsAtAnInstantIsFoundOrNone() {
        Segments segments = between(Channels.gauge(SECOND), new long[][] {{0, 1}, {1_000, 2}, {2_000, 3}, {3_000, 4}});

        for (Segment segment : segments.segments()) {
            assertThat(segments.startingAt(segment.fromMillis())).isEqualTo(segment);
            assertThat(segments.startingAt(segment.fromMillis() + 1)).isNull();
        }
        assertThat(segments.startingAt(3_000)).isNull();
        assertThat(segments.startingAt(-1)).isNull();
        assertThat(segments.firstEndingAfter(999)).isZero();
        assertThat(segments.firstEndingAfter(1_000)).isEqualTo(1);
        assertThat(segments.firstEndingAfter(3_000)).isEqualTo(3);
    }

    @Test
    void aResetWithoutNeighboursIsWorthWhatTheRegisterCountedSince() {
        Segments segments =
                between(Channels.counter(MINUTE, KILOWATT), new long[][] {{0, 9_000}, {MINUTE, 5}, {11 * MINUTE, 25}});

        assertThat(pieces(segments))
                .containsExactly(
                        new Piece(Kind.ACROSS_RESET, 0, MINUTE, 5_000),
                        new Piece(Kind.BRIDGED, MINUTE, 11 * MINUTE, 20_000));
        assertThat(segments.resets().stream()).containsExactly(1);
    }

    @Test
    void aResetIsWorthTheMeanPowerOfTheMeasuredPairsBesideIt() {
        Segments segments = between(Channels.counter(MINUTE, KILOWATT), new long[][] {
            {0, 9_000}, {MINUTE, 9_100}, {3 * MINUTE, 5}, {4 * MINUTE, 305}
        });

        assertThat(pieces(segments)).contains(new Piece(Kind.ACROSS_RESET, MINUTE, 3 * MINUTE, 400_000));
    }

    @Test
    void aResetIsNeverWorthLessThanTheRegisterCountedSince() {
        Segments segments = between(Channels.counter(MINUTE, KILOWATT), new long[][] {
            {0, 9_000}, {MINUTE, 9_001}, {2 * MINUTE, 500}, {3 * MINUTE, 501}
        });

        assertThat(pieces(segments)).contains(new Piece(Kind.ACROSS_RESET, MINUTE, 2 * MINUTE, 500_000));
    }

    @Test
    void aNeighbourBeyondTheMaxGapSaysNothingOfAReset() {
        Segments segments = between(Channels.counter(MINUTE, KILOWATT), new long[][] {
            {0, 1_000}, {10 * MINUTE, 9_000}, {11 * MINUTE, 5}, {12 * MINUTE, 105}
        });

        assertThat(pieces(segments)).contains(new Piece(Kind.ACROSS_RESET, 10 * MINUTE, 11 * MINUTE, 100_000));
    }

    @Test
    void aJumpWithoutNeighboursIsNoEnergy() {
        Segments segments = between(Channels.counter(MINUTE, KILOWATT), new long[][] {
            {0, 0}, {MINUTE, 900_000_000}, {11 * MINUTE, 900_000_020}
        });

        assertThat(pieces(segments)).containsExactly(new Piece(Kind.BRIDGED, MINUTE, 11 * MINUTE, 20_000));
        assertThat(segments.resets().stream()).containsExactly(1);
    }

    @Test
    void aJumpIsWorthTheMeanPowerOfItsNeighbours() {
        Segments segments = between(Channels.counter(MINUTE, KILOWATT), new long[][] {
            {0, 0}, {MINUTE, 10}, {2 * MINUTE, 900_000_000}, {3 * MINUTE, 900_000_030}
        });

        assertThat(pieces(segments)).contains(new Piece(Kind.ACROSS_RESET, MINUTE, 2 * MINUTE, 20_000));
    }

    @Test
    void aRegisterThatShowsMoreThanTheNameplateAllowsIsAnotherRegister() {
        Segments segments = between(Channels.counter(MINUTE, KILOWATT), new long[][] {
            {0, 900_000_000}, {MINUTE, 800_000_000}, {11 * MINUTE, 800_000_020}
        });

        assertThat(pieces(segments)).containsExactly(new Piece(Kind.BRIDGED, MINUTE, 11 * MINUTE, 20_000));
    }

    @Test
    void aRegisterRollsOverAtItsModulus() {
        Segments segments = between(
                Channels.counter(MINUTE, KILOWATT, BigInteger.valueOf(1_000_000)),
                new long[][] {{0, 990}, {MINUTE, 15}});

        assertThat(pieces(segments)).containsExactly(new Piece(Kind.MEASURED, 0, MINUTE, 25_000));
        assertThat(segments.resets().isEmpty()).isTrue();
    }

    @Test
    void aRegisterThatShowsItsModulusAndThenZeroHasNotAdvanced() {
        Segments segments = between(
                Channels.counter(MINUTE, KILOWATT, BigInteger.valueOf(1_000_000)),
                new long[][] {{0, 1_000}, {MINUTE, 0}});

        assertThat(pieces(segments)).containsExactly(new Piece(Kind.MEASURED, 0, MINUTE, 0));
    }

    @Test
    void whatARegisterShowsBeyondWholeMillijoulesCounts() {
        List<Reading> readings = List.of(
                new Reading(0, 5, 300, false, 1, 1, 1, 0),
                new Reading(MINUTE, 5, 700, false, 1, 1, 1, 0),
                new Reading(2 * MINUTE, 6, 100, false, 1, 1, 1, 0));

        Segments segments = Segments.between(readings, folded(), Channels.always(Channels.counter(MINUTE, KILOWATT)));

        assertThat(pieces(segments))
                .containsExactly(
                        new Piece(Kind.MEASURED, 0, MINUTE, 400), new Piece(Kind.MEASURED, MINUTE, 2 * MINUTE, 400));
    }

    @Test
    void aRegisterMayAdvanceFurtherThanALongOfMicrojoulesCanSay() {
        long most = Long.MAX_VALUE / 1_000;
        Segments segments =
                between(Channels.counter(MINUTE, 0), new long[][] {{0, 0}, {MINUTE, most}, {2 * MINUTE, 3 * most}});

        assertThat(segments.segments())
                .extracting(Segment::curve)
                .containsExactly(
                        new CounterSegment(most * 1_000, MINUTE),
                        new LargeCounterSegment(
                                BigInteger.valueOf(2 * most).multiply(BigInteger.valueOf(1_000)), MINUTE));
        assertThat(segments.segments().get(1).curve().meanMilliwatts())
                .isEqualTo(BigInteger.valueOf(most)
                        .multiply(BigInteger.valueOf(2_000))
                        .divide(BigInteger.valueOf(MINUTE))
                        .longValueExact());
    }

    @Test
    void whetherAPairIsMeasuredIsSaidByTheRuleOfItsLaterReading() {
        ChannelRule often = Channels.counter(SECOND, KILOWATT);
        ChannelRule seldom = Channels.counter(MINUTE, KILOWATT);

        Segments segments = Segments.between(
                readings(new long[][] {{0, 9_000}, {MINUTE, 5}, {2 * MINUTE, 105}}),
                folded(),
                at -> at < MINUTE ? often : seldom);

        assertThat(pieces(segments))
                .containsExactly(
                        new Piece(Kind.ACROSS_RESET, 0, MINUTE, 100_000),
                        new Piece(Kind.MEASURED, MINUTE, 2 * MINUTE, 100_000));
    }

    @Test
    void theReadingAfterOneThatWasRefusedIsReadFromTheOldBase() {
        Segments segments = between(Channels.counter(MINUTE, KILOWATT), new long[][] {
            {0, 900_000_000}, {MINUTE, 5}, {2 * MINUTE, 900_000_200}
        });

        assertThat(segments.refused().stream()).containsExactly(1);
        assertThat(pieces(segments)).containsExactly(new Piece(Kind.MEASURED, 0, 2 * MINUTE, 200_000));
    }

    @Test
    void theLastReadingCannotBeConfirmed() {
        Segments segments =
                between(Channels.counter(MINUTE, KILOWATT), new long[][] {{0, 9_000}, {MINUTE, 9_100}, {2 * MINUTE, 5}
                });

        assertThat(segments.refused().stream()).containsExactly(2);
        assertThat(pieces(segments)).containsExactly(new Piece(Kind.MEASURED, 0, MINUTE, 100_000));
    }

    @Test
    void noSegmentCrossesAFoldedLinkAndThePairBeforeItIsNoNeighbour() {
        List<FoldedLink> folded = folded(1);
        List<Reading> readings = readings(new long[][] {
            {0, 100}, {MINUTE, 200}, {9 * MINUTE, 9_000}, {10 * MINUTE, 9_050}, {11 * MINUTE, 2}, {12 * MINUTE, 152}
        });

        Segments segments = Segments.between(readings, folded, Channels.always(Channels.counter(MINUTE, KILOWATT)));

        assertThat(pieces(segments))
                .containsExactly(
                        new Piece(Kind.MEASURED, 0, MINUTE, 100_000),
                        new Piece(Kind.MEASURED, 9 * MINUTE, 10 * MINUTE, 50_000),
                        new Piece(Kind.ACROSS_RESET, 10 * MINUTE, 11 * MINUTE, 100_000),
                        new Piece(Kind.MEASURED, 11 * MINUTE, 12 * MINUTE, 150_000));
    }

    @Test
    void aFoldedPairIsNoNeighbourOfAResetOnEitherSide() {
        ChannelRule rule = Channels.counter(MINUTE, KILOWATT);
        List<Reading> before = readings(new long[][] {{0, 8_000}, {MINUTE, 9_000}, {2 * MINUTE, 5}, {20 * MINUTE, 30}});
        List<Reading> after = readings(new long[][] {{0, 9_000}, {MINUTE, 5}, {2 * MINUTE, 505}});

        Segments foldedBefore = Segments.between(before, folded(0), Channels.always(rule));
        Segments foldedAfter = Segments.between(after, folded(1), Channels.always(rule));

        assertThat(pieces(foldedBefore)).contains(new Piece(Kind.ACROSS_RESET, MINUTE, 2 * MINUTE, 5_000));
        assertThat(pieces(foldedAfter)).containsExactly(new Piece(Kind.ACROSS_RESET, 0, MINUTE, 5_000));
    }

    @Test
    void theKeptPairsOfAFoldedLinkAreNeighboursOfAReset() {
        ChannelRule rule = Channels.counter(MINUTE, KILOWATT);
        MeasuredPair pair = new MeasuredPair(BigInteger.valueOf(500_000), MINUTE);
        List<FoldedLink> links = folded();
        links.set(0, new FoldedLink(new TreeMap<>(), null, pair, false));
        links.set(2, new FoldedLink(new TreeMap<>(), pair, null, false));
        List<Reading> readings =
                readings(new long[][] {{0, 8_000}, {MINUTE, 9_000}, {2 * MINUTE, 5}, {20 * MINUTE, 3}});

        Segments segments = Segments.between(readings, links, Channels.always(rule));

        assertThat(pieces(segments)).containsExactly(new Piece(Kind.ACROSS_RESET, MINUTE, 2 * MINUTE, 500_000));

        links.set(
                2, new FoldedLink(new TreeMap<>(), new MeasuredPair(BigInteger.valueOf(900_000), MINUTE), null, false));
        assertThat(pieces(Segments.between(readings, links, Channels.always(rule))))
                .as("the mean of both")
                .containsExactly(new Piece(Kind.ACROSS_RESET, MINUTE, 2 * MINUTE, 700_000));
    }

    @Test
    void aReadingBeforeAFoldedLinkWasConfirmedLongAgo() {
        List<Reading> readings = readings(new long[][] {{0, 900_000_000}, {MINUTE, 5}, {2 * MINUTE, 800_000_000}});

        Segments segments = Segments.between(readings, folded(1), Channels.always(Channels.counter(MINUTE, KILOWATT)));

        assertThat(segments.refused().isEmpty()).isTrue();
        assertThat(segments.resets().stream()).containsExactly(1);
    }

    /** Links of the first state format: without the pairs at their ends. */
    private static List<FoldedLink> folded(int... indices) {
        List<FoldedLink> links = new ArrayList<>(Collections.nCopies(10, null));
        for (int index : indices) {
            links.set(index, new FoldedLink(new TreeMap<>(), null, null, false));
        }
        return links;
    }

    private static Segments between(ChannelRule rule, long[][] readings) {
        return Segments.between(readings(readings), folded(), Channels.always(rule));
    }

    private static List<Reading> readings(long[][] values) {
        List<Reading> readings = new ArrayList<>();
        for (long[] value : values) {
            readings.add(Channels.reading(value[0], value[1]));
        }
        return readings;
    }

    private static List<Piece> pieces(Segments segments) {
        return segments.segments().stream()
                .map(s -> new Piece(
                        s.kind(),
                        s.fromMillis(),
                        s.toMillis(),
                        s.curve().microjoulesBetween(0, s.toMillis() - s.fromMillis())))
                .toList();
    }
}
