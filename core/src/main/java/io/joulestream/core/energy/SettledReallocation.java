package io.joulestream.core.energy;

import io.joulestream.core.energy.ChannelLedger.FoldedMove;
import io.joulestream.core.ledger.EnergyBuckets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * A change of who held an entity, in the time of one channel whose readings are no longer kept. What a minute brought is
 * known, but not when in it: so minutes that the change covers move whole, and in the minute of the change each run has the
 * part that its time is of the stretch. Parts are differences of cumulative floors in order of run, so they add up to what
 * was there.
 */
final class SettledReallocation implements FoldedMove {
    private final ChannelId channel;
    private final AllocationTable then;
    private final AllocationTable now;
    private final SettledHours settled;
    private final long fromMillis;
    private final BiConsumer<Long, Map<String, Amount>> moves;

    private final List<Span> standing = new ArrayList<>();
    private long movedUpToMillis = Long.MIN_VALUE;

    /**
     * @param fromMillis minutes that begin earlier stay as they are
     * @param moves takes what to add to each run's energy in a minute
     */
    SettledReallocation(
            ChannelId channel,
            AllocationTable then,
            AllocationTable now,
            SettledHours settled,
            long fromMillis,
            BiConsumer<Long, Map<String, Amount>> moves) {
        this.channel = channel;
        this.then = then;
        this.now = now;
        this.settled = settled;
        this.fromMillis = fromMillis;
        this.moves = moves;
    }

    /** The stretches of the change that lie so far back that it stays without effect in them. */
    List<Span> standing() {
        return standing;
    }

    /** Up to here minutes moved; the least there is when none did. */
    long movedUpToMillis() {
        return movedUpToMillis;
    }

    @Override
    public NavigableMap<String, Amount> move(long minute, Span stretch, NavigableMap<String, Amount> edge) {
        List<Allocation> held = now.over(stretch.fromMillis(), stretch.toMillis());
        if (held.equals(then.over(stretch.fromMillis(), stretch.toMillis()))) {
            return null;
        }
        if (Minutes.startMillis(minute) < fromMillis) {
            standing.add(stretch);
            return null;
        }
        NavigableMap<String, Amount> before = edge == null ? settled.minute(channel, minute) : edge;
        if (before == null) {
            return null; // a hole that was closed has no energy
        }
        movedUpToMillis = Math.max(movedUpToMillis, stretch.toMillis());
        NavigableMap<String, Amount> after =
                shares(Amount.sum(before.values()), held, stretch.toMillis() - stretch.fromMillis());
        moves.accept(minute, difference(before, after));
        if (edge == null) {
            settled.replace(channel, minute, after);
        }
        return after;
    }

    private static NavigableMap<String, Amount> shares(Amount whole, List<Allocation> held, long millis) {
        NavigableMap<String, Long> times = new TreeMap<>();
        held.forEach(piece -> times.merge(piece.run(), piece.toMillis() - piece.fromMillis(), Long::sum));
        NavigableMap<String, Amount> shares = new TreeMap<>();
        long upTo = 0;
        Amount before = Amount.NONE;
        for (Map.Entry<String, Long> time : times.entrySet()) {
            upTo += time.getValue();
            Amount part = floor(whole, upTo, millis);
            shares.put(time.getKey(), part.minus(before));
            before = part;
        }
        shares.values().removeIf(Amount::isNone);
        return shares;
    }

    private static Amount floor(Amount whole, long part, long all) {
        EnergyBuckets energy = whole.energy();
        return new Amount(
                new EnergyBuckets(
                        ExactMath.multiplyDivideFloor(energy.measuredMicrojoules(), part, all),
                        ExactMath.multiplyDivideFloor(energy.bridgedMicrojoules(), part, all),
                        ExactMath.multiplyDivideFloor(energy.estimatedMicrojoules(), part, all)),
                ExactMath.multiplyDivideFloor(whole.coveredMillis(), part, all),
                ExactMath.multiplyDivideFloor(whole.accountedMillis(), part, all));
    }

    private static Map<String, Amount> difference(Map<String, Amount> before, Map<String, Amount> after) {
        TreeSet<String> runs = new TreeSet<>(before.keySet());
        runs.addAll(after.keySet());
        Map<String, Amount> difference = new TreeMap<>();
        for (String run : runs) {
            Amount more = after.getOrDefault(run, Amount.NONE).minus(before.getOrDefault(run, Amount.NONE));
            if (!more.isNone()) {
                difference.put(run, more);
            }
        }
        return difference;
    }
}
