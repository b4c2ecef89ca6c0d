package io.joulestream.core.energy;

import io.joulestream.core.energy.OwnerFrame.Assertion;
import io.joulestream.core.energy.OwnerFrame.ChannelReading;
import io.joulestream.core.ledger.LedgerFlag;
import io.joulestream.core.ledger.RejectCode;
import io.joulestream.core.telemetry.Metric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongFunction;

/**
 * The ledger of one owner: its channels, the frames that have come and who held its entities. One frame in, what it
 * changed out. After any sequence of the same whole frames the differences add up to the same sums.
 *
 * <p>At hand is what the next frame in order needs: of each channel the raw tail and the newest stretch. Older stretches,
 * the frames missing among them and the runs of their time are put away by UTC hour, and taken back when a frame reaches
 * so far. Whether one does is judged from what is at hand alone, so the answer does not depend on when state was written.
 *
 * <p>Not thread-safe.
 */
public final class OwnerLedger {
    private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();
    /** A channel that has said nothing for so long, by the owner's event time, is put away whole. */
    private static final long SILENT_MILLIS = Duration.ofHours(2).toMillis();
    /** What was touched so recently, by append time, is not dropped however old it is. */
    private static final long UNTOUCHED_MILLIS = Duration.ofHours(48).toMillis();
    /** How long, by append time, a change of who held an entity still moves what is settled. */
    private static final long ALLOCATION_HISTORY_MILLIS = Duration.ofHours(48).toMillis();

    final FrameSequences sequences = new FrameSequences();
    final NavigableMap<ChannelId, ChannelLedger> channels = new TreeMap<>();
    final NavigableMap<String, AllocationTable> allocations = new TreeMap<>();
    long newestMillis = Long.MIN_VALUE;
    /** Whether anything is put away. */
    boolean hasOlder;
    /** The hour of append time in which it was last looked at what is to be dropped. */
    long sweptHour = Long.MIN_VALUE;
    /** Of minutes that began before, what is settled stays with the runs that have it. Never moves back. */
    long settledFromMillis = Long.MIN_VALUE;

    private final OlderHours older;
    private final SettledHours settled;
    /** How many readings of each channel were taken back for the frame in work; null while they are away. */
    private Map<ChannelId, Integer> takenBack;
    /** The hour in which a missing range is kept, by "origin last", for the frame in work. */
    private final Map<List<Long>, Long> hourOfRange = new HashMap<>();

    /** One that keeps all of itself in memory. */
    public OwnerLedger() {
        this(new HoursInMemory());
    }

    /** @param older where to keep what the next frame in order does not need */
    public OwnerLedger(OwnerHours older) {
        this.older = new OlderHours(older);
        this.settled = new SettledHours(older);
    }

    /**
     * Takes a frame in.
     *
     * @param appendedMillis when the broker took it: "now"
     */
    public OwnerChanges accept(OwnerFrame frame, OwnerRules rules, long appendedMillis) {
        Set<Long> dropped = makeReady(frame, rules, appendedMillis);
        resumeForgotten(frame);
        boolean repeated = sequences.arrive(frame.origin(), frame.sequence()) == FrameSequences.Arrival.REPEATED;
        OwnerChanges changes = OwnerChanges.REPEATED;
        if (!repeated) {
            changes = enter(frame, rules);
        } else if (isNews(frame, rules)) {
            changes = enterRegressed(frame, rules);
        }
        if (!changes.repeated() || takenBack != null) {
            foldAll(rules, changes.rejects(), appendedMillis, dropped);
        }
        return changes;
    }

    /**
     * Takes in a frame whose number says nothing: a part of one that has come, or one that is sent again by somebody
     * else. Each of its readings is judged by itself.
     *
     * @param appendedMillis when the broker took it: "now"
     */
    public OwnerChanges acceptReadings(OwnerFrame frame, OwnerRules rules, long appendedMillis) {
        Set<Long> dropped = makeReady(frame, rules, appendedMillis);
        OwnerChanges changes = enter(frame, rules);
        foldAll(rules, changes.rejects(), appendedMillis, dropped);
        return changes;
    }

    /** Writes back what was put away, taken back, settled or dropped since the last time. */
    public void writeOlder() {
        older.write();
        settled.write();
    }

    /** Drops what is too old, and takes back what the frame reaches. */
    private Set<Long> makeReady(OwnerFrame frame, OwnerRules rules, long appendedMillis) {
        takenBack = null;
        settledFromMillis = Math.max(settledFromMillis, appendedMillis - ALLOCATION_HISTORY_MILLIS);
        Set<Long> dropped = drop(rules, appendedMillis);
        if (takenBack == null && reachesOlder(frame, rules)) {
            takeBack(rules, Set.of());
        }
        return dropped;
    }

    /** An owner of more senders than are remembered has readings at hand of those that were forgotten. */
    private void resumeForgotten(OwnerFrame frame) {
        if (sequences.knows(frame.origin())) {
            return;
        }
        channels.values().stream()
                .flatMap(channel -> channel.readings().stream())
                .filter(reading -> reading.origin() == frame.origin())
                .mapToLong(Reading::sequence)
                .max()
                .ifPresent(greatest -> sequences.resume(frame.origin(), frame.sequence(), greatest));
    }

    /**
     * A frame that comes again can hold nothing newer than all that has come, and in the raw tail nothing that is not held:
     * its sender began its numbers again. Nor can it tell of a later time who held an entity, or of a job.
     */
    private boolean isNews(OwnerFrame frame, OwnerRules rules) {
        return frame.assertions().stream().anyMatch(this::isNews)
                || frame.readings().stream()
                        .anyMatch(offered -> offered.reading().atMillis() > newestMillis
                                || offered.reading().atMillis() >= newestMillis - rules.rawTailMillis()
                                        && isNotHeld(offered));
    }

    private boolean isNews(Assertion assertion) {
        AllocationTable held = allocations.get(assertion.entity());
        return held == null || assertion.untilMillis() > held.heardUntilMillis();
    }

    private boolean isNotHeld(ChannelReading offered) {
        ChannelLedger channel = channels.get(offered.channel());
        return channel != null && channel.judge(offered.reading()) == ChannelLedger.Outcome.INSERTED;
    }

    private OwnerChanges enterRegressed(OwnerFrame frame, OwnerRules rules) {
        List<ChannelReading> suspect = frame.readings().stream()
                .map(offered -> new ChannelReading(
                        offered.channel(), offered.slot(), offered.reading().marked(LedgerFlag.SUSPECT.mask())))
                .toList();
        OwnerChanges changes =
                enter(new OwnerFrame(frame.origin(), frame.sequence(), suspect, frame.assertions()), rules);
        List<OwnerChanges.Reject> told = new ArrayList<>(changes.rejects());
        told.add(new OwnerChanges.Reject(
                null,
                -1,
                null,
                RejectCode.SEQ_REGRESSION,
                "frame " + frame.sequence() + " of this session has come with other readings; taken, and marked"));
        return new OwnerChanges(false, changes.rows(), changes.differences(), changes.held(), changes.begun(), told);
    }

    private OwnerChanges enter(OwnerFrame frame, OwnerRules rules) {
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
                before.put(channel.getKey(), new Before(channel.getValue(), rules.rulesOf(channel.getKey())));
            }
        }
        List<OwnerChanges.Reject> rejects = new ArrayList<>();
        for (ChannelReading offered : frame.readings()) {
            ChannelLedger channel = channels.computeIfAbsent(offered.channel(), id -> new ChannelLedger());
            Before then = before.computeIfAbsent(offered.channel(), id -> new Before(channel, rules.rulesOf(id)));
            offer(channel, offered, then, rejects);
        }
        List<OwnerChanges.Row> rows = new ArrayList<>();
        List<OwnerChanges.Difference> differences = new ArrayList<>();
        for (Map.Entry<ChannelId, Before> touched : before.entrySet()) {
            settle(touched.getKey(), touched.getValue(), reallocations, rules, rows, differences, rejects);
        }
        List<OwnerChanges.Held> held = new ArrayList<>();
        reallocations.forEach((entity, reallocation) -> reallocation.tell(entity, held));
        return new OwnerChanges(false, rows, differences, held, begun, mergeRedundant(rejects, frame));
    }

    private AllocationTable allocationOf(String entity, OwnerRules rules) {
        return allocations.computeIfAbsent(entity, e -> new AllocationTable(rules.allocationGapMillis(e)));
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
            case TOO_OLD -> "lies in an hour that was settled and is no longer kept";
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
        LongFunction<ChannelRule> ruleAt = rules.rulesOf(id);

        Ledgered ledgered = new Ledgered();
        ledgered.touchedMinutes.addAll(before.touchedMinutes);
        new SegmentDifference(
                        before.segments.segments(), channel.segments(ruleAt).segments())
                .forEach(gone -> ledgered.subtract(gone, then), come -> ledgered.add(come, now), stayed -> {
                    if (reallocated != null && reallocated.overlaps(stayed.fromMillis(), stayed.toMillis())) {
                        ledgered.move(stayed, then, now, reallocated);
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
        if (reallocated != null && rules.isOfRuns(id)) {
            moveSettled(id, channel, reallocation, differences, rejects);
        }
    }

    private void moveSettled(
            ChannelId id,
            ChannelLedger channel,
            Reallocation reallocation,
            List<OwnerChanges.Difference> differences,
            List<OwnerChanges.Reject> rejects) {
        SettledReallocation late = new SettledReallocation(
                id,
                reallocation.then,
                reallocation.now,
                settled,
                settledFromMillis,
                (minute, byRun) -> byRun.forEach(
                        (run, amount) -> differences.add(new OwnerChanges.Difference(id, minute, run, amount, true))));
        channel.moveFolded(reallocation.changed, late);
        reallocation.lateUpToMillis = Math.max(reallocation.lateUpToMillis, late.movedUpToMillis());
        if (!late.standing().isEmpty()) {
            reallocation.stands(late.standing());
            rejects.add(new OwnerChanges.Reject(
                    id,
                    -1,
                    null,
                    RejectCode.ALLOC_TOO_LATE,
                    "changes who held " + id.entity()
                            + " in time whose energies can no longer be moved; it stays as it was"));
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

    private void foldAll(OwnerRules rules, List<OwnerChanges.Reject> rejects, long appendedMillis, Set<Long> dropped) {
        boolean holeOutOfReach = takenBack == null
                && channels.entrySet().stream()
                        .anyMatch(channel ->
                                channel.getValue().hasTooManyHoles(rules.rulesOf(channel.getKey()), sequences));
        if (holeOutOfReach) {
            takeBack(rules, Set.of());
        }
        long tailStart = hasReadings() ? newestMillis - rules.rawTailMillis() : Long.MIN_VALUE;
        NavigableMap<Long, OlderHour> away = new TreeMap<>();
        for (Map.Entry<ChannelId, ChannelLedger> entry : channels.entrySet()) {
            ChannelId id = entry.getKey();
            ChannelLedger channel = entry.getValue();
            LongFunction<ChannelRule> ruleAt = rules.rulesOf(id);
            tell(id, channel.refusalsBefore(tailStart, ruleAt), rejects);
            int count = channel.fold(
                    tailStart,
                    ruleAt,
                    allocationOf(id.entity(), rules),
                    sequences,
                    takenBack != null,
                    newestMillis < settledFromMillis || !rules.isOfRuns(id) ? null : settledMinutesOf(id));
            if (channel.newestMillis() < newestMillis - SILENT_MILLIS) {
                count = channel.olderOfSilent(ruleAt, sequences);
            }
            for (KeptReading reading : channel.putAway(count)) {
                hour(away, reading.reading().atMillis()).add(id, reading);
            }
        }
        putAwayAllocations(tailStart, away);
        putAwayMissing(away);
        if (takenBack == null) {
            older.add(away, appendedMillis);
            hasOlder |= !away.isEmpty();
        } else {
            older.replace(away, appendedMillis, dropped);
            hasOlder = !away.isEmpty();
        }
    }

    private ChannelLedger.SettledMinutes settledMinutesOf(ChannelId id) {
        return (minute, run, amount) -> {
            if (Minutes.startMillis(minute) >= settledFromMillis) {
                settled.add(id, minute, run, amount);
            }
        };
    }

    /** An owner may only ever say who holds it: then nothing of it grows old. */
    private boolean hasReadings() {
        return newestMillis != Long.MIN_VALUE;
    }

    private static OlderHour hour(NavigableMap<Long, OlderHour> hours, long millis) {
        return hours.computeIfAbsent(hourOf(millis), hour -> new OlderHour());
    }

    private static long hourOf(long millis) {
        return Math.floorDiv(millis, HOUR_MILLIS);
    }

    private static void tell(ChannelId id, List<ChannelLedger.Refusal> refusals, List<OwnerChanges.Reject> rejects) {
        int told = 0;
        for (ChannelLedger.Refusal refusal : refusals) {
            told++;
            rejects.add(new OwnerChanges.Reject(
                    id,
                    -told,
                    refusal.reading(),
                    refusal.code(),
                    "shows " + refusal.reading().value() + unit(id) + " after "
                            + refusal.base().value() + unit(id)
                            + ", and the reading after it does not confirm it"));
        }
    }

    // ---- what is put away and taken back

    /** Whether a frame needs what was put away, or may change it. */
    private boolean reachesOlder(OwnerFrame frame, OwnerRules rules) {
        if (!hasOlder) {
            return false;
        }
        if (sequences.needsOlder(frame.origin(), frame.sequence())) {
            return true;
        }
        Map<ChannelId, Long> earliest = new HashMap<>();
        for (ChannelReading offered : frame.readings()) {
            earliest.merge(offered.channel(), offered.reading().atMillis(), Math::min);
        }
        for (Map.Entry<ChannelId, Long> channel : earliest.entrySet()) {
            ChannelLedger known = channels.get(channel.getKey());
            if (known == null || channel.getValue() <= known.restMillis()) {
                return true;
            }
        }
        for (Assertion assertion : frame.assertions()) {
            if (allocationOf(assertion.entity(), rules)
                    .reachesBefore(movesFrom(assertion.entity()), startOf(assertion, frame), assertion.untilMillis())) {
                return true;
            }
        }
        return false;
    }

    private static AllocationTable.Start startOf(Assertion assertion, OwnerFrame frame) {
        return new AllocationTable.Start(assertion.sinceMillis(), assertion.run(), frame.origin(), frame.sequence());
    }

    /** From here on the allocations of an entity are at hand. */
    private long allocationsFrom(String entity) {
        return channelsOf(entity).stream()
                .mapToLong(ChannelLedger::allocationsFromMillis)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** From here on a change of run moves nothing that was put away. */
    private long movesFrom(String entity) {
        return channelsOf(entity).stream()
                .mapToLong(channel -> channel.size() == 0 ? channel.newestMillis() : channel.movesFromMillis())
                .max()
                .orElse(Long.MIN_VALUE);
    }

    private Collection<ChannelLedger> channelsOf(String entity) {
        return channels.subMap(new ChannelId(entity, Integer.MIN_VALUE), new ChannelId(entity, Integer.MAX_VALUE))
                .values();
    }

    private void takeBack(OwnerRules rules, Set<Long> gone) {
        Map<ChannelId, List<KeptReading>> readings = new TreeMap<>();
        sequences.forgetOlder();
        hourOfRange.clear();
        for (long hour : older.kept()) {
            OlderHour kept = older.get(hour);
            kept.readings.forEach((id, some) ->
                    readings.computeIfAbsent(id, channel -> new ArrayList<>()).addAll(some));
            kept.missing.forEach((origin, ranges) -> ranges.forEach((first, last) -> {
                if (gone.contains(hour)) {
                    sequences.giveUp(origin, last);
                } else {
                    sequences.takeBack(origin, first, last);
                    hourOfRange.put(List.of(origin, last), hour);
                }
            }));
            kept.assertions.forEach((entity, assertions) ->
                    allocationOf(entity, rules).assertions().putAll(assertions));
        }
        takenBack = new TreeMap<>();
        readings.forEach((id, some) -> {
            channels.computeIfAbsent(id, channel -> new ChannelLedger()).takeBack(some);
            takenBack.put(id, some.size());
        });
    }

    private void putAwayAllocations(long tailStart, NavigableMap<Long, OlderHour> away) {
        allocations.forEach((entity, table) -> {
            long from = allocationsFrom(entity);
            table.putAway(from == Long.MAX_VALUE ? tailStart : from)
                    .entrySet()
                    .forEach(assertion ->
                            hour(away, assertion.getValue().untilMillis()).add(entity, assertion));
        });
    }

    private void putAwayMissing(NavigableMap<Long, OlderHour> away) {
        if (!sequences.isAnyMissing()) {
            return;
        }
        Map<Long, Long> first = new HashMap<>();
        for (ChannelLedger channel : channels.values()) {
            channel.readings().forEach(reading -> first.merge(reading.origin(), reading.sequence(), Math::min));
        }
        sequences.putAway(first, (origin, from, to) -> {
            long hour = hourOfRange.getOrDefault(List.of(origin, to), hourOf(newestMillis));
            away.computeIfAbsent(hour, h -> new OlderHour()).addMissing(origin, from, to);
        });
    }

    /**
     * Once per hour of append time, forgets the sums of minutes that nothing can move any more, and drops the older hours
     * that have passed their age: at the later of {@code acceptHistory} after their end and 48 h after they were last
     * touched.
     *
     * @return the older hours that were dropped
     */
    private Set<Long> drop(OwnerRules rules, long appendedMillis) {
        if (hourOf(appendedMillis) <= sweptHour) {
            return Set.of();
        }
        sweptHour = hourOf(appendedMillis);
        settled.dropBefore(hourOf(settledFromMillis));
        return hasOlder ? dropOlder(rules, appendedMillis) : Set.of();
    }

    private Set<Long> dropOlder(OwnerRules rules, long appendedMillis) {
        Set<Long> due = new TreeSet<>();
        for (long hour : older.kept()) {
            if ((hour + 1) * HOUR_MILLIS + rules.acceptHistoryMillis() <= appendedMillis
                    && older.get(hour).touchedMillis + UNTOUCHED_MILLIS <= appendedMillis) {
                due.add(hour);
            }
        }
        if (!due.isEmpty()) {
            takeBack(rules, due);
            takenBack.forEach((id, count) -> channels.get(id)
                    .expire(
                            count,
                            at -> due.contains(hourOf(at)),
                            rules.rulesOf(id),
                            allocationOf(id.entity(), rules)));
            allocations.forEach((entity, table) -> {
                long floor = channelsOf(entity).stream()
                        .mapToLong(ChannelLedger::floorMillis)
                        .min()
                        .orElse(Long.MAX_VALUE);
                table.assertions()
                        .values()
                        .removeIf(extent -> due.contains(hourOf(extent.untilMillis()))
                                && table.endsBefore(extent, floor)
                                && extent.untilMillis() < newestMillis);
            });
        }
        return due;
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
        /** Up to here the energies of some channel were settled, and moved. */
        long lateUpToMillis = Long.MIN_VALUE;

        /** By start to end: where the energies of some channel were settled and stay as they are. */
        private final NavigableMap<Long, Long> standing = new TreeMap<>();

        Reallocation(AllocationTable table) {
            now = table;
            then = table.copy();
        }

        /** @param begun takes the assertion when it is the first of its run at its start */
        void put(Assertion assertion, OwnerFrame frame, List<Assertion> begun) {
            if (!now.isClaimedSince(assertion.sinceMillis(), assertion.run())) {
                begun.add(assertion);
            }
            changed = Span.union(changed, now.put(startOf(assertion, frame), assertion.untilMillis()));
        }

        void stands(List<Span> stretches) {
            stretches.forEach(stretch -> standing.merge(stretch.fromMillis(), stretch.toMillis(), Math::max));
        }

        /** Times are told of as energies moved: not where they stand, and apart up to where they were settled. */
        void tell(String entity, List<OwnerChanges.Held> held) {
            if (changed == null) {
                return;
            }
            long from = changed.fromMillis();
            for (Map.Entry<Long, Long> stretch : standing.entrySet()) {
                tell(entity, from, Math.min(stretch.getKey(), changed.toMillis()), held);
                from = Math.max(from, stretch.getValue());
            }
            tell(entity, from, changed.toMillis(), held);
        }

        private void tell(String entity, long fromMillis, long toMillis, List<OwnerChanges.Held> held) {
            long split = Math.max(fromMillis, Math.min(toMillis, lateUpToMillis));
            tell(entity, new Span(fromMillis, split), true, held);
            tell(entity, new Span(split, toMillis), false, held);
        }

        private void tell(String entity, Span span, boolean late, List<OwnerChanges.Held> held) {
            if (span.fromMillis() >= span.toMillis()) {
                return;
            }
            List<Allocation> before = then.knownOver(span);
            List<Allocation> after = now.knownOver(span);
            if (before.equals(after)) {
                return;
            }
            before.forEach(piece -> held.add(held(entity, piece, -1, late)));
            after.forEach(piece -> held.add(held(entity, piece, 1, late)));
        }

        private static OwnerChanges.Held held(String entity, Allocation piece, int times, boolean late) {
            return new OwnerChanges.Held(entity, piece.run(), piece.fromMillis(), piece.toMillis(), times, late);
        }
    }

    /** Sums what segments bring to minutes and runs. */
    private static final class Ledgered {
        final Map<MinuteRun, Amount> sums = new TreeMap<>();
        final TreeSet<Long> touchedMinutes = new TreeSet<>();

        void add(Segment segment, AllocationTable allocations) {
            put(segment, allocations, false);
            touch(segment.fromMillis(), segment.toMillis());
        }

        void subtract(Segment segment, AllocationTable allocations) {
            put(segment, allocations, true);
            touch(segment.fromMillis(), segment.toMillis());
        }

        void move(Segment segment, AllocationTable from, AllocationTable to, Span changed) {
            put(segment, from, true);
            put(segment, to, false);
            touch(
                    Math.max(segment.fromMillis(), changed.fromMillis()),
                    Math.min(segment.toMillis(), changed.toMillis()));
        }

        private void touch(long fromMillis, long toMillis) {
            for (long minute = Minutes.of(fromMillis); minute <= Minutes.lastBefore(toMillis); minute++) {
                touchedMinutes.add(minute);
            }
        }

        private void put(Segment segment, AllocationTable allocations, boolean negate) {
            for (Allocation allocation : allocations.over(segment.fromMillis(), segment.toMillis())) {
                long start = allocation.fromMillis();
                while (start < allocation.toMillis()) {
                    long minute = Minutes.of(start);
                    long end = Math.min(allocation.toMillis(), Minutes.startMillis(minute + 1));
                    Amount piece = segment.between(start, end);
                    sums.merge(new MinuteRun(minute, allocation.run()), negate ? piece.negated() : piece, Amount::plus);
                    start = end;
                }
            }
        }
    }
}
