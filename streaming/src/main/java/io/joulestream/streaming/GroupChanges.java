package io.joulestream.streaming;

import io.joulestream.core.account.GroupReport;
import io.joulestream.core.account.GroupReport.AmountDifference;
import io.joulestream.core.account.GroupReport.HeldDifference;
import io.joulestream.core.account.GroupReport.Touched;
import io.joulestream.core.account.GroupShape;
import io.joulestream.core.energy.Amount;
import io.joulestream.core.energy.OwnerChanges;
import io.joulestream.core.inventory.Entity;
import io.joulestream.core.inventory.PowerGroup;
import io.joulestream.core.inventory.Role;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.wire.FrameKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What one owner's frames have changed in the power groups of its entities since the last publication. Not thread-safe.
 */
final class GroupChanges {
    private static final long MINUTE_MILLIS = 60_000;

    private final Map<String, Changes> groups = new TreeMap<>();

    private record MinuteRun(boolean gpu, long minute, String run) implements Comparable<MinuteRun> {
        @Override
        public int compareTo(MinuteRun other) {
            int order = Boolean.compare(gpu, other.gpu);
            order = order != 0 ? order : Long.compare(minute, other.minute);
            return order != 0 ? order : run.compareTo(other.run);
        }
    }

    private record Holder(boolean gpu, String run) implements Comparable<Holder> {
        @Override
        public int compareTo(Holder other) {
            int order = Boolean.compare(gpu, other.gpu);
            return order != 0 ? order : run.compareTo(other.run);
        }
    }

    /** What a device is to its group. */
    private record Place(PowerGroup group, GroupShape shape, boolean isMeter, boolean isGpu, boolean isNode) {}

    /**
     * By instant: how many more devices a run holds from there on; and whether it was told of at all, which must be known
     * of a run that came and went between two publications too.
     */
    private static final class HeldSteps {
        final NavigableMap<Long, Integer> devices = new TreeMap<>();
        final NavigableMap<Long, Integer> told = new TreeMap<>();

        void add(long from, long to, int times) {
            step(devices, from, times);
            step(devices, to, -times);
            step(told, from, 1);
            step(told, to, -1);
        }

        private static void step(NavigableMap<Long, Integer> steps, long at, int more) {
            steps.merge(at, more, (a, b) -> a + b == 0 ? null : a + b);
        }

        void forEachTold(HeldSpan span) {
            NavigableSet<Long> edges = new TreeSet<>(devices.keySet());
            edges.addAll(told.keySet());
            int held = 0;
            int times = 0;
            for (long edge : edges) {
                held += devices.getOrDefault(edge, 0);
                times += told.getOrDefault(edge, 0);
                if (times > 0) {
                    span.accept(edge, edges.higher(edge), held);
                }
            }
        }
    }

    /**
     * How a frame touched a minute of a group.
     *
     * @param shape what the group is then
     * @param late whether it told who held a member after energies were settled
     */
    private record Touch(GroupShape shape, boolean late) {
        Touch and(Touch other) {
            return new Touch(shape, late || other.late);
        }
    }

    private interface HeldSpan {
        void accept(long fromMillis, long toMillis, int devices);
    }

    private static final class Changes {
        final Map<MinuteRun, Amount> amounts = new TreeMap<>();
        final Map<Holder, HeldSteps> held = new TreeMap<>();
        /** By minute: how many more frames touched the minutes from there on. */
        final Map<Touch, NavigableMap<Long, Long>> touched = new HashMap<>();
    }

    /** Of the inventory that was asked last, what was asked of it. */
    private SiteInventory inventory;

    private final Map<String, Optional<Place>> places = new HashMap<>();

    void enter(OwnerChanges changes, SiteRules rules) {
        Map<String, NavigableMap<Long, Touch>> touchedByFrame = new HashMap<>();
        for (OwnerChanges.Difference difference : changes.differences()) {
            SiteInventory then = rules.inventoryAt(difference.minute() * MINUTE_MILLIS);
            Optional<Place> place = placeOf(then, difference.channel().entity());
            boolean isOfRecord = place.isPresent()
                    && then.entity(difference.channel().entity())
                            .map(entity -> OwnerAccount.isOfRecord(entity, difference.channel()))
                            .orElse(false);
            if (isOfRecord && (place.get().isMeter() || place.get().isGpu())) {
                Place at = place.get();
                changesOf(at)
                        .amounts
                        .merge(
                                new MinuteRun(!at.isMeter(), difference.minute(), difference.run()),
                                difference.amount(),
                                Amount::plus);
                note(at, difference.minute(), difference.late(), touchedByFrame);
            }
        }
        for (OwnerChanges.Held held : changes.held()) {
            hold(held, rules, touchedByFrame);
        }
        touchedByFrame.forEach((group, minutes) -> touch(groups.get(group), minutes));
    }

    private void hold(OwnerChanges.Held held, SiteRules rules, Map<String, NavigableMap<Long, Touch>> touchedByFrame) {
        long from = held.fromMillis();
        while (from < held.toMillis()) {
            long minute = Math.floorDiv(from, MINUTE_MILLIS);
            SiteInventory then = rules.inventoryAt(minute * MINUTE_MILLIS);
            Optional<Place> place = placeOf(then, held.entity());
            long to = from;
            do {
                minute = Math.floorDiv(to, MINUTE_MILLIS);
                if (place.isPresent() && (place.get().isGpu() || place.get().isNode())) {
                    note(place.get(), minute, held.late(), touchedByFrame);
                }
                to = Math.min(held.toMillis(), (minute + 1) * MINUTE_MILLIS);
            } while (to < held.toMillis() && rules.inventoryAt(to) == then);
            if (place.isPresent() && (place.get().isGpu() || place.get().isNode())) {
                changesOf(place.get())
                        .held
                        .computeIfAbsent(new Holder(place.get().isGpu(), held.run()), holder -> new HeldSteps())
                        .add(from, to, held.times());
            }
            from = to;
        }
    }

    /** A frame touches a minute of a group once, however many of its devices tell of it. */
    private static void note(
            Place place, long minute, boolean late, Map<String, NavigableMap<Long, Touch>> touchedByFrame) {
        touchedByFrame
                .computeIfAbsent(place.group().id(), id -> new TreeMap<>())
                .merge(minute, new Touch(place.shape(), late), (known, more) -> more.and(known));
    }

    private static void touch(Changes changes, NavigableMap<Long, Touch> minutes) {
        minutes.forEach((minute, touch) -> {
            NavigableMap<Long, Long> steps = changes.touched.computeIfAbsent(touch, how -> new TreeMap<>());
            steps.merge(minute, 1L, (a, b) -> a + b == 0 ? null : a + b);
            steps.merge(minute + 1, -1L, (a, b) -> a + b == 0 ? null : a + b);
        });
    }

    private Changes changesOf(Place place) {
        return groups.computeIfAbsent(place.group().id(), id -> new Changes());
    }

    /** Empty for what is in no group with a meter. */
    private Optional<Place> placeOf(SiteInventory then, String entity) {
        if (then != inventory) {
            inventory = then;
            places.clear();
        }
        return places.computeIfAbsent(entity, id -> then.entity(id).flatMap(known -> place(then, known)));
    }

    private static Optional<Place> place(SiteInventory inventory, Entity entity) {
        PowerGroup group = inventory.powerGroupOf(entity).orElse(null);
        if (group == null || !group.metered()) {
            return Optional.empty();
        }
        Entity meter = inventory.entity(group.id()).orElseThrow();
        int gpus = 0;
        int nodes = 0;
        for (Entity member : inventory.membersOf(group)) {
            gpus += member.role() == Role.GPU ? 1 : 0;
            nodes += member.role() == Role.NODE_IN ? 1 : 0;
        }
        boolean own = meter.role() == Role.NODE_IN || gpus == 0 && nodes == 0;
        int metric = meter.energyChannel().orElseThrow().metric().number();
        boolean isMeter = entity.id().equals(group.id());
        return Optional.of(new Place(
                group,
                new GroupShape(metric, gpus, nodes, own),
                isMeter,
                entity.role() == Role.GPU,
                entity.role() == Role.NODE_IN || isMeter && own));
    }

    /** Gives out and forgets what has changed. */
    void publish(FrameKey key, int generation, int ledgerStepSeconds, Consumer<GroupReport> reports) {
        groups.forEach((group, changes) -> reports.accept(new GroupReport(
                key.tenant(),
                key.site(),
                group,
                generation,
                ledgerStepSeconds,
                amounts(changes),
                held(changes),
                touched(changes))));
        groups.clear();
    }

    private static List<AmountDifference> amounts(Changes changes) {
        List<AmountDifference> amounts = new ArrayList<>();
        changes.amounts.forEach((at, amount) -> amounts.add(new AmountDifference(
                at.gpu(), at.minute(), at.run(), amount.energy(), amount.coveredMillis(), amount.accountedMillis())));
        return amounts;
    }

    private static List<HeldDifference> held(Changes changes) {
        List<HeldDifference> held = new ArrayList<>();
        changes.held.forEach((holder, steps) -> steps.forEachTold(
                (from, to, devices) -> held.add(new HeldDifference(holder.gpu(), holder.run(), from, to, devices))));
        return held;
    }

    private static List<Touched> touched(Changes changes) {
        List<Touched> touched = new ArrayList<>();
        changes.touched.forEach((how, steps) -> {
            long frames = 0;
            for (Map.Entry<Long, Long> step : steps.entrySet()) {
                frames += step.getValue();
                if (frames != 0) {
                    touched.add(new Touched(
                            step.getKey(), steps.higherKey(step.getKey()), frames, how.shape(), how.late()));
                }
            }
        });
        return touched;
    }
}
