package io.joulestream.core.energy;

import io.joulestream.core.energy.OwnerFrame.Assertion;
import io.joulestream.core.energy.OwnerFrame.ChannelReading;
import io.joulestream.core.ledger.LedgerFlag;
import io.joulestream.core.ledger.RejectCode;
import io.joulestream.core.telemetry.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongFunction;

/**
 * The ledger of one owner: its channels, the frames that have come and who held its entities. One frame in, what it
 * changed out. After any sequence of the same whole frames the differences add up to the same sums.
 *
 * <p>Not thread-safe.
 */
public final class OwnerLedger {
    final FrameSequences sequences = new FrameSequences();
    final NavigableMap<ChannelId, ChannelLedger> channels = new TreeMap<>();
    final NavigableMap<String, AllocationTable> allocations = new TreeMap<>();
    long newestMillis = Long.MIN_VALUE;

    /** Takes a frame in. */
    public OwnerChanges accept(OwnerFrame frame, OwnerRules rules) {
        if (sequences.arrive(frame.origin(), frame.sequence()) != FrameSequences.Arrival.REPEATED) {
            return acceptReadings(frame, rules);
        }
        return isNews(frame) ? acceptRegressed(frame, rules) : OwnerChanges.REPEATED;
    }

    /** A frame that comes again can hold nothing newer than all that has come: its sender began its numbers again. */
    private boolean isNews(OwnerFrame frame) {
        return frame.readings().stream().anyMatch(offered -> offered.reading().atMillis() > newestMillis);
    }

    private OwnerChanges acceptRegressed(OwnerFrame frame, OwnerRules rules) {
        List<ChannelReading> suspect = frame.readings().stream()
                .map(offered -> new ChannelReading(
                        offered.channel(), offered.slot(), offered.reading().marked(LedgerFlag.SUSPECT.mask())))
                .toList();
        OwnerChanges changes =
                acceptReadings(new OwnerFrame(frame.origin(), frame.sequence(), suspect, frame.assertions()), rules);
        List<OwnerChanges.Reject> told = new ArrayList<>(changes.rejects());
        told.add(new OwnerChanges.Reject(
                null,
                -1,
                null,
                RejectCode.SEQ_REGRESSION,
                "frame " + frame.sequence() + " of this session has come with other readings; taken, and marked"));
        return new OwnerChanges(false, changes.rows(), changes.differences(), changes.held(), changes.begun(), told);
    }

    /**
     * Takes in a frame whose number says nothing: a part of one that has come, or one that is sent again by somebody
     * else. Each of its readings is judged by itself.
     */
    public OwnerChanges acceptReadings(OwnerFrame frame, OwnerRules rules) {
        Map<ChannelId, Before> before = new TreeMap<>();
        Map<String, Reallocation> reallocations = new TreeMap<>();
        List<Assertion> begun = new ArrayList<>();
        for (Assertion assertion : frame.assertions()) {
            reallocations
                    .computeIfAbsent(assertion.entity(), entity -> new Reallocation(allocationOf(entity, rules)))
                    .put(assertion, frame, begun);
        }
        for (Map.Entry<ChannelId, ChannelLedger> channel : channels.entrySet()) {
            if (reallocations.containsKey(channel.getKey().entity())) {
                before.put(channel.getKey(), new Before(channel.getValue(), rulesOf(channel.getKey(), rules)));
            }
        }
        List<OwnerChanges.Reject> rejects = new ArrayList<>();
        for (ChannelReading offered : frame.readings()) {
            ChannelLedger channel = channels.computeIfAbsent(offered.channel(), id -> new ChannelLedger());
            Before then = before.computeIfAbsent(offered.channel(), id -> new Before(channel, rulesOf(id, rules)));
            offer(channel, offered, then, rejects);
        }
        List<OwnerChanges.Row> rows = new ArrayList<>();
        List<OwnerChanges.Difference> differences = new ArrayList<>();
        for (Map.Entry<ChannelId, Before> touched : before.entrySet()) {
            settle(touched.getKey(), touched.getValue(), reallocations, rules, rows, differences, rejects);
        }
        List<OwnerChanges.Held> held = new ArrayList<>();
        reallocations.forEach((entity, reallocation) -> reallocation.tell(entity, held));
        List<OwnerChanges.Reject> told = mergeRedundant(rejects, frame);
        foldAll(rules, told);
        return new OwnerChanges(false, rows, differences, held, begun, told);
    }

    /** Number of frames known to be missing between those that came. */
    public long framesMissing() {
        return sequences.framesMissing();
    }

    private AllocationTable allocationOf(String entity, OwnerRules rules) {
        return allocations.computeIfAbsent(entity, e -> new AllocationTable(rules.allocationGapMillis(e)));
    }

    private static LongFunction<ChannelRule> rulesOf(ChannelId channel, OwnerRules rules) {
        return at -> rules.rule(channel, at);
    }

    private void offer(ChannelLedger channel, ChannelReading offered, Before then, List<OwnerChanges.Reject> rejects) {
        Reading reading = offered.reading();
        newestMillis = Math.max(newestMillis, reading.atMillis());
        Reading held = channel.heldAt(reading.atMillis());
        ChannelLedger.Outcome outcome = channel.offer(reading);
        if (outcome == ChannelLedger.Outcome.INSERTED
                || outcome == ChannelLedger.Outcome.REPLACED
                || outcome == ChannelLedger.Outcome.SUPERSEDED) {
            then.touchedMinutes.add(Minutes.of(reading.atMillis()));
        }
        RejectCode code = outcome.rejectCode();
        if (code == null) {
            return;
        }
        if (outcome == ChannelLedger.Outcome.REPLACED) {
            rejects.add(new OwnerChanges.Reject(
                    offered.channel(), offered.slot(), held, code, "displaced by the value " + reading.value()));
        } else {
            rejects.add(
                    new OwnerChanges.Reject(offered.channel(), offered.slot(), reading, code, explain(outcome, held)));
        }
    }

    private static String explain(ChannelLedger.Outcome outcome, Reading held) {
        return switch (outcome) {
            case SUPERSEDED -> "the value " + held.value() + " was kept for the same instant";
            case LATE_REDUNDANT -> "lies inside a stretch whose readings are no longer kept one by one";
            default -> "corrects a reading whose neighbours are no longer kept one by one";
        };
    }

    private void settle(
            ChannelId id,
            Before before,
            Map<String, Reallocation> reallocations,
            OwnerRules rules,
            List<OwnerChanges.Row> rows,
            List<OwnerChanges.Difference> differences,
            List<OwnerChanges.Reject> rejects) {
        ChannelLedger channel = channels.get(id);
        AllocationTable now = allocationOf(id.entity(), rules);
        Reallocation reallocation = reallocations.get(id.entity());
        AllocationTable then = reallocation == null ? now : reallocation.then;
        Span reallocated = reallocation == null ? null : reallocation.changed;
        LongFunction<ChannelRule> ruleAt = rulesOf(id, rules);

        Ledgered ledgered = new Ledgered();
        ledgered.touchedMinutes.addAll(before.touchedMinutes);
        new SegmentDifference(
                        before.segments.segments(), channel.segments(ruleAt).segments())
                .forEach(gone -> ledgered.subtract(gone, then), come -> ledgered.add(come, now), stayed -> {
                    if (reallocated != null && reallocated.overlaps(stayed.fromMillis(), stayed.toMillis())) {
                        ledgered.move(stayed, then, now);
                    }
                });
        for (Map.Entry<MinuteRun, Amount> sum : ledgered.sums.entrySet()) {
            if (!sum.getValue().isNone()) {
                differences.add(new OwnerChanges.Difference(
                        id, sum.getKey().minute(), sum.getKey().run(), sum.getValue()));
            }
        }
        for (long minute : ledgered.touchedMinutes) {
            rows.add(row(id, minute, channel.minute(minute, ruleAt, now)));
        }
        if (reallocated != null && channel.foldedReallocation(reallocated, then, now)) {
            rejects.add(new OwnerChanges.Reject(
                    id,
                    -1,
                    null,
                    RejectCode.ALLOC_TOO_LATE,
                    "changes who held " + id.entity() + " in time that is already settled; it stays as it was"));
        }
    }

    private static OwnerChanges.Row row(ChannelId channel, long minute, MinutePart part) {
        return new OwnerChanges.Row(
                channel,
                minute,
                part.total(),
                part.sawPower(),
                part.powerMaxMilliwatts,
                part.powerMinMilliwatts,
                part.rampMaxMilliwattsPerSecond,
                part.samples,
                part.flags);
    }

    private void foldAll(OwnerRules rules, List<OwnerChanges.Reject> rejects) {
        long tailStart = newestMillis - rules.rawTailMillis();
        for (Map.Entry<ChannelId, ChannelLedger> channel : channels.entrySet()) {
            int told = 0;
            for (ChannelLedger.Refusal refusal :
                    channel.getValue().refusalsBefore(tailStart, rulesOf(channel.getKey(), rules))) {
                told++;
                rejects.add(new OwnerChanges.Reject(
                        channel.getKey(),
                        -told,
                        refusal.reading(),
                        refusal.code(),
                        "shows " + refusal.reading().value() + unit(channel.getKey()) + " after "
                                + refusal.base().value() + unit(channel.getKey())
                                + ", and the reading after it does not confirm it"));
            }
            channel.getValue()
                    .fold(
                            tailStart,
                            rulesOf(channel.getKey(), rules),
                            allocationOf(channel.getKey().entity(), rules),
                            sequences);
        }
    }

    private static String unit(ChannelId channel) {
        return Metric.byNumber(channel.metric()).map(Metric::isVolume).orElse(false) ? " L" : " mJ";
    }

    /** A frame whose readings are all redundant is refused once, not once per reading. */
    private static List<OwnerChanges.Reject> mergeRedundant(List<OwnerChanges.Reject> rejects, OwnerFrame frame) {
        boolean allRedundant = !rejects.isEmpty()
                && rejects.size() == frame.readings().size()
                && rejects.stream().allMatch(reject -> reject.code() == RejectCode.LATE_REDUNDANT);
        if (!allRedundant) {
            return rejects;
        }
        OwnerChanges.Reject first = rejects.get(0);
        List<OwnerChanges.Reject> merged = new ArrayList<>();
        merged.add(new OwnerChanges.Reject(
                null, -1, null, first.code(), "all " + rejects.size() + " readings: " + first.detail()));
        return merged;
    }

    private record MinuteRun(long minute, String run) implements Comparable<MinuteRun> {
        @Override
        public int compareTo(MinuteRun other) {
            int byMinute = Long.compare(minute, other.minute);
            return byMinute != 0 ? byMinute : run.compareTo(other.run);
        }
    }

    /** A channel's segments before a frame, and the minutes of the readings that the frame brought. */
    private static final class Before {
        final Segments segments;
        final TreeSet<Long> touchedMinutes = new TreeSet<>();

        Before(ChannelLedger channel, LongFunction<ChannelRule> ruleAt) {
            segments = channel.segments(ruleAt);
        }
    }

    /** An entity's allocations before and after a frame. */
    private static final class Reallocation {
        final AllocationTable then;
        final AllocationTable now;
        Span changed;

        Reallocation(AllocationTable table) {
            now = table;
            then = table.copy();
        }

        /** @param begun takes the assertion when it is the first of its run at its start */
        void put(Assertion assertion, OwnerFrame frame, List<Assertion> begun) {
            AllocationTable.Start start = new AllocationTable.Start(assertion.sinceMillis(), assertion.run());
            if (!now.assertions().containsKey(start)) {
                begun.add(assertion);
            }
            AllocationTable.Extent told = new AllocationTable.Extent(
                    assertion.untilMillis(), frame.origin(), frame.sequence(), frame.sequence());
            changed = Span.union(changed, now.put(start, told));
        }

        void tell(String entity, List<OwnerChanges.Held> held) {
            if (changed == null || changed.fromMillis() >= changed.toMillis()) {
                return;
            }
            List<Allocation> before = then.knownOver(changed);
            List<Allocation> after = now.knownOver(changed);
            if (before.equals(after)) {
                return;
            }
            before.forEach(piece -> held.add(held(entity, piece, -1)));
            after.forEach(piece -> held.add(held(entity, piece, 1)));
        }

        private static OwnerChanges.Held held(String entity, Allocation piece, int times) {
            return new OwnerChanges.Held(entity, piece.run(), piece.fromMillis(), piece.toMillis(), times);
        }
    }

    /** Sums what segments bring to minutes and runs. */
    private static final class Ledgered {
        final Map<MinuteRun, Amount> sums = new TreeMap<>();
        final TreeSet<Long> touchedMinutes = new TreeSet<>();

        void add(Segment segment, AllocationTable allocations) {
            put(segment, allocations, false);
        }

        void subtract(Segment segment, AllocationTable allocations) {
            put(segment, allocations, true);
        }

        void move(Segment segment, AllocationTable from, AllocationTable to) {
            put(segment, from, true);
            put(segment, to, false);
        }

        private void put(Segment segment, AllocationTable allocations, boolean negate) {
            for (Allocation allocation : allocations.over(segment.fromMillis(), segment.toMillis())) {
                long start = allocation.fromMillis();
                while (start < allocation.toMillis()) {
                    long minute = Minutes.of(start);
                    long end = Math.min(allocation.toMillis(), Minutes.startMillis(minute + 1));
                    Amount piece = segment.between(start, end);
                    sums.merge(new MinuteRun(minute, allocation.run()), negate ? piece.negated() : piece, Amount::plus);
                    touchedMinutes.add(minute);
                    start = end;
                }
            }
        }
    }
}
