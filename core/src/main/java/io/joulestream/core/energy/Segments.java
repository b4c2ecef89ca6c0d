package io.joulestream.core.energy;

import io.joulestream.core.energy.ChannelRule.Kind;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongFunction;

/**
 * The segments between the kept readings of one channel: a pure function of the ordered readings, so that the order in
 * which they came cannot matter (kpi method 3.1, 3.2, 3.5).
 *
 * <p>A gauge gives a segment per pair. A counter is read from a base: a reading that advances the base by a plausible
 * amount, or by way of the register's rollover, becomes the new base. One that does not is a break: it becomes the base
 * only if the reading after it agrees with it, and then the time between is estimated; else it is refused and the old
 * base stays. A level may rise and fall, so every reading of it is a base.
 *
 * @param segments of the open links, oldest first
 * @param refused indices into the readings, of counter readings that are no base
 * @param resets indices of readings that became the base by a break
 */
record Segments(List<Segment> segments, BitSet refused, BitSet resets) {

    static Segments between(List<Reading> readings, List<FoldedLink> foldedAfter, LongFunction<ChannelRule> ruleAt) {
        if (readings.isEmpty()) {
            return new Segments(List.of(), new BitSet(), new BitSet());
        }
        return switch (ruleAt.apply(readings.get(0).atMillis()).kind()) {
            case COUNTER -> new CounterReader(readings, foldedAfter, ruleAt).read();
            case LEVEL -> new Segments(ofLevel(readings, foldedAfter, ruleAt), new BitSet(), new BitSet());
            default -> new Segments(ofGauge(readings, foldedAfter, ruleAt), new BitSet(), new BitSet());
        };
    }

    /** The segment that starts at an instant; null when none does. */
    Segment startingAt(long millis) {
        int first = firstEndingAfter(millis);
        return first < segments.size() && segments.get(first).fromMillis() == millis ? segments.get(first) : null;
    }

    /** Index of the first segment that ends after an instant: segments follow each other and do not overlap. */
    int firstEndingAfter(long millis) {
        int low = 0;
        int high = segments.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (segments.get(middle).toMillis() > millis) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** The change from each reading to the next; over a gap the change is measured, its shape in time is not. */
    private static List<Segment> ofLevel(
            List<Reading> readings, List<FoldedLink> foldedAfter, LongFunction<ChannelRule> ruleAt) {
        List<Segment> segments = new ArrayList<>(readings.size());
        for (int i = 0; i + 1 < readings.size(); i++) {
            if (foldedAfter.get(i) != null) {
                continue;
            }
            Reading from = readings.get(i);
            Reading to = readings.get(i + 1);
            long millis = to.atMillis() - from.atMillis();
            boolean covered = millis <= ruleAt.apply(to.atMillis()).maxGapMillis();
            BigInteger change = to.registerMicrojoules().subtract(from.registerMicrojoules());
            segments.add(segment(
                    from,
                    to,
                    covered ? Segment.Kind.MEASURED : Segment.Kind.BRIDGED,
                    CounterSegment.of(change, millis)));
        }
        return segments;
    }

    private static List<Segment> ofGauge(
            List<Reading> readings, List<FoldedLink> foldedAfter, LongFunction<ChannelRule> ruleAt) {
        List<Segment> segments = new ArrayList<>(readings.size());
        for (int i = 0; i + 1 < readings.size(); i++) {
            if (foldedAfter.get(i) != null) {
                continue;
            }
            Reading from = readings.get(i);
            Reading to = readings.get(i + 1);
            ChannelRule rule = ruleAt.apply(to.atMillis());
            long millis = to.atMillis() - from.atMillis();
            if (millis <= rule.maxGapMillis()) {
                boolean averaged = rule.kind() == Kind.AVERAGED_POWER;
                long start = averaged ? to.value() : from.value();
                segments.add(segment(from, to, Segment.Kind.MEASURED, new PowerSegment(start, to.value(), millis)));
            } else if (millis <= rule.interpolateUpToMillis()) {
                PowerSegment line = new PowerSegment(from.value(), to.value(), millis);
                segments.add(segment(from, to, Segment.Kind.INTERPOLATED, line));
            }
        }
        return segments;
    }

    private static Segment segment(Reading from, Reading to, Segment.Kind kind, EnergyCurve curve) {
        return new Segment(from.atMillis(), to.atMillis(), kind, curve);
    }

    /** Reads a counter from base to base. Used once. */
    private static final class CounterReader {
        private static final long MOST_MILLIJOULES_IN_A_LONG = Long.MAX_VALUE / 1_000 - 1;

        private final List<Reading> readings;
        private final List<FoldedLink> foldedAfter;
        private final LongFunction<ChannelRule> ruleAt;
        private final List<Segment> segments = new ArrayList<>();
        private final BitSet refused = new BitSet();
        private final BitSet resets = new BitSet();

        CounterReader(List<Reading> readings, List<FoldedLink> foldedAfter, LongFunction<ChannelRule> ruleAt) {
            this.readings = readings;
            this.foldedAfter = foldedAfter;
            this.ruleAt = ruleAt;
        }

        Segments read() {
            int base = 0;
            MeasuredPair before = null;
            for (int i = 1; i < readings.size(); i++) {
                if (foldedAfter.get(i - 1) != null) {
                    before = foldedAfter.get(i - 1).last();
                    base = i;
                    continue;
                }
                EnergyCurve advance = advance(base, i);
                if (advance != null) {
                    segments.add(accepted(base, i, advance));
                    before = MeasuredPair.of(segments.get(segments.size() - 1));
                } else if (agreesWithNext(i)) {
                    addAcrossBreak(before, base, i);
                    resets.set(i);
                    before = null;
                } else {
                    refused.set(i);
                    continue;
                }
                base = i;
            }
            return new Segments(segments, refused, resets);
        }

        /** Energy from one reading to another, through the register's rollover if need be; null when implausible. */
        private EnergyCurve advance(int from, int to) {
            Reading base = readings.get(from);
            Reading next = readings.get(to);
            long millis = next.atMillis() - base.atMillis();
            ChannelRule rule = ruleAt.apply(next.atMillis());
            List<RegisterChange> changes = rule.changesIn(base.atMillis(), next.atMillis());
            if (!changes.isEmpty()) {
                return new AcrossChange(base, next, ruleAt).advance(changes);
            }
            long millijoules = next.value() - base.value();
            if (millijoules < 0 || millijoules > MOST_MILLIJOULES_IN_A_LONG) {
                return farAdvance(base, next, millis, rule);
            }
            long microjoules = millijoules * 1_000 + next.microjoules() - base.microjoules();
            return microjoules >= 0 && rule.mayAdvanceBy(microjoules, millis)
                    ? new CounterSegment(microjoules, millis)
                    : null;
        }

        private static EnergyCurve farAdvance(Reading base, Reading next, long millis, ChannelRule rule) {
            BigInteger difference = next.registerMicrojoules().subtract(base.registerMicrojoules());
            if (difference.signum() < 0) {
                difference = difference.add(rule.modulusMicrojoules());
            }
            return difference.signum() >= 0 && rule.mayAdvanceBy(difference, millis)
                    ? CounterSegment.of(difference, millis)
                    : null;
        }

        private boolean agreesWithNext(int i) {
            return i + 1 < readings.size() && (foldedAfter.get(i) != null || advance(i, i + 1) != null);
        }

        private Segment accepted(int from, int to, EnergyCurve advance) {
            boolean covered = advance.millis()
                    <= ruleAt.apply(readings.get(to).atMillis()).maxGapMillis();
            return segment(
                    readings.get(from),
                    readings.get(to),
                    covered ? Segment.Kind.MEASURED : Segment.Kind.BRIDGED,
                    advance);
        }

        /**
         * The estimate across a break: mean power of the adjacent measured pairs times the gap; after a restart at
         * least what the register has counted since. Without neighbours a restart gives that count, a jump nothing. A
         * register that shows more than the nameplate allows in the gap has not counted since a restart: it is another
         * register.
         */
        private void addAcrossBreak(MeasuredPair before, int base, int restart) {
            Reading last = readings.get(base);
            Reading first = readings.get(restart);
            long gap = millis(base, restart);
            MeanPower neighbours = new MeanPower();
            neighbours.add(before);
            neighbours.add(pairStartingAt(restart));
            BigInteger sinceRestart = first.registerMicrojoules();
            boolean restarted = sinceRestart.compareTo(last.registerMicrojoules()) < 0
                    && ruleAt.apply(first.atMillis()).mayAdvanceBy(sinceRestart, gap);
            if (neighbours.pairs == 0 && !restarted) {
                return;
            }
            BigInteger estimate = neighbours.pairs == 0 ? sinceRestart : neighbours.over(gap);
            BigInteger microjoules = restarted ? estimate.max(sinceRestart) : estimate;
            segments.add(segment(last, first, Segment.Kind.ACROSS_RESET, CounterSegment.of(microjoules, gap)));
        }

        /** Of a reading that the next one has confirmed. */
        private MeasuredPair pairStartingAt(int from) {
            if (foldedAfter.get(from) != null) {
                return foldedAfter.get(from).first();
            }
            return MeasuredPair.of(accepted(from, from + 1, advance(from, from + 1)));
        }

        private long millis(int from, int to) {
            return readings.get(to).atMillis() - readings.get(from).atMillis();
        }
    }

    /** The arithmetic mean of the powers of some pairs, kept as an exact fraction. */
    private static final class MeanPower {
        private BigInteger microjoules = BigInteger.ZERO;
        private BigInteger millis = BigInteger.ONE;
        private int pairs;

        /** Takes a pair in; null is none. */
        void add(MeasuredPair pair) {
            if (pair != null) {
                BigInteger pairMillis = BigInteger.valueOf(pair.millis());
                microjoules =
                        microjoules.multiply(pairMillis).add(pair.microjoules().multiply(millis));
                millis = millis.multiply(pairMillis);
                pairs++;
            }
        }

        /** Energy at the mean power over a time, rounded down. */
        BigInteger over(long gapMillis) {
            return ExactMath.floorDivide(
                    microjoules.multiply(BigInteger.valueOf(gapMillis)), millis.multiply(BigInteger.valueOf(pairs)));
        }
    }
}
