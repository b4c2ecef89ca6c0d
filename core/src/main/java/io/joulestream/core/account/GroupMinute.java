package io.joulestream.core.account;

import io.joulestream.core.energy.Amount;
import io.joulestream.core.energy.ExactMath;
import io.joulestream.core.ledger.EnergyBuckets;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is known of one power group in one minute: sums to which reports only add, and from them each run's share.
 *
 * <p>Where the meter is a node's own and all GPUs of the node are held as the node is, the ledger has already cut the
 * meter's energy exactly at the edges of the allocation, and each run has its piece. Else each run has what its GPUs drew,
 * and of the rest, meter less GPUs, its part by allocated GPU time (by node time where there are no GPUs); unless the
 * meter or a GPU does not account for the whole minute: then the meter's energy is shared whole by that time. Parts are
 * differences of cumulative floors in order of run, what nobody holds first, so they always add up to the meter.
 *
 * <p>A run that was ever told of stays, with a share of zero if need be, so that a row once given out can be overwritten.
 * Not thread-safe.
 */
final class GroupMinute {
    private static final int MILLIS = 60_000;
    private static final String NOBODY = "";

    final NavigableMap<String, Amount> meter = new TreeMap<>();
    final NavigableMap<String, Amount> gpus = new TreeMap<>();
    /** By run and offset in the minute: how many more devices it holds from there on. */
    final NavigableMap<String, NavigableMap<Integer, Integer>> gpusHeld = new TreeMap<>();

    final NavigableMap<String, NavigableMap<Integer, Integer>> nodesHeld = new TreeMap<>();
    GroupShape shape;
    /** Whether who held a member was ever told after energies were settled. */
    boolean late;

    long changes;

    /**
     * A run's part of the group's minute.
     *
     * @param amount covered and accounted are the meter's time while the run held something of the group
     * @param byTime whether it was shared whole by time
     */
    record Share(Amount amount, boolean byTime) {
        static final Share NONE = new Share(Amount.NONE, false);
    }

    void add(boolean gpu, String run, Amount amount) {
        (gpu ? gpus : meter).merge(run, amount, Amount::plus);
    }

    /** Offsets are inside the minute, 0..60,000. No devices: the run was told of, and that was taken back. */
    void hold(boolean gpu, String run, int from, int to, int devices) {
        NavigableMap<Integer, Integer> edges =
                (gpu ? gpusHeld : nodesHeld).computeIfAbsent(run, name -> new TreeMap<>());
        step(edges, from, devices);
        step(edges, to, -devices);
    }

    private static void step(NavigableMap<Integer, Integer> edges, int at, int devices) {
        if (at < MILLIS && devices != 0) {
            edges.merge(at, devices, (a, b) -> a + b == 0 ? null : a + b);
        }
    }

    GroupMinute copy() {
        GroupMinute copy = new GroupMinute();
        copy.meter.putAll(meter);
        copy.gpus.putAll(gpus);
        gpusHeld.forEach((run, steps) -> copy.gpusHeld.put(run, new TreeMap<>(steps)));
        nodesHeld.forEach((run, steps) -> copy.nodesHeld.put(run, new TreeMap<>(steps)));
        copy.shape = shape;
        copy.late = late;
        copy.changes = changes;
        return copy;
    }

    boolean knowsTheSame(GroupMinute other) {
        return changes == other.changes
                && shape.equals(other.shape)
                && late == other.late
                && meter.equals(other.meter)
                && gpus.equals(other.gpus)
                && gpusHeld.equals(other.gpusHeld)
                && nodesHeld.equals(other.nodesHeld);
    }

    /** Whether the meter said anything: before there is nothing to share. */
    boolean isMetered() {
        return !meter.isEmpty();
    }

    Amount total() {
        return Amount.sum(meter.values());
    }

    /** Of every run that was ever told of, and under the empty name what nobody holds. Energies add up to the meter's. */
    NavigableMap<String, Share> shares() {
        NavigableSet<String> runs = new TreeSet<>();
        runs.add(NOBODY);
        runs.addAll(meter.keySet());
        runs.addAll(gpus.keySet());
        runs.addAll(gpusHeld.keySet());
        runs.addAll(nodesHeld.keySet());
        Times times = new Times();
        if (shape.own() && times.gpusFollowTheNode) {
            return exact(runs);
        }
        Amount whole = total();
        Amount ofGpus = Amount.sum(gpus.values());
        boolean byDevice = shape.gpus() > 0
                && whole.accountedMillis() == MILLIS
                && ofGpus.accountedMillis() == (long) shape.gpus() * MILLIS;
        EnergyBuckets rest = byDevice ? whole.minus(ofGpus).energy() : whole.energy();
        NavigableMap<String, Share> shares = new TreeMap<>();
        long heldBefore = 0;
        EnergyBuckets before = EnergyBuckets.NONE;
        for (String run : runs) {
            heldBefore += run.isEmpty() ? times.heldByNobody() : times.held.getOrDefault(run, 0L);
            EnergyBuckets upTo = floor(rest, heldBefore, times.all());
            EnergyBuckets energy = upTo.plus(before.negated());
            if (byDevice) {
                energy = energy.plus(gpus.getOrDefault(run, Amount.NONE).energy());
            }
            long present = run.isEmpty() ? 0 : times.present.getOrDefault(run, 0L);
            Amount amount = new Amount(
                    energy, whole.coveredMillis() * present / MILLIS, whole.accountedMillis() * present / MILLIS);
            shares.put(run, new Share(amount, !byDevice && !amount.isNone()));
            before = upTo;
        }
        return shares;
    }

    private NavigableMap<String, Share> exact(NavigableSet<String> runs) {
        NavigableMap<String, Share> shares = new TreeMap<>();
        for (String run : runs) {
            shares.put(run, new Share(meter.getOrDefault(run, Amount.NONE), false));
        }
        return shares;
    }

    /** The cumulative part of an energy, floored as a whole; of its buckets all but the measured one are floored too. */
    private static EnergyBuckets floor(EnergyBuckets energy, long part, long all) {
        long total = ExactMath.multiplyDivideFloor(energy.totalMicrojoules(), part, all);
        long bridged = ExactMath.multiplyDivideFloor(energy.bridgedMicrojoules(), part, all);
        long estimated = ExactMath.multiplyDivideFloor(energy.estimatedMicrojoules(), part, all);
        return new EnergyBuckets(Math.subtractExact(total, Math.addExact(bridged, estimated)), bridged, estimated);
    }

    /** Who holds how much of the group for how long, by a walk over the edges. Device time is devices times milliseconds. */
    private final class Times {
        private final Map<String, Long> held = new TreeMap<>();
        /** Milliseconds in which a run holds anything at all. */
        private final Map<String, Long> present = new TreeMap<>();

        private final boolean byGpus;
        private boolean gpusFollowTheNode = true;
        private long heldByAll;

        Times() {
            boolean gpusAreTold = !gpusHeld.isEmpty();
            byGpus = shape.gpus() > 0 && (gpusAreTold || shape.own());
            NavigableSet<Integer> edges = new TreeSet<>();
            edges.add(0);
            gpusHeld.values().forEach(steps -> edges.addAll(steps.keySet()));
            nodesHeld.values().forEach(steps -> edges.addAll(steps.keySet()));
            Map<String, Integer> gpusNow = new TreeMap<>();
            Map<String, Integer> nodesNow = new TreeMap<>();
            for (int edge : edges) {
                step(gpusHeld, gpusNow, edge);
                step(nodesHeld, nodesNow, edge);
                Integer next = edges.higher(edge);
                walk(gpusNow, nodesNow, (next == null ? MILLIS : next) - edge);
            }
        }

        private void step(
                NavigableMap<String, NavigableMap<Integer, Integer>> held, Map<String, Integer> now, int edge) {
            held.forEach((run, steps) -> {
                Integer more = steps.get(edge);
                if (more != null) {
                    now.merge(run, more, Integer::sum);
                }
            });
        }

        private void walk(Map<String, Integer> gpusNow, Map<String, Integer> nodesNow, long millis) {
            int told = gpusNow.values().stream().mapToInt(Integer::intValue).sum();
            int untold = Math.max(0, shape.gpus() - told);
            NavigableSet<String> runs = new TreeSet<>(gpusNow.keySet());
            runs.addAll(nodesNow.keySet());
            runs.remove(NOBODY);
            for (String run : runs) {
                int nodes = nodesNow.getOrDefault(run, 0);
                int devices = byGpus ? gpusNow.getOrDefault(run, 0) + (shape.own() ? untold * nodes : 0) : nodes;
                if (devices > 0) {
                    held.merge(run, devices * millis, Long::sum);
                    present.merge(run, millis, Long::sum);
                    heldByAll += devices * millis;
                }
                gpusFollowTheNode &= !byGpus || devices == shape.gpus() * nodes;
            }
        }

        /** All device time of the minute; more where more devices are held than inventory knows. */
        long all() {
            long known = (long) MILLIS * (byGpus ? shape.gpus() : Math.max(1, shape.nodes()));
            return Math.max(known, heldByAll);
        }

        long heldByNobody() {
            return all() - heldByAll;
        }
    }
}
